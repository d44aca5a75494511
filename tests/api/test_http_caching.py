"""HEAD, entity tags, compression, and headers that say where an answer came from."""

import gzip

import pytest
from harness.expect import SERVER_TIMING, cache_status, ok
from harness.server import Server

pytestmark = pytest.mark.sanitized

CACHED = ["/api/users", "/api/orders", "/api/stats", "/api/users/user_1", "/api/users/user_1/orders"]
PAGES = ["/", "/user-dashboard", "/docs", "/openapi.json"]
READS = [*CACHED, *PAGES, "/api/users/user_1/orders/order_1", "/hosts", "/cache/status", "/sharding-info", "/livez",
         "/readyz", "/metrics", "/version", "/api/users/nobody", "/nothing"]  # fmt: skip
# What belongs to one exchange, or to the moment.
OF_THE_MOMENT = {"date", "server-timing", "cache-status", "x-cache", "x-response-time", "x-request-id", "age",
                 "content-length", "etag"}  # fmt: skip


def stable(answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items() if name.lower() not in OF_THE_MOMENT}


@pytest.mark.parametrize("target", READS)
def test_head_is_get_without_its_body(shared_server: Server, target: str) -> None:
    got = shared_server.get(target)
    asked = shared_server.head(target)
    assert asked.body == b""
    assert asked.status == got.status
    assert stable(asked) == stable(got)
    assert asked.has("Content-Length") == got.has("Content-Length")
    if target in CACHED:
        assert asked.header("Content-Length") == str(len(got.body))
        assert asked.header("ETag") == got.header("ETag")


@pytest.mark.parametrize("target", [*CACHED, *PAGES])
def test_a_matching_entity_tag_is_304(shared_server: Server, target: str) -> None:
    got = shared_server.get(target)
    tag = got.header("ETag")
    assert tag.startswith('"'), "a strong tag"
    assert tag.endswith('"')
    for condition in (tag, f'"other", {tag}', f"W/{tag}", f'"a,b" ,W/"x" , {tag}', "*"):
        answer = shared_server.get(target, if_none_match=condition)
        assert answer.status == 304, condition
        assert answer.body == b""
        assert answer.header("ETag") == tag
    for condition in ('"other"', tag.strip('"'), tag[:-2] + '"', "W/" + tag[:-2] + '"'):
        assert shared_server.get(target, if_none_match=condition).status == 200, condition


def test_an_error_has_no_304(shared_server: Server) -> None:
    assert shared_server.get("/api/users/nobody", if_none_match="*").status == 404


def test_a_write_changes_the_tag_at_once(sample_server: Server) -> None:
    for target in CACHED:
        before = sample_server.get(target).header("ETag")
        ok(sample_server.post("/api/orders", {"user_id": "user_1", "amount": 1}), 201)
        after = sample_server.get(target, if_none_match=before)
        assert after.status == 200, target
        assert after.header("ETag") != before, target


def test_larger_answers_are_compressed_for_who_accepts(server: Server) -> None:
    for _ in range(100):
        ok(server.post("/api/random-user"))
    plain = server.get("/api/users")
    assert not plain.has("Content-Encoding")
    for _ in range(2):
        packed = server.get("/api/users", accept_encoding="gzip, deflate, br")
        assert packed.header("Content-Encoding") == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) < len(plain.body) / 2
    assert packed.header("ETag") != plain.header("ETag")
    for answer in (plain, packed):
        assert "accept-encoding" in answer.header("Vary").lower()
    again = server.get("/api/users", accept_encoding="gzip", if_none_match=packed.header("ETag"))
    assert again.status == 304


def test_without_a_cache_nothing_is_compressed_for_later(start_server) -> None:
    encodings = []
    for mib in (1, 0):
        server = start_server(CACHE_MIB=str(mib))
        for _ in range(20):  # Of some kilobytes: worth it for many readers, not for one.
            ok(server.post("/api/random-user"))
        encodings.append(server.get("/api/users", accept_encoding="gzip").has("Content-Encoding"))
    assert encodings == [True, False]


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "gzip;q=0.000, identity", "br", "xgzip", "gzipx"])
def test_others_get_it_plain(server: Server, accepted: str) -> None:
    for _ in range(100):
        ok(server.post("/api/random-user"))
    answer = server.get("/api/users", accept_encoding=accepted)
    assert not answer.has("Content-Encoding")
    assert len(ok(answer)) == 100


@pytest.mark.parametrize("target", CACHED)
def test_cache_status_tells_miss_then_hit(sample_server: Server, target: str) -> None:
    ok(sample_server.post("/cache/clear"))
    assert cache_status(sample_server.get(target)) == "miss"
    for _ in range(3):
        assert cache_status(sample_server.get(target)) == "hit"
    ok(sample_server.post("/api/orders", {"user_id": "user_1", "amount": 1}), 201)
    assert cache_status(sample_server.get(target)) != "hit"


def test_a_write_leaves_other_users_cached(sample_server: Server) -> None:
    for user in ("user_1", "user_2"):
        sample_server.get(f"/api/users/{user}")
    ok(sample_server.post("/api/orders", {"user_id": "user_1", "amount": 1}), 201)
    assert cache_status(sample_server.get("/api/users/user_2")) == "hit"
    assert cache_status(sample_server.get("/api/users/user_1")) != "hit"


def test_the_query_is_part_of_what_is_cached(shared_server: Server) -> None:
    assert len(ok(shared_server.get("/api/users?limit=1"))) == 1
    assert len(ok(shared_server.get("/api/users?limit=2"))) == 2
    assert len(ok(shared_server.get("/api/users?limit=1"))) == 1


def test_negative_answers_are_never_stored(server: Server) -> None:
    for _ in range(2):
        assert server.get("/api/users/user_1").status == 404
    ok(server.post("/api/load-sample-data"))
    assert server.get("/api/users/user_1").status == 200


@pytest.mark.parametrize("target", ["/api/users", "/api/stats", "/hosts", "/sharding-info", "/api/users/user_1"])
def test_server_timing_says_where_the_time_went(shared_server: Server, target: str) -> None:
    for _ in range(2):
        entries = [entry.strip() for entry in shared_server.get(target).header("Server-Timing").split(",")]
        assert all(SERVER_TIMING.fullmatch(entry) for entry in entries), entries
        assert any(";dur=" in entry for entry in entries)


def test_a_read_after_a_write_is_never_old(sample_server: Server) -> None:
    for count in range(1, 101):
        ok(sample_server.get("/api/users/user_4"))
        ok(sample_server.post("/api/orders", {"user_id": "user_4", "amount": 0.01}), 201)
        user = ok(sample_server.get("/api/users/user_4"))
        assert user["order_count"] == count
        assert ok(sample_server.get("/api/stats"))["total_orders"] == 4 + count
