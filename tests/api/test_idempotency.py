"""The same key is the same request: once, whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from harness.client import Answer
from harness.expect import ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized

ADA = {"name": "Ada", "email": "ada@example.org", "country": "UK"}
ORDER = {"user_id": "user_4", "amount": 12.34}
POSTS = [
    ("/api/users", ADA),
    ("/api/orders", ORDER),
    ("/api/random-user", None),
    ("/api/random-order", None),
    ("/api/run-migration", None),
    ("/api/load-sample-data", None),
    ("/cache/clear", None),
]


def told(answer: Answer) -> tuple[int, bytes, str]:
    """What the client is told, without what belongs to one exchange."""
    return answer.status, answer.body, answer.header("Location")


def state(server: Server) -> tuple[bytes, bytes, bytes]:
    return tuple(server.get(target).body for target in ("/api/users", "/api/orders", "/api/stats"))


@pytest.mark.parametrize(("target", "body"), POSTS)
def test_again_changes_nothing_and_tells_the_same(sample_server: Server, target: str, body: object) -> None:
    first = sample_server.post(target, body, idempotency_key="one")
    assert first.status in (200, 201)
    before = state(sample_server)
    for _ in range(3):
        assert told(sample_server.post(target, body, idempotency_key="one")) == told(first)
    assert state(sample_server) == before


@pytest.mark.parametrize(("target", "body"), POSTS)
def test_again_after_a_restart_and_after_a_kill(sample_server: Server, target: str, body: object) -> None:
    first = sample_server.post(target, body, idempotency_key="one")
    assert first.status in (200, 201)
    before = state(sample_server)
    sample_server.restart()
    assert told(sample_server.post(target, body, idempotency_key="one")) == told(first)
    sample_server.kill()
    sample_server.start()
    assert told(sample_server.post(target, body, idempotency_key="one")) == told(first)
    assert state(sample_server) == before


@pytest.mark.parametrize(("target", "body"), POSTS)
def test_a_hundred_at_once_are_one(sample_server: Server, target: str, body: object) -> None:
    barrier = Barrier(100)

    def post(_: int) -> Answer:
        client = sample_server.connect()
        barrier.wait(timeout=60)
        return client.post(target, body, idempotency_key="at-once")

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(post, range(100)))
    assert {answer.status for answer in answers} <= {200, 201}
    assert len({told(answer) for answer in answers}) == 1
    stats = ok(sample_server.get("/api/stats"))
    added = {"/api/users": (6, 4), "/api/random-user": (6, 4), "/api/orders": (5, 5), "/api/random-order": (5, 5)}
    assert (stats["total_users"], stats["total_orders"]) == added.get(target, (5, 4))


def test_a_repeated_load_does_not_undo_what_came_between(sample_server: Server) -> None:
    first = sample_server.post("/api/load-sample-data", idempotency_key="load")
    ok(sample_server.post("/api/users", ADA), 201)
    assert told(sample_server.post("/api/load-sample-data", idempotency_key="load")) == told(first)
    assert ok(sample_server.get("/api/stats"))["total_users"] == 6


def test_records_outlive_a_clearing_of_the_data(sample_server: Server) -> None:
    ok(sample_server.post("/api/orders", ORDER, idempotency_key="one"), 201)
    ok(sample_server.delete("/api/clear-data"))
    ok(sample_server.post("/api/load-sample-data"))
    problem(sample_server.post("/api/orders", ORDER, idempotency_key="one"), 409)
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 4


def test_the_same_key_with_another_body_is_422(sample_server: Server) -> None:
    ok(sample_server.post("/api/orders", ORDER, idempotency_key="one"), 201)
    problem(sample_server.post("/api/orders", ORDER | {"amount": 12.35}, idempotency_key="one"), 422, "Idempotency-Key")
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 5


def test_the_same_key_on_another_path_is_422(sample_server: Server) -> None:
    ok(sample_server.post("/api/random-user", idempotency_key="one"))
    problem(sample_server.post("/api/random-order", idempotency_key="one"), 422, "Idempotency-Key")


def test_what_failed_may_be_tried_again(server: Server) -> None:
    problem(server.post("/api/orders", ORDER, idempotency_key="one"), 404)
    problem(server.post("/api/orders", ORDER | {"amount": -1}, idempotency_key="one"), 422, "amount")
    ok(server.post("/api/load-sample-data"))
    ok(server.post("/api/orders", ORDER, idempotency_key="one"), 201)


def test_other_keys_are_other_requests(sample_server: Server) -> None:
    ids = {ok(sample_server.post("/api/orders", ORDER, idempotency_key=f"k{i}"), 201)["order_id"] for i in range(20)}
    assert len(ids) == 20


@pytest.mark.parametrize("key", ["!", "~" * 128, 'a,b;c="d"', "K", "k"])
def test_any_visible_key_is_taken(sample_server: Server, key: str) -> None:
    first = sample_server.post("/api/random-user", idempotency_key=key)
    assert told(sample_server.post("/api/random-user", idempotency_key=key)) == told(first)
    assert first.status == 200


@pytest.mark.parametrize("key", ["x" * 129, "a b", "caf\u00e9", "a\tb"])
def test_other_keys_are_refused(shared_server: Server, key: str) -> None:
    answer = shared_server.request("POST", "/api/random-user", None, {"Idempotency-Key": key.encode("latin-1")})
    assert answer.status in (400, 422)
    problem(answer, answer.status, "Idempotency-Key")


def burst(server: Server, key: str, count: int = 100) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key}
    return server.request("POST", "/actions/random-order", f"count={count}", headers)


@pytest.mark.parametrize("key", ["burst", "k" * 128])
def test_a_burst_with_one_key_does_what_it_says_and_once(sample_server: Server, key: str) -> None:
    first = burst(sample_server, key)
    assert (first.status, first.header("Location")) == (303, "/user-dashboard?done=random-order&n=100")
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 104
    before = state(sample_server)
    assert burst(sample_server, key).header("Location") == first.header("Location")
    assert state(sample_server) == before
    other = burst(sample_server, key[:-1] + "x")
    assert other.header("Location") == first.header("Location")
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 204


def test_a_single_order_with_the_key_of_a_burst_is_its_first(sample_server: Server) -> None:
    assert burst(sample_server, "one").status == 303
    assert burst(sample_server, "one", 1).status == 303
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 104
    assert burst(sample_server, "").status == 422
    assert burst(sample_server, "k" * 129).status == 422
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 104
