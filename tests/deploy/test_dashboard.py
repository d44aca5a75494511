"""Every query of the Grafana dashboard asks for metrics and labels that the service has."""

import json
import re
from pathlib import Path

import pytest
from render_manifests import DEPLOY

GOLDEN = Path(__file__).parent.parent / "golden/metrics.txt"
# What Prometheus adds to every metric that it scrapes from a pod.
ADDED = {"namespace", "pod", "instance", "job"}
FUNCTIONS = {"sum", "rate", "count", "histogram_quantile", "by", "label_values"}


def metrics() -> dict[str, set[str]]:
    """The labels of each series, by name."""
    known = {}
    for line in GOLDEN.read_text().splitlines():
        if line.startswith("#"):
            continue
        name, kind, *labels = line.split()
        if kind == "histogram":
            known[f"{name}_bucket"] = {*labels, "le"}
            known |= {f"{name}_{part}": set(labels) for part in ("count", "sum")}
        else:
            known[name] = set(labels)
    return known


def dashboard() -> dict:
    return json.loads((DEPLOY / "components/monitoring/dashboard.json").read_text())


def queries() -> list[tuple[str, str]]:
    return [(panel["title"], target["expr"]) for panel in dashboard()["panels"] for target in panel["targets"]]


def choices() -> list[tuple[str, str]]:
    """What fills the lists from which a user chooses."""
    lists = dashboard()["templating"]["list"]
    return [(each["name"], each["query"]) for each in lists if each["type"] == "query"]


def wrong_words(query: str) -> set[str]:
    """The words of a query that are neither functions, nor metrics, nor labels of one of its metrics."""
    words = set(re.findall(r"[a-zA-Z_]\w*", re.sub(r'"[^"]*"|\[\w+\]', "", query)))
    used = words & metrics().keys()
    labels = ADDED.union(*(metrics()[name] for name in used))
    return words - FUNCTIONS - used - labels if used else {"no metric"}


@pytest.mark.parametrize(("title", "query"), queries())
def test_a_panel_asks_for_what_is_there(title: str, query: str) -> None:
    assert wrong_words(query) == set(), title
    assert 'namespace="$namespace"' in query


@pytest.mark.parametrize(("name", "query"), choices())
def test_a_list_asks_for_what_is_there(name: str, query: str) -> None:
    assert wrong_words(query) == set(), name


@pytest.mark.parametrize(
    "query",
    [
        "label_values(demo_builds, namespace)",
        "rate(demo_cache_hits_total[2m])",
        "sum by (code) (rate(http_server_request_duration_seconds_count[2m]))",
        'demo_workers_busy{http_route="/"}',
        "process_cpu_seconds_total_bucket",
        "1",
    ],
)
def test_a_query_that_is_wrong_is_found(query: str) -> None:
    assert wrong_words(query)
