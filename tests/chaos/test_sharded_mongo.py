"""A real cluster of two shards in trouble (reliability rows 4 to 7): three config servers, shards of three, two routers.

An election on MongoDB's own settings takes some 12 s after a kill; what is asked of the service is counted from its end.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from harness.caller import Caller, getting
from harness.client import Answer
from harness.cluster import BRING_UP_SECONDS, member_with_role, status, throw_away
from harness.deadline import SLOWER, wait_until
from harness.expect import ok
from harness.history import History
from harness.server import Server
from harness.workload import Workload
from mongo_processes import LocalCluster
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 * SLOWER)]

AFTER_ELECTION = 5.0  # seconds until it serves again


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with throw_away(tmp_path_factory.mktemp("sharded"), shards=2) as cluster:
        yield cluster


@pytest.fixture
def server(cluster: LocalCluster, start_server: Callable[..., Server]) -> Iterator[Server]:
    one = start_server(MONGODB_URI=cluster.uri)
    wait_until(lambda: one.get("/readyz").status == 200, "the service to reach its store")
    assert one.delete("/api/clear-data").status == 200
    yield one
    # The next test finds everything running again.
    cluster.start()
    wait_until(lambda: not faults(cluster), "the cluster to be whole again", BRING_UP_SECONDS)


def faults(cluster: LocalCluster) -> set[str]:
    return {finding["state"] for finding in status(cluster)["findings"] if finding["fault"]}


@contextmanager
def directly(cluster: LocalCluster, name: str) -> Iterator[MongoClient]:
    """A member, as a router would talk to it."""
    key = "".join((cluster.folder / "keyfile").read_text().split())
    login = {"username": "__system", "password": key, "authSource": "local", "authMechanism": "SCRAM-SHA-1"}
    with MongoClient(cluster.server(name).address, directConnection=True, **login) as client:
        yield client


def users_of(cluster: LocalCluster, replica_set: str) -> list[str]:
    with directly(cluster, member_with_role(cluster, replica_set, "primary")) as member:
        return [user["_id"] for user in member.demoDB.users.find({}, {"_id": 1})]


# The workload tells users by their names and orders by their amounts: no two may be alike, and none like its own.
numbers = itertools.count(1)


def new_users(server: Server, count: int) -> list[str]:
    users = []
    for _ in range(count):
        body = {"name": f"test {next(numbers)}", "email": "test@example.org", "country": "Belgium"}
        users.append(ok(server.post("/api/users", body), 201)["user_id"])
    return users


def new_order(server: Server, user: str) -> Callable[[], Answer]:
    client = server.connect()
    return lambda: client.post("/api/orders", {"user_id": user, "amount": 500_000 + next(numbers)})


def fresh_read(server: Server, user: str) -> Callable[[], Answer]:
    """Of a user, and never from a cache: a page of orders with a limit that nobody asked for before is in none."""
    client = server.connect()
    limits = iter(range(1, 1001))
    return lambda: client.get(f"/api/users/{user}/orders?limit={next(limits)}")


def wait_for_primary(cluster: LocalCluster, replica_set: str, other_than: str = "") -> str:
    found = ""

    def look() -> bool:
        nonlocal found
        found = member_with_role(cluster, replica_set, "primary")
        return found != other_than

    wait_until(look, f"another primary of {replica_set}", BRING_UP_SECONDS)
    return found


def step_down(cluster: LocalCluster, primary: str) -> None:
    with directly(cluster, primary) as member, pytest.raises(AutoReconnect):
        member.admin.command("replSetStepDown", 60, secondaryCatchUpPeriodSecs=10)


def test_a_primary_steps_down(cluster: LocalCluster, server: Server) -> None:
    """Row 4."""
    users = new_users(server, 30)
    with Workload(server) as workload:
        for replica_set in ("rs-shard", "rs-shard-2"):
            workload.wait_for_writes(50, BRING_UP_SECONDS)
            was = member_with_role(cluster, replica_set, "primary")
            here = next(user for user in users if user in users_of(cluster, replica_set))
            step_down(cluster, was)
            wait_for_primary(cluster, replica_set, other_than=was)
            elected = time.monotonic()
            order = new_order(server, here)
            wait_until(lambda order=order: order().status == 201, "the shard to take writes", BRING_UP_SECONDS)
            assert time.monotonic() - elected < AFTER_ELECTION * SLOWER
        workload.wait_for_writes(50, BRING_UP_SECONDS)
    print(workload.conclude())


def test_a_primary_is_killed_and_the_other_shard_does_not_notice(cluster: LocalCluster, server: Server) -> None:
    """Row 5."""
    new_users(server, 30)
    there = users_of(cluster, "rs-shard-2")[0]
    here = users_of(cluster, "rs-shard")[0]
    was = member_with_role(cluster, "rs-shard", "primary")
    with (
        Caller(new_order(server, there), pause=0.05) as other_writes,
        Caller(fresh_read(server, there)) as other_reads,
        Workload(server) as workload,
    ):
        workload.wait_for_writes(50, BRING_UP_SECONDS)
        cluster.kill(was)
        wait_for_primary(cluster, "rs-shard", other_than=was)
        elected = time.monotonic()
        order = new_order(server, here)
        wait_until(lambda: order().status == 201, "the shard to take writes", BRING_UP_SECONDS)
        assert time.monotonic() - elected < AFTER_ELECTION * SLOWER
        workload.wait_for_writes(50, BRING_UP_SECONDS)
    print(workload.conclude())
    assert other_writes.statuses() == {201}
    assert other_reads.statuses() == {200}


def test_one_router_of_two_is_killed(cluster: LocalCluster, server: Server) -> None:
    """Row 6, one."""
    [user] = new_users(server, 1)
    for router in ("router-0", "router-1"):
        with Caller(new_order(server, user), pause=0.05) as writes, Caller(fresh_read(server, user)) as reads:
            time.sleep(1)
            cluster.kill(router)
            killed = time.monotonic()
            time.sleep(5)
        assert writes.statuses(killed + 2) == {201}
        assert reads.statuses(killed + 2) == {200}
        cluster.start()
        wait_until(lambda: not faults(cluster), "the router's return", BRING_UP_SECONDS)


def test_all_routers_are_killed(cluster: LocalCluster, server: Server) -> None:
    """Row 6, all."""
    pid = server.pid
    with Workload(server) as workload:
        workload.wait_for_writes(50, BRING_UP_SECONDS)
        with (
            Caller(new_order(server, "user_of_nobody"), pause=0.05) as writes,
            Caller(getting(server, "/livez")) as alive,
        ):
            cluster.kill("router-0")
            cluster.kill("router-1")
            killed = time.monotonic()
            time.sleep(8)
        assert writes.statuses(killed) == {503}
        assert writes.longest_after(killed) < 5 * SLOWER
        assert alive.statuses() == {200}
        assert server.get("/readyz").status == 503
        cluster.start()
        workload.wait_for_writes(50, BRING_UP_SECONDS)
    assert server.pid == pid
    print(workload.conclude())


def test_a_history_of_a_hundred_thousand_operations(cluster: LocalCluster, server: Server) -> None:
    """Rows 4 to 6 on one history: of a user on each shard, 100 000 operations each, most of them reads from memory."""
    new_users(server, 30)
    with History(server, [users_of(cluster, "rs-shard")[0], users_of(cluster, "rs-shard-2")[0]]) as history:
        history.wait_for(20_000, BRING_UP_SECONDS)
        step_down(cluster, member_with_role(cluster, "rs-shard", "primary"))
        history.wait_for(40_000, BRING_UP_SECONDS)
        cluster.kill(member_with_role(cluster, "rs-shard-2", "primary"))
        history.wait_for(60_000, BRING_UP_SECONDS)
        cluster.kill("router-0")
        history.wait_for(80_000, BRING_UP_SECONDS)
        cluster.start()
        history.wait_for(100_000, BRING_UP_SECONDS)
    print(history.conclude())


@pytest.mark.parametrize("lost", [1, 2], ids=["one", "the majority"])
def test_config_servers_are_killed(cluster: LocalCluster, server: Server, lost: int) -> None:
    """Row 7. Longer than the half minute after which a router asks them for its users again."""
    [user] = new_users(server, 1)
    with Caller(new_order(server, user), pause=0.05) as writes, Caller(fresh_read(server, user)) as reads:
        for number in range(lost):
            cluster.kill(f"rs-config-{number}")
        time.sleep(40)
    assert writes.statuses() == {201}
    assert reads.statuses() == {200}
