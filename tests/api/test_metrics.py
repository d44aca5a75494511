"""Every metric by its name, type and labels: dashboards and alerts are built on them."""

import re
from pathlib import Path

import pytest
from harness.deadline import wait_until
from harness.expect import ok
from harness.metrics import value
from harness.raw import RawConnection
from harness.server import Server
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.sanitized

GOLDEN = Path(__file__).parent.parent / "golden" / "metrics.txt"


def listed() -> set[str]:
    lines = GOLDEN.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def shown(text: str) -> set[str]:
    labels: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels.keys() - {"le"})
    found = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        sample = f"{name}_count" if kind == "histogram" else name
        found.add(" ".join([name, kind, *sorted(labels.get(sample, {"(no sample)"}))]))
    return found


def test_the_golden_list_is_what_is_shown(sample_server: Server) -> None:
    ok(sample_server.get("/api/users"))
    found = shown(sample_server.get("/metrics").text)
    assert found - listed() == set(), "shown, but not in tests/golden/metrics.txt"
    assert listed() - found == set(), "in tests/golden/metrics.txt, but not shown"


def test_every_metric_says_what_it_is(shared_server: Server) -> None:
    text = shared_server.get("/metrics").text
    helped = set(re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE))
    typed = re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)
    assert len(typed) == len(set(typed)), "a family is shown twice"
    assert helped == set(typed)


def test_hits_and_misses_are_counted(sample_server: Server) -> None:
    misses = value(sample_server, "demo_cache_requests_total", result="miss")
    for _ in range(4):
        ok(sample_server.get("/api/users"))
    assert value(sample_server, "demo_cache_requests_total", result="hit") == 3
    assert value(sample_server, "demo_cache_requests_total", result="miss") == misses + 1
    assert value(sample_server, "demo_cache_entries") >= 1


def test_what_the_store_did_is_counted(sample_server: Server) -> None:
    sample_server.get("/api/users/nobody")
    ok(sample_server.post("/api/random-user"))
    operations = "db_client_operation_duration_seconds_count"
    assert value(sample_server, operations, db_operation_name="GetUser", outcome="not_found") == 1
    assert value(sample_server, operations, db_operation_name="AddUser", outcome="ok") == 1
    assert value(sample_server, operations, db_system_name="sqlite") > 2


def test_hostile_clients_make_no_labels(server: Server) -> None:
    for request in (
        b"MADEUP /x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x00\xff\r\n\r\n",
        b"GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        with RawConnection(server.port) as connection:
            connection.send(request).finish_sending()
            connection.read_to_end()
    text = server.get("/metrics").text
    routes = set(re.findall(r'http_route="([^"]*)"', text))
    methods = set(re.findall(r'http_request_method="([^"]*)"', text))
    assert routes <= {"unmatched", "/metrics"}
    assert methods <= {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "_OTHER"}
    counted = "http_server_request_duration_seconds_count"
    assert value(server, counted, http_request_method="_OTHER", http_route="unmatched") == 2


def test_nothing_stays_active(sample_server: Server) -> None:
    def active() -> float:
        return value(sample_server, "http_server_active_requests")

    for _ in range(20):
        with RawConnection(sample_server.port) as connection:
            connection.send(b"POST /api/random-user HTTP/1.1\r\nHost: x\r\n\r\n" * 3)  # and is gone
    wait_until(lambda: active() == 1, "only the question itself is active")
    assert value(sample_server, "demo_http_open_connections") == 1
