"""Clearing the data clears the persons: no file of the store names them, also while it serves."""

from pathlib import Path

import pytest
from harness.expect import ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized

PERSONS = [{"name": f"Nomen Nescio {n}", "email": f"nn{n}@example.org", "country": "Utopia"} for n in range(300)]
TRACES = (b"Nomen Nescio", b"@example.org", b"Utopia")
SAMPLE = (b"Alice Dupont", b"@ecam.be")


def traces(folder: Path, texts: tuple[bytes, ...] = TRACES) -> list[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [(path.name, text) for path in files for text in texts if text in path.read_bytes()]


def fill(server: Server) -> list[dict[str, object]]:
    users = [ok(server.post("/api/users", who, idempotency_key=f"u{n}"), 201) for n, who in enumerate(PERSONS)]
    for n, user in enumerate(users):
        ok(server.post("/api/orders", {"user_id": user["user_id"], "amount": 1.5}, idempotency_key=f"o{n}"), 201)
    names = [ok(server.post("/api/random-user", idempotency_key=f"r{n}"))["user_name"] for n in range(20)]
    names += [ok(server.post("/api/random-order", idempotency_key=f"p{n}"))["user_name"] for n in range(20)]
    assert traces(server.data_dir)
    return [name.encode() for name in names]


@pytest.mark.parametrize("clear", ["clear-data", "load-sample-data"])
def test_no_file_names_who_was_cleared(server: Server, clear: str) -> None:
    names = fill(server)
    if clear == "clear-data":
        ok(server.delete("/api/clear-data"))
    else:
        ok(server.post("/api/load-sample-data", idempotency_key="load"))
    gone = (*TRACES, *(name for name in names if clear == "clear-data"))
    assert traces(server.data_dir, gone) == []
    assert server.stop() == 0
    assert traces(server.data_dir, gone) == []
    server.start()
    assert traces(server.data_dir, gone) == []


def test_the_sample_data_are_persons_too(server: Server) -> None:
    ok(server.post("/api/load-sample-data", idempotency_key="load"))
    ok(server.post("/api/random-order", idempotency_key="order"))
    ok(server.post("/api/run-migration", idempotency_key="migration"))
    assert traces(server.data_dir, SAMPLE)
    ok(server.delete("/api/clear-data", idempotency_key="clear"))
    assert traces(server.data_dir, SAMPLE) == []


def test_a_kill_right_after_the_answer_leaves_nothing(server: Server) -> None:
    fill(server)
    ok(server.delete("/api/clear-data"))
    server.kill()
    assert traces(server.data_dir) == []


def test_a_repetition_after_the_clearing_says_so_and_does_nothing(server: Server) -> None:
    user = ok(server.post("/api/users", PERSONS[0], idempotency_key="user"), 201)
    order = {"user_id": user["user_id"], "amount": 1.5}
    ok(server.post("/api/orders", order, idempotency_key="order"), 201)
    ok(server.post("/api/random-user", idempotency_key="random-user"))
    ok(server.post("/api/random-order", idempotency_key="random-order"))
    ok(server.delete("/api/clear-data"))
    for restart in (False, True):
        if restart:
            server.restart()
        for target, body, key in (
            ("/api/users", PERSONS[0], "user"),
            ("/api/orders", order, "order"),
            ("/api/random-user", None, "random-user"),
            ("/api/random-order", None, "random-order"),
        ):
            answer = server.post(target, body, idempotency_key=key)
            problem(answer, 409)
            assert "cleared since" in answer.json()["detail"]
    assert ok(server.get("/api/stats")) == {"total_users": 0, "total_orders": 0}
    assert traces(server.data_dir) == []
    ok(server.post("/api/users", PERSONS[0], idempotency_key="another"), 201)
