"""What start-cluster.sh, setup-sharding.sh and stop-cluster.sh refuse, in one line and before anything is changed.

The cluster is a kubectl that answers as told and writes down what it was asked: no cluster of ours is that wrong.
tests/e2e runs the scripts on a real one.
"""

import os
import subprocess
from pathlib import Path

import pytest
from render_manifests import ROOT

KUBECTL = """#!/usr/bin/env bash
echo "$*" >>"$ASKED"
case "$*" in
  "config current-context") [[ -n $CONTEXT ]] && echo "$CONTEXT" ;;
  *" /readyz"*) [[ $READY == ok ]] && echo ok || { echo noise; echo "$READY"; exit 1; } >&2 ;;
  *" /version") printf '{\\n  "major": "1",\\n  "minor": "%s"\\n}\\n' "$MINOR" ;;
  "get namespace "*) echo "$LEAVING" ;;
  "get storageclass"*) echo "$CLASSES" ;;
  "get nodes"*) printf '%b' "$MEMORY" ;;
  *) echo "the first change" >&2; exit 3 ;;
esac
"""
GOOD = {
    "CONTEXT": "kind-demo",
    "READY": "ok",
    "MINOR": "34",
    "LEAVING": "",
    "CLASSES": "true",
    "MEMORY": "2Gi\\n4194304Ki\\n",
}
READS = ("config current-context", "get ")


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked_file = folder / "asked"
        program = folder / "kubectl"
        program.write_text(KUBECTL)
        program.chmod(0o755)

    def run(self, script: str, *arguments: str, **answers: str) -> subprocess.CompletedProcess[str]:
        self.asked_file.write_text("")
        path = f"{self.folder}:{os.environ['PATH']}"
        settings = {**os.environ, **GOOD, **answers, "PATH": path, "ASKED": str(self.asked_file)}
        return subprocess.run([ROOT / script, *arguments], env=settings, capture_output=True, text=True, timeout=30)

    def asked(self) -> list[str]:
        return self.asked_file.read_text().splitlines()


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def expect_refused(cluster: Cluster, result: subprocess.CompletedProcess[str], word: str) -> None:
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1, result.stderr
    assert word in result.stderr
    assert all(each.startswith(READS) for each in cluster.asked())


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"CONTEXT": ""}, "current context is empty"),
        ({"READY": "connection refused"}, 'no cluster answers behind the context "kind-demo": connection refused'),
        ({"CONTEXT": "acme-production"}, "--any-context"),
        ({"CONTEXT": "gke_acme_PROD_europe"}, "--any-context"),
        ({"CONTEXT": "live"}, "--any-context"),
        ({"MINOR": "29"}, "1.30"),
        ({"LEAVING": "dev test"}, "dev test"),
        ({"CLASSES": ""}, "StorageClass"),
        ({"CLASSES": "false"}, "StorageClass"),
        ({"MEMORY": "2Gi\\n1048576Ki\\n"}, "3072 MiB"),
        ({"MEMORY": "1073741824\\n100Mi\\n"}, "1124 MiB"),
        ({"MEMORY": "4Gi true\\n1Gi\\n"}, "1024 MiB"),
    ],
)
def test_start_refuses_a_cluster_that_will_not_do(cluster: Cluster, answers: dict[str, str], word: str) -> None:
    expect_refused(cluster, cluster.run("start-cluster.sh", "--with", "none", **answers), word)


@pytest.mark.parametrize("script", ["setup-sharding.sh", "stop-cluster.sh"])
@pytest.mark.parametrize("answers", [{"CONTEXT": "my.prod.cluster"}, {"READY": "refused"}])
def test_the_others_refuse_a_wrong_context(cluster: Cluster, script: str, answers: dict[str, str]) -> None:
    expect_refused(cluster, cluster.run(script, **answers), "context")


def test_a_missing_kubectl_is_named(cluster: Cluster) -> None:
    (cluster.folder / "kubectl").unlink()
    for tool in ("bash", "dirname", "cat", "env"):
        (cluster.folder / tool).symlink_to(Path("/usr/bin") / tool)
    settings = {"PATH": str(cluster.folder)}
    result = subprocess.run([ROOT / "stop-cluster.sh"], env=settings, capture_output=True, text=True, timeout=30)
    assert (result.returncode, result.stderr) == (1, "stop-cluster.sh: kubectl is not installed\n")


@pytest.mark.parametrize("context", ["kind-demo", "reproduction", "olive", "delivery-test", "product"])
def test_start_goes_on_where_all_is_well(cluster: Cluster, context: str) -> None:
    result = cluster.run("start-cluster.sh", "--with", "none", CONTEXT=context)
    assert "the first change" in result.stderr
    assert cluster.asked()[-1] == "apply --server-side --force-conflicts --filename manifests/namespaces.yaml"


def test_start_goes_on_in_production_when_told(cluster: Cluster) -> None:
    assert "the first change" in cluster.run("start-cluster.sh", "--any-context", CONTEXT="acme-prod").stderr


@pytest.mark.parametrize(
    "script", ["start-cluster.sh", "setup-sharding.sh", "stop-cluster.sh", "scripts/make_secrets.sh"]
)
def test_help_asks_the_cluster_nothing(cluster: Cluster, script: str) -> None:
    result = cluster.run(script, "--help")
    assert (result.returncode, result.stderr, cluster.asked()) == (0, "", [])
    assert result.stdout.startswith("usage: ")


@pytest.mark.parametrize(
    ("script", "arguments", "status"),
    [
        ("start-cluster.sh", ("--whit", "gateway"), 2),
        ("start-cluster.sh", ("--with", "no-such-option"), 1),
        ("start-cluster.sh", ("--with",), 2),
        ("start-cluster.sh", ("--timeout", "soon"), 1),
        ("start-cluster.sh", ("--timeout",), 2),
        ("setup-sharding.sh", ("prod",), 2),
        ("stop-cluster.sh", ("now",), 2),
    ],
)
def test_wrong_usage_asks_the_cluster_nothing(
    cluster: Cluster, script: str, arguments: tuple[str, ...], status: int
) -> None:
    result = cluster.run(script, *arguments)
    assert (result.returncode, cluster.asked()) == (status, [])
    assert result.stderr.count("\n") == 1
