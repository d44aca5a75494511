"""GET /hosts: the instances on this store, and how the answer is cached."""

import re

import pytest
from harness.expect import ok
from harness.server import Server


def pods(server: Server) -> list[str]:
    return [host["pod"] for host in ok(server.get("/hosts"))]


@pytest.mark.sanitized
def test_an_instance_lists_itself(start_server) -> None:
    server = start_server(INSTANCE="demo-app-7c9d")
    hosts = ok(server.get("/hosts"))
    assert [host["pod"] for host in hosts] == ["demo-app-7c9d"]
    assert all(isinstance(host["info"], str) for host in hosts)


@pytest.mark.sanitized
def test_miss_then_hit_then_miss_after_a_clearing(server: Server) -> None:
    ok(server.post("/cache/clear"))
    first, second = server.get("/hosts"), server.get("/hosts")
    assert (first.header("X-Cache"), second.header("X-Cache")) == ("MISS", "HIT")
    for answer in (first, second):
        assert re.fullmatch(r"\d+\.\d\dms", answer.header("X-Response-Time")), answer.header("X-Response-Time")
    assert first.body == second.body
    ok(server.post("/cache/clear"))
    assert server.get("/hosts").header("X-Cache") == "MISS"


def test_other_writes_leave_it_cached(server: Server) -> None:
    server.get("/hosts")
    ok(server.post("/api/random-user"))
    assert server.get("/hosts").header("X-Cache") == "HIT"


def test_an_instance_that_stopped_is_gone(start_server, tmp_path) -> None:
    first = start_server(folder=tmp_path, INSTANCE="a")
    assert pods(first) == ["a"]
    assert first.stop() == 0
    assert pods(start_server(folder=tmp_path, INSTANCE="b")) == ["b"]


def test_an_instance_that_died_is_gone(start_server, tmp_path) -> None:
    first = start_server(folder=tmp_path, INSTANCE="dead")
    assert pods(first) == ["dead"]
    first.kill()
    # The embedded store belongs to one process: who opens it knows that nobody else runs on it.
    assert pods(start_server(folder=tmp_path, INSTANCE="alive")) == ["alive"]
