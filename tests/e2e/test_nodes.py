"""A node that is cut off from the others, and one that is dead, with the primary of the shard on it."""

import json
import time
from collections.abc import Callable

import pytest
from harness.expect import ok
from harness.kubernetes import DEADLINE, Site, is_ready, kubectl, names, node_of, pods, read, wait_for
from harness.workload import Workload
from installed import Cluster
from load import Load

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("mongodb")]

WRITES_WITHIN = 20  # seconds
READS_WITHIN = 2
ANSWERED = 0.6  # Of all cached reads; the gateway sends a third to the lost instance until Kubernetes misses the node.


@pytest.fixture(autouse=True)
def own_cluster(cluster: Cluster) -> None:
    if not cluster.own:
        pytest.skip("only the nodes of the project's own cluster are cut off and killed")


def primary_node(site: Site) -> str:
    """The node of the shard's primary, once there is one."""
    wait_for(lambda: primary(site), "a primary", DEADLINE)
    return node_of("dev", primary(site))


def primary(site: Site) -> str:
    """The pod of the shard's primary."""
    for shard in ok(site.get("/sharding-info")).get("shard_list", []):
        for member in shard["replica_set"]["members"]:
            if member["role"] == "primary":
                return member["name"].partition(".")[0]
    raise AssertionError("no shard has a primary")


def primary_redis(site: Site) -> str:
    """The pod of the Redis that carries; fails while none does."""
    redis = ok(site.get("/cache/status"))["redis"]
    assert redis["trusted"]
    return redis["primary"].partition(".")[0]


def fail_over() -> bool:
    ask = "REDISCLI_AUTH=$(cat /access/sentinel-password) redis-cli --user sentinel -p 26379 sentinel failover demo"
    return "OK" in kubectl("exec", "-n", "dev", "redis-sentinel-0", "--", "sh", "-c", ask).split()


def away_from(node: str, site: Site) -> None:
    """Makes another node's Redis the primary, where it is on this one: one loss at a time. (With both gone nobody can say
    whether a kept answer still holds, and reads wait for the store: docs/adr/0007.)"""
    wait_for(lambda: primary_redis(site), "a Redis that carries", DEADLINE)
    if node_of("dev", primary_redis(site)) != node:
        return
    wait_for(fail_over, "Sentinels that find the other Redis good", DEADLINE)
    wait_for(lambda: node_of("dev", primary_redis(site)) != node, "the other Redis to be primary", DEADLINE)
    time.sleep(3)


def nodes_are_ready() -> bool:
    return all(is_ready(node) for node in read("get", "nodes"))


def until_acknowledged(history: Workload) -> float:
    """Until one of its clients has a write acknowledged again; what was under way when it happened does not count."""
    started = time.monotonic()
    time.sleep(1)
    history.wait_for_writes(1, 4 * DEADLINE)
    return time.monotonic() - started


def go_through(
    fault: Callable[[], None], heal: Callable[[], None], history: Workload, figure: Callable[[str], None], name: str
) -> None:
    site = history.server
    lost = {pod for pod in names(pods("dev", "mongo-shard")) if node_of("dev", pod) == primary_node(site)}
    # A list is made wrong by each write, and its store is then asked; a user to whom nothing happens is the cache's.
    who = ok(site.client.post("/api/users", {"name": name, "email": "nobody@example.org", "country": "France"}), 201)
    with Load(site, rate=50, targets=[f"/api/users/{who['user_id']}"]) as reads, history:
        time.sleep(5)
        fault()
        seconds = until_acknowledged(history)
        wait_for(lambda: members_lost(site) == lost, f"the page to show that {lost} are gone", DEADLINE)
        time.sleep(20)
        heal()
        wait_for(nodes_are_ready, "every node", 2 * DEADLINE)
        time.sleep(10)
    wait_for(site.is_ready, "the site to be well", 2 * DEADLINE)
    figure(f"{name}: written again after {seconds:.0f} s; reads: {reads}; {history.conclude()}")
    figure(f"{name}: {json.dumps(reads.result['failures'])}")
    assert seconds <= WRITES_WITHIN
    assert reads.result["longest_gap_s"] <= READS_WITHIN
    assert reads.result["good"] >= reads.result["sent"] * ANSWERED


def members_lost(site: Site) -> set[str]:
    """The pods of the shard's members that /sharding-info knows as gone."""
    shards = ok(site.get("/sharding-info"))["shard_list"]
    members = [member for shard in shards for member in shard["replica_set"]["members"]]
    return {each["name"].partition(".")[0] for each in members if each["role"] in ("down", "unknown")}


def plug(node: str, how: str) -> None:
    """Pulls the node's cable ("down"), or puts it in again ("up")."""
    import network
    from processes import call

    call("ip", "link", "set", network.link(node), how)


def test_a_node_is_cut_off(dev: Site, history: Workload, figure: Callable[[str], None]) -> None:
    node = primary_node(dev)
    away_from(node, dev)
    try:
        go_through(lambda: plug(node, "down"), lambda: plug(node, "up"), history, figure, "the primary's node cut off")
    finally:
        plug(node, "up")


def test_a_node_is_dead(dev: Site, cluster: Cluster, history: Workload, figure: Callable[[str], None]) -> None:
    import nodes
    import processes

    node = primary_node(dev)
    away_from(node, dev)
    back = []

    def die() -> None:
        plug(node, "down")  # A dead machine does not even say that a port is closed.
        processes.kill(node)

    def heal() -> None:
        back.append(node)
        plug(node, "up")
        nodes.start_node(cluster.binaries, node)

    try:
        go_through(die, heal, history, figure, "the primary's node dead")
    finally:
        if not back:
            heal()
