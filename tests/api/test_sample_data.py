"""The sample data, and that what is derived from orders always equals what the orders say."""

from decimal import Decimal

import pytest
from harness.expect import check_order, check_user, ok
from harness.server import Server

pytestmark = pytest.mark.sanitized

USERS = {
    "user_1": ("Alice Dupont", "alice@ecam.be", "France", 2, "120.25"),
    "user_2": ("Bob Martin", "bob@ecam.be", "Belgium", 1, "30.25"),
    "user_3": ("Charlie Wilson", "charlie@ecam.be", "Germany", 1, "120.50"),
    "user_4": ("Diana Lopez", "diana@ecam.be", "Spain", 0, "0.00"),
    "user_5": ("Eve Chen", "eve@ecam.be", "Italy", 0, "0.00"),
}
ORDERS = {
    "order_1": ("user_1", "Alice Dupont", "75.25"),
    "order_2": ("user_1", "Alice Dupont", "45.00"),
    "order_3": ("user_2", "Bob Martin", "30.25"),
    "order_4": ("user_3", "Charlie Wilson", "120.50"),
}


def test_loading_says_what_was_loaded(server: Server) -> None:
    assert ok(server.post("/api/load-sample-data"))["message"] == "Sample data loaded: 5 users, 4 orders"
    stats = ok(server.get("/api/stats"))
    assert (stats["total_users"], stats["total_orders"]) == (5, 4)


def test_users_are_old_records_with_derived_totals(sample_server: Server) -> None:
    users = ok(sample_server.get("/api/users"))
    for user in users:
        check_user(user)
        assert "created_at" not in user
        assert "schema_version" not in user
    fields = ("name", "email", "country", "order_count")
    found = {user["user_id"]: (*(user[name] for name in fields), str(user["total_spent"])) for user in users}
    assert found == USERS


def test_newest_come_first(sample_server: Server) -> None:
    assert [user["user_id"] for user in ok(sample_server.get("/api/users"))] == sorted(USERS, reverse=True)
    assert [order["order_id"] for order in ok(sample_server.get("/api/orders"))] == sorted(ORDERS, reverse=True)


def test_orders(sample_server: Server) -> None:
    orders = ok(sample_server.get("/api/orders"))
    for order in orders:
        check_order(order)
    found = {order["order_id"]: (order["user_id"], order["user_name"], str(order["amount"])) for order in orders}
    assert found == ORDERS


def test_decimals_are_json_numbers_with_two_digits(sample_server: Server) -> None:
    assert '"total_spent":120.25' in sample_server.get("/api/users/user_1").text.replace(" ", "")
    assert '"total_spent":0.00' in sample_server.get("/api/users/user_4").text.replace(" ", "")
    assert '"amount":45.00' in sample_server.get("/api/orders").text.replace(" ", "")


def test_loading_again_replaces_everything(sample_server: Server) -> None:
    ok(sample_server.post("/api/random-user"))
    ok(sample_server.post("/api/random-order"))
    ok(sample_server.post("/api/load-sample-data"))
    assert {user["user_id"] for user in ok(sample_server.get("/api/users"))} == USERS.keys()
    assert {order["order_id"] for order in ok(sample_server.get("/api/orders"))} == ORDERS.keys()


def test_migration_completes_old_records_once(sample_server: Server) -> None:
    ok(sample_server.post("/api/random-user"))
    first = ok(sample_server.post("/api/run-migration"))
    assert (first["message"], first["migrated_users"]) == ("Migration completed", 5)
    for user in ok(sample_server.get("/api/users")):
        check_user(user)
        assert user["schema_version"] == 1
    assert ok(sample_server.post("/api/run-migration"))["migrated_users"] == 0


def test_migration_without_users(server: Server) -> None:
    assert ok(server.post("/api/run-migration"))["migrated_users"] == 0


def test_clearing_removes_users_orders_and_cached_copies(sample_server: Server) -> None:
    for target in ("/api/users", "/api/orders", "/api/stats", "/api/users/user_1"):
        assert sample_server.get(target).status == 200
    assert ok(sample_server.delete("/api/clear-data"))["message"] == "All data cleared"
    stats = ok(sample_server.get("/api/stats"))
    assert (stats["total_users"], stats["total_orders"]) == (0, 0)
    assert ok(sample_server.get("/api/users")) == []
    assert ok(sample_server.get("/api/orders")) == []
    assert sample_server.get("/api/users/user_1").status == 404


def test_random_user(server: Server) -> None:
    added = ok(server.post("/api/random-user"))
    assert added["message"] == "Random user added"
    user = ok(server.get(f"/api/users/{added['user_id']}"))
    check_user(user)
    assert user["name"] == added["user_name"]
    assert user["schema_version"] == 1
    assert ok(server.get("/api/stats"))["total_users"] == 1


def test_random_order(sample_server: Server) -> None:
    added = ok(sample_server.post("/api/random-order"))
    assert added["message"] == "Random order added"
    order = ok(sample_server.get(f"/api/users/{added['user_id']}/orders/{added['order_id']}"))
    check_order(order)
    assert (order["user_name"], order["amount"]) == (added["user_name"], added["amount"])
    assert Decimal(0) < order["amount"] <= Decimal(1_000_000)
    assert ok(sample_server.get("/api/stats"))["total_orders"] == 5


def test_random_order_without_users_is_refused(server: Server) -> None:
    answer = server.post("/api/random-order")
    assert answer.status == 400
    assert answer.json()["error"] == "No users found"


def test_totals_follow_every_order(sample_server: Server) -> None:
    for _ in range(20):
        ok(sample_server.post("/api/random-order"))
    counts: dict[str, int] = {}
    sums: dict[str, Decimal] = {}
    for order in ok(sample_server.get("/api/orders")):
        counts[order["user_id"]] = counts.get(order["user_id"], 0) + 1
        sums[order["user_id"]] = sums.get(order["user_id"], Decimal(0)) + order["amount"]
    for user in ok(sample_server.get("/api/users")):
        assert user["order_count"] == counts.get(user["user_id"], 0)
        assert user["total_spent"] == sums.get(user["user_id"], Decimal(0))
