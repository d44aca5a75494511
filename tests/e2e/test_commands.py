"""What one does with a cluster every day, and what the commands have to say. (test_guide.py runs the guide's own.)"""

import time
from collections.abc import Callable, Iterator

import pytest
from harness.expect import ok
from harness.kubernetes import (
    DEADLINE,
    Site,
    is_ready,
    kubectl,
    names,
    pods,
    read,
    run_kubectl,
    wait_for,
    wait_for_rollout,
)
from harness.server import ROOT
from installed import Installation
from load import Load

pytestmark = pytest.mark.timeout(600)

DEPLOYMENT = "deployment/demo-app"
OPTIONS = ROOT / "manifests/options"
OURS = "app.kubernetes.io/part-of=demo-app"


@pytest.fixture(autouse=True)
def settled(installation: Installation) -> Iterator[None]:
    yield
    kubectl("scale", DEPLOYMENT, "-n", "dev", "--replicas=3")
    wait_for_rollout("dev", DEPLOYMENT)


def test_get(installation: Installation) -> None:
    assert "Active" in kubectl("get", "namespaces", "dev", "test")
    assert len(names(pods("dev", "demo-app"))) == 3
    kubectl("wait", "--for=condition=Ready", "pods", "-l", "app=demo-app", "-n", "dev", "--timeout=30s")
    assert "demo-app" in kubectl("get", "pods", "-n", "dev", "-o", "wide")
    assert "demo-app" in kubectl("get", "services", "-n", "dev")
    assert kubectl("describe", DEPLOYMENT, "-n", "dev").startswith("Name:")


@pytest.mark.usefixtures("mongodb")
def test_get_what_runs_on_mongodb(installation: Installation) -> None:
    everything = kubectl("get", "all", "-n", "dev")
    for name in ("statefulset.apps/mongo-config", "statefulset.apps/mongo-shard", "deployment.apps/mongo-mongos"):
        assert name in everything
    assert len(names(pods("test", "demo-app"))) == 2
    kubectl("wait", "--for=condition=Ready", "pods", "-l", "app=demo-app", "-n", "test", "--timeout=30s")


@pytest.mark.usefixtures("mongodb")
def test_pods_are_spread_over_the_nodes(installation: Installation) -> None:
    for app in ("demo-app", "mongo-config", "mongo-shard"):
        nodes = [pod["spec"]["nodeName"] for pod in pods("dev", app)]
        assert len(set(nodes)) == len(nodes) == 3, (app, nodes)


def test_logs(installation: Installation) -> None:
    assert "listening" in kubectl("logs", DEPLOYMENT, "-n", "dev")
    assert len(kubectl("logs", DEPLOYMENT, "-n", "dev", "--tail=1").splitlines()) == 1


@pytest.mark.usefixtures("mongodb")
def test_logs_of_mongodb(installation: Installation) -> None:
    assert kubectl("logs", "mongo-shard-0", "-n", "dev", "-c", "mongod", "--tail=5")
    assert kubectl("logs", "deployment/mongo-mongos", "-n", "dev", "--tail=5")


def test_top(installation: Installation, figure: Callable[[str], None]) -> None:
    wait_for(lambda: kubectl("top", "nodes"), "metrics of the nodes", DEADLINE)
    wait_for(lambda: kubectl("top", "pods", "-n", "dev"), "metrics of the pods", DEADLINE)
    for line in kubectl("top", "pods", "-n", "dev", "--no-headers").splitlines():
        name, _, memory = line.split()
        if name.startswith("demo-app"):
            assert int(memory.removesuffix("Mi")) <= 64, line
    figure(
        "memory: "
        + ", ".join(" ".join(line.split()) for line in kubectl("top", "pods", "-A", "--no-headers").splitlines())
    )


def test_scale_up_and_down_again(installation: Installation, figure: Callable[[str], None]) -> None:
    installation.dev.fill()
    with Load(installation.dev, rate=100, writes=0.05) as load:
        for replicas in (5, 3):
            kubectl("scale", DEPLOYMENT, "-n", "dev", f"--replicas={replicas}")
            wait_for_rollout("dev", DEPLOYMENT)
            wait_for(lambda count=replicas: len(pods("dev", "demo-app")) == count, f"{replicas} pods", DEADLINE)
        time.sleep(12)  # What was scaled away is still draining.
    figure(f"scaled 3, 5, 3: {load}")
    load.check_none_failed()


def test_the_hosts_list_shows_the_pods(installation: Installation) -> None:
    def shown() -> set[str]:
        return {host["pod"] for host in ok(installation.dev.get("/hosts"))}

    # One that ended is forgotten after a minute.
    wait_for(lambda: shown() == names(pods("dev", "demo-app")), "the hosts list to be the pods", 3 * DEADLINE)


def test_set_image_to_another_tag_and_back(installation: Installation) -> None:
    image = read("get", DEPLOYMENT, "-n", "dev")["spec"]["template"]["spec"]["containers"][0]["image"]
    other = "docker.io/library/" + image  # Another name of the same.
    kubectl("set", "image", DEPLOYMENT, f"demo-app={other}", "-n", "dev")
    wait_for_rollout("dev", DEPLOYMENT)
    assert {pod["spec"]["containers"][0]["image"] for pod in pods("dev", "demo-app")} == {other}
    kubectl("rollout", "undo", DEPLOYMENT, "-n", "dev")
    wait_for_rollout("dev", DEPLOYMENT)
    assert {pod["spec"]["containers"][0]["image"] for pod in pods("dev", "demo-app")} == {image}


@pytest.mark.usefixtures("mongodb")
def test_volume_claims(installation: Installation) -> None:
    claims = read("get", "pvc", "-n", "dev")
    assert len(claims) >= 6
    assert {claim["status"]["phase"] for claim in claims} == {"Bound"}
    assert len(read("get", "pvc", "-n", "test")) >= 3


@pytest.mark.usefixtures("mongodb")
def test_both_sites_by_their_names(installation: Installation) -> None:
    for site in (installation.dev, installation.test):
        page = site.get("/")
        assert page.status == 200
        assert site.namespace in page.text
        assert site.get("/readyz").status == 200


def test_the_site_through_an_ingress(dev: Site) -> None:
    """As on a cluster without the Gateway API: its routes are taken away meanwhile."""
    gateway, ingress = f"{OPTIONS}/gateway.yaml", f"{OPTIONS}/ingress.yaml"
    kubectl("delete", "httproutes", "-l", OURS, "-n", "dev")
    try:
        wait_for(lambda: dev.get("/livez").status == 404, "the edge to know no such site", DEADLINE)
        kubectl("apply", "-f", ingress)
        wait_for(dev.is_ready, "the site through the Ingress", DEADLINE)
        assert dev.get("/").status == 200
    finally:
        kubectl("apply", "--server-side", "-f", gateway)
        kubectl("delete", "--ignore-not-found", "-f", ingress)
    wait_for(dev.is_ready, "the site through the Gateway", DEADLINE)


def test_exec(installation: Installation) -> None:
    assert kubectl("exec", DEPLOYMENT, "-n", "dev", "--", "/usr/bin/demo-app", "version")
    kubectl("exec", DEPLOYMENT, "-n", "dev", "--", "/usr/bin/demo-app", "healthcheck")


@pytest.mark.usefixtures("mongodb")
def test_exec_in_mongodb(installation: Installation) -> None:
    assert "mongos" in kubectl(
        "exec", "deployment/mongo-mongos", "-n", "dev", "-c", "mongos", "--", "mongos", "--version"
    )
    assert kubectl("exec", "mongo-shard-0", "-n", "dev", "-c", "mongod", "--", "ls", "/data/db")


VIEWER = "--as=system:serviceaccount:dev:dashboard-admin"


@pytest.mark.parametrize("namespace", ["dev", "test"])
def test_the_dashboards_account_sees_and_changes_nothing(installation: Installation, namespace: str) -> None:
    kubectl("apply", "-f", f"{ROOT}/manifests/dashboard-admin.yaml")

    def may(verb: str, what: str) -> bool:
        return run_kubectl("auth", "can-i", verb, what, VIEWER, "-n", namespace).stdout.strip() == "yes"

    for what in ("pods", "pods/log", "deployments.apps", "persistentvolumeclaims", "nodes"):
        assert may("get", what), what
    for verb, what in (("get", "secrets"), ("list", "secrets"), ("create", "pods/exec"), ("create", "pods")):
        assert not may(verb, what), (verb, what)
    for verb in ("create", "update", "patch", "delete"):
        assert not may(verb, "deployments.apps"), verb


def test_every_pod_is_ready(installation: Installation) -> None:
    for pod in [*read("get", "pods", "-n", "dev"), *read("get", "pods", "-n", "test")]:
        if pod["status"]["phase"] != "Succeeded" and "deletionTimestamp" not in pod["metadata"]:
            assert is_ready(pod), pod["metadata"]["name"]
