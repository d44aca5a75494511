"""/cache/status tells the truth, and a clearing is seen at once."""

import pytest
from harness.expect import cache_status, is_count, ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized


def test_members(server: Server) -> None:
    status = ok(server.get("/cache/status"))
    assert status["redis_available"] is False
    for name in ("cache_entries", "cache_ttl", "hits", "misses", "stale", "coalesced"):
        assert is_count(status[name]), name


def test_it_counts_what_happens(sample_server: Server) -> None:
    ok(sample_server.post("/cache/clear"))
    before = ok(sample_server.get("/cache/status"))
    assert before["cache_entries"] == 0
    for _ in range(4):
        ok(sample_server.get("/api/users"))
    for _ in range(3):
        ok(sample_server.get("/api/orders"))
    after = ok(sample_server.get("/cache/status"))
    assert after["cache_entries"] == 2
    assert after["misses"] - before["misses"] == 2
    assert after["hits"] - before["hits"] == 5


def test_the_lifetime_of_the_hosts(server: Server) -> None:
    ok(server.get("/hosts"))
    assert 0 < ok(server.get("/cache/status"))["cache_ttl"] <= 300


def test_clearing_is_seen_at_once(sample_server: Server) -> None:
    for _ in range(20):
        ok(sample_server.get("/api/users"))
        assert ok(sample_server.post("/cache/clear"))["message"] == "Cache cleared"
        assert ok(sample_server.get("/cache/status"))["cache_entries"] == 0
        assert cache_status(sample_server.get("/api/users")) == "miss"


def test_clearing_is_a_post(server: Server) -> None:
    answer = server.get("/cache/clear")
    problem(answer, 405)
    assert answer.header("Allow") == "POST"


def test_the_status_itself_is_not_cached(server: Server) -> None:
    first = ok(server.get("/cache/status"))
    ok(server.get("/api/stats"))
    assert ok(server.get("/cache/status")) != first
