"""New versions, good and bad, under load: nobody notices. The gateway sends nothing a second time for us."""

import json
import os
import time
from collections.abc import Callable, Iterator

import pytest
from harness.kubernetes import DEADLINE, Site, is_ready, kubectl, names, pods, read, wait_for, wait_for_rollout
from installed import Cluster, Installation
from load import Load

pytestmark = pytest.mark.timeout(1800)

DEPLOYMENT = "deployment/demo-app"
RESTARTS = int(os.environ.get("E2E_RESTARTS", "20"))
REQUESTS = RESTARTS * 5000
RATE = 250  # a second
PRICE = 0.25  # The share of requests that a version which turns bad may drop while it is tried: one of four instances.


@pytest.fixture(autouse=True)
def deployment_as_it_was(installation: Installation) -> Iterator[None]:
    """Whatever a test changes is taken back."""
    before = read("get", DEPLOYMENT, "-n", "dev")["spec"]
    yield
    after = read("get", DEPLOYMENT, "-n", "dev")
    if after["spec"] != before:
        after["spec"] = before
        del after["metadata"]["resourceVersion"]
        kubectl("replace", "-f", "-", text=json.dumps(after))
    wait_for_rollout("dev", DEPLOYMENT)
    # Those that were bad are gone; none of the others was started twice.
    for pod in pods("dev", "demo-app"):
        assert [each["restartCount"] for each in pod["status"]["containerStatuses"]] == [0], pod["metadata"]["name"]


def restart() -> None:
    kubectl("rollout", "restart", DEPLOYMENT, "-n", "dev")
    wait_for_rollout("dev", DEPLOYMENT)


def test_rolling_restarts_lose_no_request(
    installation: Installation, cluster: Cluster, figure: Callable[[str], None]
) -> None:
    dev = installation.dev
    dev.fill()
    # SecantusDB looks at every order for each sum: a few hundred of them, and it is what is too slow.
    writes = 0.05 if installation.has_mongodb else 0.005
    # Half of it without the gateway, where there is a way around it.
    nodes = ("", "node-1" if cluster.own else "")
    loads = [Load(dev, rate=RATE / 2, writes=writes, node=node) for node in nodes]
    with loads[0], loads[1]:
        for _ in range(RESTARTS):
            restart()
        seconds = loads[0].seconds()
        while loads[0].seconds() * RATE < REQUESTS:
            time.sleep(1)
    figure(f"{RESTARTS} rolling restarts in {seconds:.0f} s, through the gateway: {loads[0]}")
    figure(f"{RESTARTS} rolling restarts, to the Service: {loads[1]}")
    for load in loads:
        load.check_none_failed()
    assert sum(load.result["sent"] for load in loads) >= REQUESTS


def test_without_the_drain_the_same_test_fails(dev: Site, figure: Callable[[str], None]) -> None:
    """What keeps requests from failing is what the manifest says, and not that nobody looks."""
    dev.fill()
    bare = [{"name": "demo-app", "lifecycle": None, "env": [{"name": "DRAIN_DELAY", "value": "0"}]}]
    patch = {"spec": {"minReadySeconds": 0, "template": {"spec": {"containers": bare}}}}
    kubectl("patch", DEPLOYMENT, "-n", "dev", "--patch", json.dumps(patch))
    wait_for_rollout("dev", DEPLOYMENT)
    with Load(dev, rate=RATE, writes=0.05) as load:
        for _ in range(3):
            restart()
    figure(f"3 rolling restarts without preStop and drain: {load}")
    assert load.result["failed"] > 0


def test_a_deleted_pod_is_not_missed(dev: Site, figure: Callable[[str], None]) -> None:
    dev.fill()
    with Load(dev, rate=150, writes=0.05) as load:
        for pod in sorted(each["metadata"]["name"] for each in pods("dev", "demo-app")):
            kubectl("delete", "pod", pod, "-n", "dev")
            wait_for_rollout("dev", DEPLOYMENT)
    figure(f"each pod deleted once: {load}")
    load.check_none_failed()


CRASHES = ("set", "env", DEPLOYMENT, "-n", "dev", "PORT=wrong")
NEVER_READY = ("set", "env", DEPLOYMENT, "-n", "dev", "MONGODB_URI=mongodb://demo@192.0.2.1/demoDB?authSource=admin")
PULLS_NOTHING = ("set", "image", DEPLOYMENT, "-n", "dev", "demo-app=demo-app:was-never-built")


@pytest.mark.parametrize(
    "change, shown",
    [
        pytest.param(CRASHES, {"CrashLoopBackOff", "Error"}, id="crashes"),
        pytest.param(NEVER_READY, {"Running"}, id="never-ready"),
        pytest.param(PULLS_NOTHING, {"ErrImagePull", "ImagePullBackOff"}, id="pulls-nothing"),
    ],
)
def test_a_bad_version_leaves_the_old_pods(
    dev: Site, change: tuple[str, ...], shown: set[str], figure: Callable[[str], None]
) -> None:
    dev.fill()
    before = names(pods("dev", "demo-app"))
    with Load(dev, rate=100, writes=0.05) as load:
        kubectl(*change)
        wait_for(lambda: shown & states(before), f"a new pod to be one of {shown}", 2 * DEADLINE)
        wait_for(lambda: load.seconds() > 30, "half a minute of it", DEADLINE)
        now = pods("dev", "demo-app")
        assert before <= names(now), "an old pod was taken away"
        assert not [pod for pod in now if pod["metadata"]["name"] not in before and is_ready(pod)]
        kubectl("rollout", "undo", DEPLOYMENT, "-n", "dev")
        wait_for_rollout("dev", DEPLOYMENT)
    figure(f"a version that {' '.join(sorted(shown))}: {load}")
    load.check_none_failed()


def test_a_version_that_turns_bad_once_it_was_ready_goes_no_further(dev: Site, figure: Callable[[str], None]) -> None:
    """It takes traffic for a moment, and what it then drops is the price: docs/adr/0009."""
    dev.fill()
    before = names(pods("dev", "demo-app"))
    ends = {"httpGet": {"path": "/not-there", "port": "http"}, "periodSeconds": 1, "failureThreshold": 1}
    env = [{"name": "DRAIN_DELAY", "value": "0"}]
    bad = [{"name": "demo-app", "lifecycle": None, "livenessProbe": ends, "env": env}]
    with Load(dev, rate=100, writes=0.05) as load:
        kubectl(
            "patch",
            DEPLOYMENT,
            "-n",
            "dev",
            "--patch",
            json.dumps({"spec": {"template": {"spec": {"containers": bad}}}}),
        )
        wait_for(lambda: "CrashLoopBackOff" in states(before), "the new pod to end again and again", 3 * DEADLINE)
        assert before <= names(pods("dev", "demo-app")), "an old pod was taken away"
        kubectl("rollout", "undo", DEPLOYMENT, "-n", "dev")
        wait_for_rollout("dev", DEPLOYMENT)
    figure(f"a version that turns bad after it was ready: {load}")
    assert load.result["failed"] <= load.result["sent"] * PRICE


def states(but: set[str]) -> set[str]:
    """What the containers of all other pods do: "Running", or why they wait or ended."""
    found = set()
    for pod in pods("dev", "demo-app"):
        if pod["metadata"]["name"] not in but:
            for container in pod["status"].get("containerStatuses", []):
                for state, about in container["state"].items():
                    found.add(about.get("reason", state.capitalize()))
    return found
