"""`cluster apply` and `status` on a real sharded cluster: 3 config servers, shards of 3, 2 routers."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.cluster import (
    BRING_UP_SECONDS,
    apply_events,
    bring_up,
    load,
    member_with_role,
    moved,
    states,
    status,
    throw_away,
)
from harness.deadline import SLOWER, wait_until
from mongo_processes import LocalCluster
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 * SLOWER)]

# What apply may change; the servers write heartbeats, sessions and pings beside it all the time.
APPLYS_OWN = r"^(admin|demoDB)\.|^config\.(shards|databases|collections|chunks|settings|version|tags)$"


# Promised of a machine that does nothing else.
UP_SECONDS = 60
AGAIN_MILLISECONDS = 2000
LOADED = 100_000


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalCluster, float]]:
    """A cluster, and how many seconds it took from nothing."""
    began = time.monotonic()
    with throw_away(tmp_path_factory.mktemp("sharded"), shards=1) as cluster:
        yield cluster, time.monotonic() - began


@pytest.fixture(scope="module")
def cluster(brought_up: tuple[LocalCluster, float]) -> LocalCluster:
    return brought_up[0]


@pytest.fixture
def admin(cluster: LocalCluster) -> Iterator[MongoClient]:
    with MongoClient(cluster.topology["routers"], username="admin", password=cluster.password("admin")) as client:
        yield client


def writes(cluster: LocalCluster) -> dict[str, int]:
    """How many entries each primary's log of operations has about what apply may change."""
    key = "".join((cluster.folder / "keyfile").read_text().split())
    login = {"username": "__system", "password": key, "authSource": "local", "authMechanism": "SCRAM-SHA-1"}
    counts = {}
    topology = cluster.topology
    for address in (member for each in [topology["config"], *topology["shards"]] for member in each["members"]):
        with MongoClient(address, directConnection=True, **login) as client:
            if client.is_primary:
                entries = client.local["oplog.rs"].find({"ns": {"$regex": APPLYS_OWN}, "op": {"$ne": "n"}})
                # The servers shard their own collection of sessions when they come to it.
                counts[address] = sum("config.system.sessions" not in str(entry) for entry in entries)
    return counts


def test_it_is_up_in_time(brought_up: tuple[LocalCluster, float]) -> None:
    assert brought_up[1] <= UP_SECONDS * SLOWER


def test_it_is_as_the_topology_says(cluster: LocalCluster) -> None:
    report = status(cluster)
    assert {finding["state"] for finding in report["findings"]} == {"one-shard"}
    assert [member["role"] for member in report["shards"][0]["members"]].count("primary") == 1
    sharded = {each["name"]: each.get("shard_key") for each in report["collections"]}
    assert sharded["users"] == "_id hashed"
    assert sharded["orders"] == "user_id hashed"


def test_again_does_nothing_and_writes_nothing(cluster: LocalCluster) -> None:
    before = writes(cluster)
    for _ in range(5):
        (end,) = apply_events(cluster)
        assert end["event"] == "end"
        assert end["milliseconds"] <= AGAIN_MILLISECONDS * SLOWER
    assert writes(cluster) == before


def test_the_service_user_may_do_what_the_service_does(cluster: LocalCluster) -> None:
    with MongoClient(cluster.uri) as client:
        client.demoDB.hosts.insert_one({"_id": "by-the-service"})
        client.demoDB.hosts.delete_one({"_id": "by-the-service"})
        assert client.admin.command("listShards")["shards"]
        assert client.config.chunks.count_documents({}) > 0
        with pytest.raises(PyMongoError):
            client.otherDB.things.insert_one({})


def test_a_stopped_balancer_is_named_and_started(cluster: LocalCluster, admin: MongoClient) -> None:
    admin.admin.command("balancerStop")
    assert "balancer-off" in states(cluster)
    apply_events(cluster)
    assert "balancer-off" not in states(cluster)


def test_a_lost_member_is_named(cluster: LocalCluster) -> None:
    name = member_with_role(cluster, "rs-shard", "secondary")
    cluster.kill(name)
    assert "member-down" in states(cluster)
    # One less is no reason not to do the rest.
    assert [event["event"] for event in apply_events(cluster)] == ["end"]
    cluster.start()
    wait_until(lambda: states(cluster) == {"one-shard"}, "the member's return", BRING_UP_SECONDS)


def test_lost_routers_are_named(cluster: LocalCluster) -> None:
    cluster.kill("router-0")
    assert "router-down" in states(cluster)
    cluster.kill("router-1")
    assert "no-router" in states(cluster)
    cluster.start()
    wait_until(lambda: states(cluster) == {"one-shard"}, "the routers' return", BRING_UP_SECONDS)


def test_a_service_held_to_one_router_is_named(cluster: LocalCluster) -> None:
    routers = cluster.topology["routers"]
    assert "direct-connection" in states(cluster, MONGODB_URI=f"mongodb://{routers[0]}/?directConnection=true")
    assert "direct-connection" not in states(cluster, MONGODB_URI=f"mongodb://{','.join(routers)}/")


def test_another_key_is_named(cluster: LocalCluster, tmp_path: Path) -> None:
    other = LocalCluster(tmp_path / "other").create()
    other.topology_file.write_text(cluster.topology_file.read_text())
    assert "login-refused" in states(other)


class Inserts:
    """A client that inserts until it is told to stop, and counts what was acknowledged."""

    def __init__(self, cluster: LocalCluster) -> None:
        self.acknowledged = 0
        self.unknown = 0
        self._stop = threading.Event()
        self._cluster = cluster
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with MongoClient(self._cluster.uri, retryWrites=True) as client:
            users = client.demoDB.get_collection("users", write_concern=WriteConcern("majority"))
            number = 0
            while not self._stop.is_set():
                number += 1
                try:
                    users.insert_many([{"_id": f"user-{number}-{i}"} for i in range(20)])
                    self.acknowledged += 20
                except PyMongoError:
                    self.unknown += 20

    def __enter__(self) -> "Inserts":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def test_a_second_shard_joins_while_others_write(cluster: LocalCluster, admin: MongoClient) -> None:
    with Inserts(cluster) as inserts:
        wait_until(lambda: inserts.acknowledged > 0, "the first insert", BRING_UP_SECONDS)
        name = cluster.add_shard()
        bring_up(cluster)
        wait_until(lambda: moved(cluster), "all chunks in their places", 2 * BRING_UP_SECONDS)
    assert inserts.unknown == 0
    # By reading them all: the shards' own counts may hold what a move left behind.
    assert sum(1 for _ in admin.demoDB.users.find({}, {"_id": 1})) == inserts.acknowledged
    report = status(cluster)
    users = next(each for each in report["collections"] if each["name"] == "users")
    assert {part["shard"]: part["chunks"] for part in users["parts"]} == {"rs-shard": 6, name: 6}
    assert [event["event"] for event in apply_events(cluster)] == ["end"]


def users_by_shard(cluster: LocalCluster) -> dict[str, int]:
    users = next(each for each in status(cluster)["collections"] if each["name"] == "users")
    return {part["shard"]: part["documents"] for part in users["parts"]}


def test_users_are_spread_evenly(cluster: LocalCluster) -> None:
    before = users_by_shard(cluster)
    if len(before) < 2:
        pytest.skip("there is one shard: the test before this one adds the second")
    load(cluster, users=LOADED, orders=0)
    after = users_by_shard(cluster)
    # What a move left behind is counted for a quarter of an hour, before and after.
    added = {shard: after[shard] - before[shard] for shard in after}
    assert sum(added.values()) == LOADED
    even = LOADED / len(added)
    assert all(abs(count - even) <= 0.05 * even for count in added.values()), added


def test_stopped_and_started_it_is_the_same(cluster: LocalCluster, admin: MongoClient) -> None:
    count = sum(1 for _ in admin.demoDB.users.find({}, {"_id": 1}))
    cluster.stop()
    assert cluster.running() == []
    # As after a crash of whoever started it: another object finds the folder.
    again = LocalCluster(cluster.folder)
    bring_up(again)
    assert sum(1 for _ in admin.demoDB.users.find({}, {"_id": 1})) == count
    assert json.loads(again.topology_file.read_text()) == cluster.topology
    assert len(cluster.running()) == len(cluster.processes())
