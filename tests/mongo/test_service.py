"""The service on MongoDB: what users see is the same, and what it says about its store is true."""

import re
import uuid
from collections.abc import Callable

import pytest
from harness.deadline import wait_until
from harness.expect import ok
from harness.mongo import Secantus
from harness.server import Server


@pytest.fixture
def start_on_mongo(start_server, shared_secantus: Secantus) -> Callable[..., Server]:
    """Starts instances that share one database."""
    uri = f"{shared_secantus.uri}/service_{uuid.uuid4().hex[:12]}"

    def start(**settings: str) -> Server:
        server = start_server(MONGODB_URI=uri, **settings)
        wait_until(lambda: server.get("/readyz").status == 200, "readiness")
        return server

    return start


def test_it_answers_as_on_the_embedded_store(start_on_mongo) -> None:
    server = start_on_mongo()
    ok(server.post("/api/load-sample-data"))
    alice = ok(server.get("/api/users/user_1"))
    assert (alice["order_count"], alice["total_spent"]) == (2, 120.25)
    assert [user["user_id"] for user in ok(server.get("/api/users"))] == [f"user_{n}" for n in (5, 4, 3, 2, 1)]
    assert ok(server.post("/api/run-migration"))["migrated_users"] == 5
    order = ok(server.post("/api/orders", {"user_id": "user_4", "amount": 0.1}), 201)
    assert ok(server.get(f"/api/users/user_4/orders/{order['order_id']}"))["user_name"] == "Diana Lopez"
    stats = ok(server.get("/api/stats"))
    assert (stats["total_users"], stats["total_orders"], stats["estimated"]) == (5, 5, True)
    ok(server.delete("/api/clear-data"))
    assert ok(server.get("/api/orders")) == []


def test_it_says_what_the_store_is(start_on_mongo) -> None:
    server = start_on_mongo(ENVIRONMENT="test")
    topology = ok(server.get("/sharding-info"))
    assert (topology["mode"], topology["connected_to"]) == ("replication", "mongod")
    assert (topology["sharding_enabled"], topology["shards"]) == (False, 0)
    assert topology["version"].startswith("MongoDB ")
    assert [member["role"] for member in topology["replica_set"]["members"]] == ["primary"]


def test_a_key_is_once_for_two_instances_and_after_a_restart(start_on_mongo) -> None:
    one, other = start_on_mongo(INSTANCE="one"), start_on_mongo(INSTANCE="other")
    user = {"name": "Zoë", "email": "z@b", "country": "Belgium"}
    key = {"Idempotency-Key": "a-key"}
    first = ok(one.request("POST", "/api/users", user, key), 201)
    assert ok(other.request("POST", "/api/users", user, key), 201) == first
    one.restart()
    wait_until(lambda: one.get("/readyz").status == 200, "readiness")
    assert ok(one.request("POST", "/api/users", user, key), 201) == first
    assert one.request("POST", "/api/users", user | {"name": "Zoé"}, key).status == 422
    assert ok(other.get("/api/stats"))["total_users"] == 1


def test_instances_see_each_other(start_on_mongo) -> None:
    one, other = start_on_mongo(INSTANCE="one"), start_on_mongo(INSTANCE="other")
    assert [host["pod"] for host in ok(other.get("/hosts"))] == ["one", "other"]
    assert one.stop() == 0
    ok(other.post("/cache/clear"))
    assert [host["pod"] for host in ok(other.get("/hosts"))] == ["other"]


def test_the_receipt_counts_the_commands(start_on_mongo) -> None:
    server = start_on_mongo()
    ok(server.post("/api/load-sample-data"))
    timing = server.get("/api/users/user_2").header("Server-Timing")
    assert re.search(r'store;dur=[\d.]+;desc="2 commands"', timing), timing
    assert "desc" not in server.get("/api/users/user_2").header("Server-Timing"), "it came from memory"
