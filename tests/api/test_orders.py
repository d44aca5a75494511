"""POST /api/orders, and money that is exact."""

import pytest
from harness.expect import check_order, ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized

JSON = {"Content-Type": "application/json"}


def order_text(amount: str, user_id: str = "user_4") -> str:
    return f'{{"user_id":"{user_id}","amount":{amount}}}'


def test_a_created_order_is_where_location_says(sample_server: Server) -> None:
    answer = sample_server.post("/api/orders", {"user_id": "user_4", "amount": 12.34})
    created = ok(answer, 201)
    check_order(created)
    assert (created["user_id"], str(created["amount"])) == ("user_4", "12.34")
    assert answer.header("Location") == f"/api/users/user_4/orders/{created['order_id']}"
    assert ok(sample_server.get(answer.header("Location"))) == created
    assert created["user_name"] == "Diana Lopez"
    assert ok(sample_server.get("/api/orders"))[0] == created


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("0.01", "0.01"), ("12", "12.00"), ("12.3", "12.30"), ("12.30", "12.30"), ("1e2", "100.00"), ("1.5E+1", "15.00"),
     ("1000000", "1000000.00"), ("1000000.00", "1000000.00"), ("0.10", "0.10"), ("999999.99", "999999.99")],
)  # fmt: skip
def test_amounts_are_exact(sample_server: Server, sent: str, kept: str) -> None:
    answer = sample_server.request("POST", "/api/orders", order_text(sent), JSON)
    assert str(ok(answer, 201)["amount"]) == kept
    assert str(ok(sample_server.get("/api/users/user_4"))["total_spent"]) == kept


@pytest.mark.parametrize(
    "amount",
    ["0", "0.00", "-0.01", "-5", "0.001", "12.345", "1000000.01", "1e7", "1e400", "-1e400", "1e-3",
     '"12.34"', "null", "true", "[]", "{}", "99999999999999999999999999"],
)  # fmt: skip
def test_unsound_amounts_are_refused(shared_server: Server, amount: str) -> None:
    problem(shared_server.request("POST", "/api/orders", order_text(amount), JSON), 422, "amount")


def test_every_wrong_field_is_named(shared_server: Server) -> None:
    problem(shared_server.post("/api/orders", {}), 422, "user_id", "amount")
    problem(
        shared_server.post("/api/orders", {"user_id": 7, "amount": "x", "note": 1}), 422, "user_id", "amount", "note"
    )


def test_an_order_of_nobody_is_refused(server: Server) -> None:
    problem(server.post("/api/orders", {"user_id": "nobody", "amount": 1}), 404)
    assert ok(server.get("/api/stats"))["total_orders"] == 0


def test_tenths_add_up(sample_server: Server) -> None:
    for _ in range(100):
        ok(sample_server.request("POST", "/api/orders", order_text("0.10", "user_5"), JSON), 201)
    eve = ok(sample_server.get("/api/users/user_5"))
    assert (eve["order_count"], str(eve["total_spent"])) == (100, "10.00")


def test_identifiers_sort_by_time(sample_server: Server) -> None:
    ids = [ok(sample_server.post("/api/random-order"))["order_id"] for _ in range(50)]
    assert len(set(ids)) == 50
    assert ids == sorted(ids)
