"""What start-cluster.sh, setup-sharding.sh and stop-cluster.sh refuse, in one line and before anything is changed.

The cluster is a kubectl that answers as told and writes down what it was asked: no cluster of ours is that wrong.
tests/e2e runs the scripts on a real one.
"""

import subprocess
from pathlib import Path

import pytest
from harness.fake_kubectl import OURS, FakeCluster
from render_manifests import ROOT

SCRIPTS = ["start-cluster.sh", "setup-sharding.sh", "stop-cluster.sh", "scripts/make_secrets.sh"]


@pytest.fixture
def cluster(tmp_path: Path) -> FakeCluster:
    return FakeCluster(tmp_path)


def expect_refused(cluster: FakeCluster, result: subprocess.CompletedProcess[str], word: str) -> None:
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1, result.stderr
    assert word in result.stderr
    assert cluster.changes() == []


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
        ({"STRANGERS": "statefulset.apps/theirs"}, "somebody else's statefulset.apps/theirs in dev"),
    ],
)
def test_start_refuses_a_cluster_that_will_not_do(cluster: FakeCluster, answers: dict[str, str], word: str) -> None:
    expect_refused(cluster, cluster.run("start-cluster.sh", "--with", "none", **answers), word)


@pytest.mark.parametrize("script", SCRIPTS[1:])
@pytest.mark.parametrize("answers", [{"CONTEXT": "my.prod.cluster"}, {"READY": "refused"}])
def test_the_others_refuse_a_wrong_context(cluster: FakeCluster, script: str, answers: dict[str, str]) -> None:
    expect_refused(cluster, cluster.run(script, **answers), "context")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_missing_tool_is_named_before_anything_is_changed(cluster: FakeCluster, script: str) -> None:
    for tool in ("bash", "dirname", "cat", "env", "sed", "awk", "base64"):
        (cluster.folder / tool).symlink_to(Path("/usr/bin") / tool)
    settings = {"PATH": str(cluster.folder), "HOME": str(cluster.folder)}
    result = subprocess.run([ROOT / script], env=settings, capture_output=True, text=True, timeout=30)
    tool = "openssl" if script in ("start-cluster.sh", "scripts/make_secrets.sh") else "kubectl"
    assert (result.returncode, result.stderr) == (1, f"{Path(script).name}: {tool} is not installed\n")


def test_an_old_bash_is_refused_in_one_line() -> None:
    """As that of macOS; the version cannot be changed, its name in the script can."""
    text = (ROOT / "scripts/kube_context.sh").read_text().replace("BASH_VERSINFO", "old")
    for version, status in (("3 2", 1), ("4 3", 1), ("4 4", 0), ("5 2", 0)):
        result = subprocess.run(["bash", "-euc", f"old=({version})\n{text}"], capture_output=True, text=True)
        assert result.returncode == status
        assert result.stderr.count("\n") == status
    assert "bash" in subprocess.run(["bash", "-euc", f"old=(3 2)\n{text}"], capture_output=True, text=True).stderr


@pytest.mark.parametrize("context", ["kind-demo", "reproduction", "olive", "delivery-test", "product"])
def test_start_goes_on_where_all_is_well(cluster: FakeCluster, context: str) -> None:
    result = cluster.run("start-cluster.sh", "--with", "none", CONTEXT=context)
    assert "the first change" in result.stderr
    assert cluster.asked()[-1] == "apply --server-side --force-conflicts --filename manifests/namespaces.yaml"


def test_start_goes_on_in_production_when_told(cluster: FakeCluster) -> None:
    assert "the first change" in cluster.run("start-cluster.sh", "--any-context", CONTEXT="acme-prod").stderr


def test_start_goes_on_beside_others_where_the_namespaces_are_ours(tmp_path: Path) -> None:
    """By their label, or by what a version that gave them none left there."""
    for sign in (
        '"get namespaces "*) echo namespace/dev; echo namespace/test ;;',
        '*" get secret "*) echo secret/x ;;',
    ):
        result = FakeCluster(tmp_path, [sign]).run("start-cluster.sh", "--with", "none", STRANGERS="deployment.apps/x")
        assert "the first change" in result.stderr


def test_stop_takes_away_what_has_our_label_and_says_what_it_leaves(tmp_path: Path) -> None:
    cluster = FakeCluster(tmp_path, ["*delete*) ;;"])
    result = cluster.run("stop-cluster.sh", STRANGERS="statefulset.apps/theirs")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(cluster.changes()) == 8
    assert all(f" --selector {OURS}" in each for each in cluster.changes()), cluster.changes()
    assert all(f"left in {name}" in result.stdout for name in ("dev", "test"))
    assert "statefulset.apps/theirs" in result.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_asks_the_cluster_nothing(cluster: FakeCluster, script: str) -> None:
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
        ("setup-sharding.sh", ("dev", "--timeout"), 2),
        ("setup-sharding.sh", ("--timeout", "soon"), 2),
        ("stop-cluster.sh", ("now",), 2),
        ("scripts/make_secrets.sh", ("dev",), 2),
    ],
)
def test_wrong_usage_asks_the_cluster_nothing(
    cluster: FakeCluster, script: str, arguments: tuple[str, ...], status: int
) -> None:
    result = cluster.run(script, *arguments)
    assert (result.returncode, cluster.asked()) == (status, [])
    assert result.stderr.count("\n") == 1
