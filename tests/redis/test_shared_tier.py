"""The cache with Redis as its second tier: what is shown of it, and that it only helps."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.deadline import wait_until
from harness.expect import cache_status, ok
from harness.metrics import value
from harness.redis import Redis
from harness.server import Server

pytestmark = pytest.mark.sanitized


def status(server: Server) -> dict:
    return ok(server.get("/cache/status"))


def available(server: Server) -> bool:
    shown = status(server)
    return shown["redis_available"] and shown["redis"]["trusted"]


def start(start_server, redis: Redis, **settings: str) -> Server:
    server = start_server(REDIS_HOST=redis.address, **settings)
    wait_until(lambda: available(server), "Redis takes part")
    return server


def test_the_status_names_what_is_there(start_server, redis: Redis) -> None:
    server = start(start_server, redis)
    shown = status(server)
    assert shown["tier"] == "memory, redis"
    assert shown["redis"]["breaker"] == "closed"
    assert shown["redis"]["reason"] == ""
    assert shown["redis"]["primary"] == redis.address
    assert re.fullmatch(r"\d+\.\d+\.\d+", shown["redis"]["version"])
    assert shown["redis"]["replicas"] == shown["redis"]["sentinels"] == []
    assert value(server, "demo_shared_cache_closed") == 1
    assert value(server, "demo_shared_cache_trusted") == 1


def test_without_redis_nothing_is_said_of_it(server: Server) -> None:
    assert "redis" not in status(server)
    assert value(server, "demo_shared_cache_closed") == 0


def test_an_answer_says_which_tier_it_is_from(start_server, redis: Redis) -> None:
    # An answer of some 100 KiB is more than a memory cache of 1 MiB takes in, and less than Redis does.
    server = start(start_server, redis, CACHE_MIB="1")
    for i in range(700):
        ok(server.post("/api/users", {"name": f"User {i}", "email": f"{i}@example.org", "country": "France"}), 201)
    target = "/api/users?limit=700"
    first = server.get(target)
    assert cache_status(first) == "miss"
    assert len(first.body) > 80_000
    second = server.get(target)
    assert second.body == first.body
    assert "; detail=redis" in second.header("Cache-Status")
    assert second.header("X-Cache") == "HIT"
    assert second.header("ETag") == first.header("ETag")
    ok(server.get("/api/stats"))
    assert "; detail=memory" in server.get("/api/stats").header("Cache-Status")
    assert status(server)["redis"]["hits"] >= 1
    assert value(server, "demo_shared_cache_lookups_total", result="hit") >= 1
    ok(server.post("/api/users", {"name": "New", "email": "new@example.org", "country": "Spain"}), 201)
    assert cache_status(server.get(target)) == "miss"


def test_clearing_clears_redis_too(start_server, redis: Redis) -> None:
    server = start(start_server, redis, CACHE_MIB="1")
    ok(server.post("/api/load-sample-data"))
    ok(server.get("/api/users"))
    ok(server.post("/cache/clear"))
    assert cache_status(server.get("/api/users")) == "miss"


def work(server: Server, seconds: float) -> None:
    """Reads and writes that must all succeed, and see each other."""
    client = server.connect()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        before = ok(client.get("/api/stats"))["total_users"]
        ok(client.post("/api/random-user"))
        assert ok(client.get("/api/stats"))["total_users"] > before
        assert client.get("/api/users").status == 200
    client.close()


@pytest.mark.parametrize("fault", ["kill", "freeze", "flush", "full", "readonly", "wrong type"])
def test_whatever_happens_to_redis_no_request_fails(start_server, redis: Redis, fault: str) -> None:
    server = start(start_server, redis)
    generations = redis.ask("KEYS", "*:generations").split(b"\r\n")[2].decode()
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(work, server, 3.0) for _ in range(4)]
        time.sleep(1)  # of the work that goes on, not for anything to happen
        undo = {
            "kill": (redis.kill, redis.start),
            "freeze": (redis.freeze, redis.resume),
            "flush": (lambda: redis.ask("FLUSHALL"), lambda: None),
            "full": (
                lambda: redis.ask("CONFIG", "SET", "maxmemory", "1"),
                lambda: redis.ask("CONFIG", "SET", "maxmemory", "0"),
            ),
            "readonly": (
                lambda: redis.ask("REPLICAOF", "127.0.0.1", "1"),
                lambda: redis.ask("REPLICAOF", "NO", "ONE"),
            ),
            "wrong type": (
                lambda: redis.ask("SET", generations, "text"),
                lambda: redis.ask("DEL", generations),
            ),
        }[fault]
        undo[0]()
        for done in running:
            done.result()
        undo[1]()
    wait_until(lambda: available(server), "Redis takes part again")
    lines = re.findall(r"Redis (?:is left out of|takes part in) the cache", server.log())
    assert 2 <= len(lines) <= 12, "one line a second at most"


def test_redis_may_come_later(start_server, redis: Redis) -> None:
    redis.kill()
    server = start_server(REDIS_HOST=redis.address)
    shown = status(server)
    assert shown["redis_available"] is False
    assert shown["redis"]["breaker"] != "closed"
    assert "refused" in shown["redis"]["reason"]
    assert shown["redis"]["primary"] == ""
    work(server, 0.3)
    redis.start()
    wait_until(lambda: available(server), "Redis takes part")


def test_sentinels_lead_to_the_primary(start_server, start_redis) -> None:
    primary = start_redis()
    replica = start_redis(f"replicaof 127.0.0.1 {primary.port}")
    sentinels = [
        start_redis(
            f"sentinel monitor cache 127.0.0.1 {primary.port} 2",
            "sentinel down-after-milliseconds cache 1000",
            "sentinel failover-timeout cache 3000",
            program="redis-sentinel",
        )
        for _ in range(3)
    ]
    server = start_server(REDIS_SENTINELS=sentinels[0].address, REDIS_MASTER_NAME="cache")
    wait_until(lambda: available(server), "Redis takes part")

    def complete() -> bool:
        shown = status(server)["redis"]
        return [r["address"] for r in shown["replicas"] if r["online"]] == [replica.address] and sorted(
            s["address"] for s in shown["sentinels"] if s["answers"]
        ) == sorted(s.address for s in sentinels)

    wait_until(complete, "the replica and all Sentinels are known")
    assert status(server)["redis"]["primary"] == primary.address
    primary.kill()
    work(server, 0.5)
    wait_until(lambda: available(server) and status(server)["redis"]["primary"] == replica.address, "the replica leads")
    assert status(server)["redis"]["failovers"] == 1
    work(server, 0.3)


@pytest.mark.parametrize("secret", ["a-secret-of-mine", " a secret, mïne "])
def test_access(start_server, start_redis, tmp_path, secret: str) -> None:
    password = tmp_path / "password"
    password.write_text(secret + "\n")
    redis = start_redis(f'user app on ">{secret}" ~demo-app:* &demo-app:* +@all', "user default off")
    server = start_server(REDIS_HOST=redis.address, REDIS_USERNAME="app", REDIS_PASSWORD_FILE=str(password))
    wait_until(lambda: available(server), "Redis takes part")
    without = start_server(REDIS_HOST=redis.address)
    wait_until(lambda: "NOAUTH" in status(without)["redis"]["reason"], "the reason is shown")
    work(without, 0.2)
    assert secret not in server.log() + server.get("/cache/status").text
