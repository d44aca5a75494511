"""Data that others than this service wrote, as its first implementation did: amounts as doubles, members that are missing."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from harness.deadline import wait_until
from harness.expect import ok
from harness.mongo import Secantus
from harness.server import Server
from pymongo import MongoClient
from pymongo.database import Database

ALICE = {"_id": "user_1", "seq": "1", "name": "Alice", "email": "alice@ecam.be", "country": "France"}
BOB = {"_id": "user_2", "seq": "2", "name": "Bob", "email": "bob@ecam.be", "country": "Belgium"}
EVERYWHERE = ["/api/users", "/api/users/user_1", "/api/orders", "/api/users/user_1/orders", "/user-dashboard"]

Start = Callable[[Database], Server]


@pytest.fixture
def database(shared_secantus: Secantus) -> Database:
    return MongoClient(shared_secantus.uri)[f"strangers_{uuid.uuid4().hex[:12]}"]


@pytest.fixture
def start_on(start_server, shared_secantus: Secantus) -> Start:
    def start(database: Database) -> Server:
        server = start_server(MONGODB_URI=f"{shared_secantus.uri}/{database.name}")
        wait_until(lambda: server.get("/readyz").status == 200, "readiness")
        return server

    return start


def order(number: int, amount: object) -> dict:
    when = datetime(2026, 1, number, tzinfo=UTC)
    return {"_id": f"order_{number}", "user_id": "user_1", "seq": str(number), "amount": amount, "created_at": when}


def test_amounts_as_doubles_are_what_they_are(start_on: Start, database: Database) -> None:
    database.users.insert_many([ALICE, BOB])
    database.orders.insert_many([order(1, 75.25), order(2, 45.0), order(3, 12), order(4, 0.1)])
    server = start_on(database)
    assert [str(each["amount"]) for each in ok(server.get("/api/orders"))] == ["0.10", "12.00", "45.00", "75.25"]
    alice = ok(server.get("/api/users/user_1"))
    assert (alice["order_count"], str(alice["total_spent"])) == (4, "132.35")
    assert [str(user["total_spent"]) for user in ok(server.get("/api/users"))] == ["0.00", "132.35"]
    assert "132.35" in server.get("/user-dashboard").text
    ok(server.post("/api/orders", {"user_id": "user_1", "amount": 0.2}), 201)
    assert str(ok(server.get("/api/users/user_1"))["total_spent"]) == "132.55"


def test_what_cannot_be_read_is_named_in_the_log_and_shown_nowhere(start_on: Start, database: Database) -> None:
    database.users.insert_many([ALICE, BOB])
    database.orders.insert_many([order(1, 75.25), order(2, "a lot")])
    server = start_on(database)
    for target in EVERYWHERE[:-1]:
        assert server.get(target).status == 500, target
    assert "75.25" not in server.get("/user-dashboard").text
    assert ok(server.get("/api/users/user_2"))["total_spent"] == 0
    assert "orders order_2: amount is string" in server.log()
    database.orders.delete_one({"_id": "order_2"})
    ok(server.post("/cache/clear"))
    for target in EVERYWHERE:
        assert server.get(target).status == 200, target


def test_all_of_it_can_be_cleared(start_on: Start, database: Database) -> None:
    database.users.insert_one({"user_id": "user_1", "name": "Alice", "order_count": 2, "total_spent": 120.25})
    database.orders.insert_one({"order_id": "order_1", "user_id": "user_1", "amount": 75.25})
    server = start_on(database)
    assert server.get("/api/users").status == 500
    ok(server.post("/api/load-sample-data"))
    assert ok(server.get("/api/users/user_1"))["total_spent"] == 120.25
    assert (database.users.count_documents({}), database.orders.count_documents({})) == (5, 4)
