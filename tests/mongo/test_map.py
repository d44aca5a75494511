"""What the service says its store is made of, also while a shard has no primary to count in."""

import html
import re
import time
from collections.abc import Iterator

import pytest
from bson import Int64
from harness.deadline import DEADLINE, SLOWER, wait_until
from harness.expect import ok
from harness.fake_cluster import FakeCluster
from harness.mongo import Secantus
from harness.server import Server
from pymongo import MongoClient


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    cluster = FakeCluster()
    yield cluster
    cluster.close()


def watched(start_server, cluster: FakeCluster) -> Server:
    """An instance that has counted once, and heard of every member."""
    server = start_server(MONGODB_URI=cluster.uri)
    wait_until(lambda: server.get("/readyz").status == 200, "readiness")
    wait_until(lambda: counts(server) == [50, 50], "a count")
    if cluster.members_answer:
        # Of a member that was never heard the router's word would stand.
        wait_until(lambda: lag(server) is not None, "the members' own answers")
    return server


def lag(server: Server) -> int | None:
    """Of the first shard's secondary."""
    primary, secondary = info(server)["shard_list"][0]["replica_set"]["members"]
    assert primary["lag_ms"] is None
    return secondary["lag_ms"]


def info(server: Server) -> dict:
    return ok(server.get("/sharding-info"))


def roles(server: Server, shard: str) -> list[str]:
    found = next(each for each in info(server)["shard_list"] if each["name"] == shard)
    return [member["role"] for member in found["replica_set"]["members"]]


def counts(server: Server) -> list[int | None]:
    return [each["collections"][0]["documents"] for each in info(server).get("shard_list", [])]


def test_an_election_is_seen_while_nobody_can_count(cluster: FakeCluster, start_server) -> None:
    server = watched(start_server, cluster)
    assert roles(server, "shard-0") == ["primary", "secondary"]
    cluster.stalls.set()
    cluster.members["shard-0"][0].server.close()
    wait_until(lambda: roles(server, "shard-0") == ["down", "secondary"], "the loss of the primary")
    assert info(server)["current"]
    assert counts(server) == [50, 50], "kept from before"
    cluster.members["shard-0"][1].role = "primary"
    wait_until(lambda: roles(server, "shard-0") == ["down", "primary"], "the new primary")
    page = html.unescape(server.get("/").body.decode())
    assert f"shard-0: {cluster.members['shard-0'][1].address} is primary" in page
    kinds = [event["kind"] for event in info(server)["events"]]
    assert kinds[:3] == ["primary", "member_down", "no_primary"] or kinds[:3] == [
        "primary",
        "no_primary",
        "member_down",
    ]


def test_numbers_older_than_the_roles_say_so(cluster: FakeCluster, start_server) -> None:
    server = watched(start_server, cluster)
    assert "counted_at" not in info(server)
    cluster.stalls.set()
    cluster.members["shard-1"][0].role = "secondary"
    wait_until(lambda: "counted_at" in info(server), "the age of the numbers")
    assert "counted at" in server.get("/").body.decode()
    assert roles(server, "shard-1") == ["secondary", "secondary"]
    cluster.stalls.clear()
    cluster.members["shard-1"][0].role = "primary"
    wait_until(lambda: "counted_at" not in info(server), "a new count", 30 * SLOWER)


def test_a_secondary_that_falls_behind_is_seen(cluster: FakeCluster, start_server) -> None:
    server = watched(start_server, cluster)
    cluster.members["shard-0"][1].behind = 30

    wait_until(lambda: 25_000 < (lag(server) or 0) < 35_000, "the lag")
    assert re.search(r"secondary, \d\d\.\d s behind", server.get("/").body.decode())


def test_members_that_cannot_be_reached_are_shown_as_the_router_has_them(start_server) -> None:
    cluster = FakeCluster(members_answer=False)
    try:
        server = watched(start_server, cluster)
        assert roles(server, "shard-0") == ["primary", "secondary"]
        cluster.believed["shard-0"] = ["secondary", "primary"]
        wait_until(lambda: roles(server, "shard-0") == ["secondary", "primary"], "what the router says")
        assert info(server)["shard_list"][0]["replica_set"]["members"][0]["lag_ms"] is None
        assert "warn" not in server.log(), "nothing is wrong"
    finally:
        cluster.close()


def test_a_router_that_answers_is_known_by_its_name(cluster: FakeCluster, start_server) -> None:
    server = watched(start_server, cluster)
    assert [(router["name"], router["answers"]) for router in info(server)["routers"]] == [("router-0:27017", True)]


def test_what_was_last_read_is_told_while_the_store_is_down(cluster: FakeCluster, start_server) -> None:
    server = watched(start_server, cluster)
    cluster.close()
    wait_until(lambda: not info(server)["current"], "the age of what was read")
    down = info(server)
    assert (down["mode"], down["connected_to"], down["shards"]) == ("sharding", "mongos", 2)
    assert down["read_at"] <= time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
    wait_until(lambda: [e["kind"] for e in info(server)["events"]][:1] == ["unreachable"], "the event", 30 * SLOWER)


def test_an_election_of_a_replica_set_is_seen(cluster: FakeCluster, start_server) -> None:
    members = cluster.members["shard-0"]
    addresses = ",".join(member.address for member in members)
    server = start_server(MONGODB_URI=f"mongodb://{addresses}/demoDB?replicaSet=shard-0")

    def shown() -> list[str]:
        answer = server.get("/sharding-info")
        return [each["role"] for each in answer.json()["replica_set"]["members"]] if answer.status == 200 else []

    wait_until(lambda: shown() == ["primary", "secondary"], "both members")
    members[0].role = "secondary"
    wait_until(lambda: shown() == ["secondary", "secondary"], "that nobody is primary")
    assert info(server)["current"]
    members[1].role = "primary"
    wait_until(lambda: shown() == ["secondary", "primary"], "the new primary")
    assert [event["kind"] for event in info(server)["events"][:2]] == ["primary", "no_primary"]


def test_a_store_that_was_never_read_is_503(start_server) -> None:
    server = start_server(MONGODB_URI="mongodb://127.0.0.1:1/")
    assert server.get("/sharding-info").status == 503


def test_the_page_of_a_replica_set_shows_the_set(start_server, shared_secantus: Secantus) -> None:
    server = start_server(MONGODB_URI=f"{shared_secantus.uri}/page_of_a_set")

    def drawn() -> bool:
        page = server.get("/").body.decode()
        return 'data-kind="replica_set"' in page and f"127.0.0.1:{shared_secantus.port} primary" in page

    wait_until(drawn, "the set and its primary")


def test_a_peer_that_drains_is_drawn_as_such(start_server, shared_secantus: Secantus) -> None:
    uri = f"{shared_secantus.uri}/drains"
    one = start_server(MONGODB_URI=uri, INSTANCE="one")
    other = start_server(MONGODB_URI=uri, INSTANCE="other", DRAIN_DELAY="20")
    wait_until(lambda: [host["pod"] for host in ok(one.get("/hosts"))] == ["one", "other"], "both instances")
    other.process.terminate()

    def state() -> str:
        found = re.search(r'<a[^>]*data-node="instance:other"[^>]*>', one.get("/").body.decode())
        return found.group() if found else ""

    wait_until(lambda: "draining" in state(), "the drain")
    assert "other is draining" in one.get("/").body.decode()
    ok(one.post("/cache/clear"))
    assert {host["pod"]: host["draining"] for host in ok(one.get("/hosts"))} == {"one": False, "other": True}
    assert other.process.wait(timeout=30) == 0
    wait_until(lambda: "other has left" in one.get("/").body.decode(), "its end")


def test_a_peer_that_was_killed_is_silent_and_then_gone(start_server, shared_secantus: Secantus) -> None:
    uri = f"{shared_secantus.uri}/killed"
    one = start_server(MONGODB_URI=uri, INSTANCE="one")
    other = start_server(MONGODB_URI=uri, INSTANCE="other")

    def shown() -> tuple[str, str] | None:
        """The peer's state and words, as a reader without JavaScript gets them."""
        box = re.search(r'<a [^>]*data-node="instance:other".*?</a>', one.get("/").body.decode(), re.DOTALL)
        state = box and re.search(r'data-state="(.*?)"', box[0])
        words = box and re.search(r'class="glyph"[^>]*></span>(.*?)</span>', box[0])
        return (state[1], words[1]) if state and words else None

    def told() -> dict | None:
        return {each["pod"]: each for each in info(one).get("instances", [])}.get("other")

    def heard(pattern: str) -> int | None:
        """How many seconds ago, by the words that it is shown with."""
        seen = shown()
        found = seen and re.fullmatch(pattern, seen[1])
        return int(found[1]) if found else None

    wait_until(lambda: (shown() or [""])[0] == "up", "the peer")
    assert heard(r"last heard (\d+) s ago") is not None
    other.kill()
    # It may have been heard just before, and a page of a second ago is still one.
    wait_until(lambda: shown()[0] == "silent", "its silence", 13 + DEADLINE)
    first = heard(r"silent, last heard (\d+) s ago")
    assert first is not None and first >= 11
    wait_until(lambda: (told() or {}).get("state") == "silent", "its silence as JSON")
    wait_until(lambda: (told() or {}).get("silent_ms", 0) > 1000 * (first + 1), "more silence as JSON")
    wait_until(lambda: (heard(r"silent, last heard (\d+) s ago") or 0) > first, "more silence")
    wait_until(lambda: "other is silent: it missed two renewals" in one.get("/").body.decode(), "the event")
    french = one.get("/", **{"Accept-Language": "fr"}).body.decode()
    assert re.search(r"silence, dernier signe il y a \d+ s", french)
    assert {each["pod"]: each["state"] for each in info(one)["instances"]}["one"] == "up"
    with MongoClient(uri) as client:  # Instead of waiting for a minute.
        client.killed.hosts.update_one({"_id": "other"}, {"$set": {"lifetime_ms": Int64(1000)}})
    wait_until(lambda: shown() is None and told() is None, "its end")
    assert "other has left" in one.get("/").body.decode()


def test_a_set_without_a_primary_is_not_one_that_does_not_answer(cluster: FakeCluster, start_server) -> None:
    server = watched(start_server, cluster)

    def said() -> str:
        return re.sub("<[^>]*>", " ", server.get("/").body.decode())

    cluster.members["shard-0"][1].server.close()
    wait_until(lambda: "1 of 2 down" in said(), "the loss of a secondary")
    cluster.members["shard-1"][0].role = "secondary"
    wait_until(lambda: "no primary; 2 members answer" in said(), "the loss of a primary")
    page = server.get("/").body.decode()
    assert re.search(r'data-node="shard:shard-0"[^>]*data-state="degraded"', page)
    assert re.search(r'data-node="shard:shard-1"[^>]*data-state="no-primary"', page)
