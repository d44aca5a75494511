"""The options of the manifests: each turned on as its README says, then held against what it promises."""

import base64
import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.client import Answer
from harness.expect import ok
from harness.kubernetes import DEADLINE, Site, is_ready, kubectl, pods, read, wait_for, wait_for_rollout
from harness.server import ROOT
from installed import Cluster, Installation, run_script
from load import Load

pytestmark = pytest.mark.timeout(900)

DEPLOYMENT = "deployment/demo-app"
OPTIONS = ROOT / "manifests/options"
COMMANDS = re.compile(r"^    (.*\n)", re.MULTILINE)
WAY_BACK = "Without it again:"
BALANCED_BY_SIZE = 6  # MongoDB's version; since then a few chunks are no reason to move any.


def readme(option: str) -> tuple[str, str]:
    """The commands of the option's README: there, and back."""
    there, _, back = (ROOT / f"deploy/components/{option}/README.md").read_text().partition(WAY_BACK)
    return "".join(COMMANDS.findall(there)), "".join(COMMANDS.findall(back))


def run_in(folder: Path, commands: str) -> None:
    """In a folder that has all they name."""
    for name in ("manifests", "scripts", "setup-sharding.sh"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    assert commands
    run_script("bash", "-euo", "pipefail", "-c", f"cd {folder}\n{commands}", deadline=400)


def follow(option: str, folder: Path) -> None:
    commands, _ = readme(option)
    assert f"manifests/options/{option}.yaml" in commands
    run_in(folder, commands)


def start_again(installation: Installation) -> None:
    """What one may do at any time. (Where there is no MongoDB it would start half of what cannot run.)"""
    if installation.has_mongodb:
        run_script("./start-cluster.sh", deadline=300)


@pytest.fixture
def https(installation: Installation, tmp_path: Path) -> Iterator[None]:
    follow("tls", tmp_path)
    start_again(installation)
    yield
    run_in(tmp_path, readme("tls")[1])
    wait_for(installation.dev.is_ready, "the site over HTTP again", DEADLINE)


def get_over_https(site: Site, target: str) -> Answer:
    """From a server whose certificate is the one of the Secret, for the name of the site."""
    secret = read("get", "secret", "demo-app-tls", "-n", site.namespace)
    trusted = ssl.create_default_context(cadata=base64.b64decode(secret["data"]["tls.crt"]).decode())
    connection = http.client.HTTPConnection(site.host, timeout=5)
    connection.sock = trusted.wrap_socket(socket.create_connection((site.address, 443), 5), server_hostname=site.host)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.mark.usefixtures("https")
def test_https_answers_and_http_is_sent_there(dev: Site) -> None:
    wait_for(lambda: get_over_https(dev, "/readyz").status == 200, "the site over HTTPS", DEADLINE)
    assert b"</html>" in get_over_https(dev, "/").body
    sent = dev.get("/user-dashboard?lang=fr")
    assert (sent.status, sent.header("Location")) == (301, f"https://{dev.host}/user-dashboard?lang=fr")


@pytest.fixture
def autoscaler(cluster: Cluster, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Turns it on when it is called."""
    if not cluster.own:
        pytest.skip("only the project's own cluster is kept busy")
    yield lambda: follow("hpa", tmp_path)
    if read("get", "hpa", "-n", "dev"):
        run_in(tmp_path, readme("hpa")[1])
    wait_for_rollout("dev", DEPLOYMENT)


def ready() -> int:
    return len([pod for pod in pods("dev", "demo-app") if is_ready(pod)])


def wanted() -> int:
    return read("get", DEPLOYMENT, "-n", "dev")["spec"]["replicas"]


def test_an_autoscaler_takes_no_instance_away(
    dev: Site, autoscaler: Callable[[], None], figure: Callable[[str], None]
) -> None:
    dev.fill()
    least = [ready(), wanted()]

    def looks() -> bool:
        least.extend((ready(), wanted()))
        return used() is not None and load.seconds() > 30

    with Load(dev, rate=100, writes=0.05) as load:
        autoscaler()
        wait_for(looks, "the first measurement", 3 * DEADLINE)
    figure(f"autoscaler turned on: {load}")
    assert min(least) == 3
    load.check_none_failed()


def used() -> str | None:
    """What the autoscaler takes an instance to use."""
    for metric in read("get", "hpa", "demo-app", "-n", "dev").get("status", {}).get("currentMetrics") or ():
        return metric["resource"]["current"].get("averageValue")
    return None


@pytest.mark.usefixtures("mongodb")
def test_a_second_shard_is_added_while_it_runs(
    cluster: Cluster, dev: Site, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The last of all tests: a shard is never removed."""
    if not cluster.own:
        pytest.skip("no second shard is left on a cluster that goes on")
    dev.fill()
    said = kubectl("exec", "mongo-shard-0", "-n", "dev", "-c", "mongod", "--", "mongod", "--version")
    version = int(re.search(r"v(\d+)\.", said)[1])
    with Load(dev, rate=100, writes=0.05) as load:
        follow("second-shard", tmp_path)
        added = load.seconds()
        wait_for(lambda: shows_both(dev, evenly=version < BALANCED_BY_SIZE), "both shards", 5 * DEADLINE)
        balanced = load.seconds()
        time.sleep(10)
    figure(
        f"a second shard: added after {added:.0f} s, shown with its share (MongoDB {version}) after {balanced:.0f} s; {load}"
    )
    load.check_none_failed()


def shows_both(site: Site, evenly: bool) -> bool:
    """Of the users, which are spread evenly by a server that goes by chunks."""
    shards = ok(site.get("/sharding-info"))["shard_list"]
    chunks = [part["chunks"] for shard in shards for part in shard["collections"] if part["name"] == "users"]
    return len(shards) == len(chunks) == 2 and (not evenly or (min(chunks) >= 1 and max(chunks) - min(chunks) <= 2))
