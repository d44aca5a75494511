"""POST /api/users and what follows from it."""

import pytest
from harness.expect import check_order, check_user, ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized

ADA = {"name": "Ada Lovelace", "email": "ada@example.org", "country": "United Kingdom"}


def test_a_created_user_is_where_location_says(server: Server) -> None:
    answer = server.post("/api/users", ADA)
    created = ok(answer, 201)
    assert ADA.items() <= created.items()
    assert answer.header("Location") == f"/api/users/{created['user_id']}"
    found = ok(server.get(answer.header("Location")))
    check_user(found)
    assert ADA.items() <= found.items()
    assert (found["order_count"], str(found["total_spent"]), found["schema_version"]) == (0, "0.00", 1)
    assert found["created_at"] == created["created_at"]


def test_identifiers_are_distinct_and_sort_by_time(server: Server) -> None:
    ids = [ok(server.post("/api/users", ADA), 201)["user_id"] for _ in range(50)]
    assert len(set(ids)) == 50
    assert ids == sorted(ids)
    assert [user["user_id"] for user in ok(server.get("/api/users"))] == ids[::-1]


@pytest.mark.parametrize(
    "target", ["/api/users/nobody", "/api/users/nobody/orders", "/api/users/user_1/orders/nothing"]
)
def test_what_does_not_exist_is_404(shared_server: Server, target: str) -> None:
    assert problem(shared_server.get(target), 404)["instance"] == target


def test_an_order_of_another_user_is_404(shared_server: Server) -> None:
    problem(shared_server.get("/api/users/user_2/orders/order_1"), 404)


def test_orders_of_a_user(shared_server: Server) -> None:
    orders = ok(shared_server.get("/api/users/user_1/orders"))
    for order in orders:
        check_order(order)
    assert [order["order_id"] for order in orders] == ["order_2", "order_1"]
    assert ok(shared_server.get("/api/users/user_4/orders")) == []
    assert ok(shared_server.get("/api/users/user_1/orders/order_1")) == orders[1]


def test_percent_encoded_identifiers_are_decoded(shared_server: Server) -> None:
    assert ok(shared_server.get("/api/users/user%5F1"))["user_id"] == "user_1"


@pytest.mark.parametrize(
    "target", ["/api/users/%", "/api/users/%zz", "/api/users/%00", "/api/users/%ff", "/api/users/a%2Fb"]
)
def test_odd_identifiers_are_refused_quietly(shared_server: Server, target: str) -> None:
    answer = shared_server.get(target)
    problem(answer, answer.status)
    assert answer.status in (400, 404, 422)


@pytest.mark.parametrize(
    "text", ["x", "é" * 200, "𝄞" * 200, "<script>alert(1)</script>", 'Robert"); --', "\\", "日本語"]
)
def test_any_sound_text_comes_back_as_it_was(server: Server, text: str) -> None:
    sent = {"name": text, "email": f"{text[:99]}@{text[:99]}", "country": text}
    answer = server.post("/api/users", sent)
    assert sent.items() <= ok(answer, 201).items()
    assert sent.items() <= ok(server.get(answer.header("Location"))).items()


@pytest.mark.parametrize("text", ["", "x" * 201, "é" * 201, "a\u0000b", "a\nb", "a\tb", "\u007f", "\u0085"])
@pytest.mark.parametrize("field", ["name", "country"])
def test_unsound_text_is_refused_by_its_field(shared_server: Server, field: str, text: str) -> None:
    problem(shared_server.post("/api/users", ADA | {field: text}), 422, field)


@pytest.mark.parametrize("email", ["", "ada", "@example.org", "ada@", "a@b@c", "@", "a\u0001@b", "x" * 199 + "@y"])
def test_unsound_addresses_are_refused(shared_server: Server, email: str) -> None:
    problem(shared_server.post("/api/users", ADA | {"email": email}), 422, "email")


def test_every_wrong_field_is_named(shared_server: Server) -> None:
    wrong = {"name": 1, "email": ["a@b"], "country": None}
    problem(shared_server.post("/api/users", wrong), 422, "name", "email", "country")
    problem(shared_server.post("/api/users", {}), 422, "name", "email", "country")
    mixed = {"name": "", "email": True, "planet": "Earth"}
    problem(shared_server.post("/api/users", mixed), 422, "name", "email", "country", "planet")


def test_unknown_members_are_refused_by_name(shared_server: Server) -> None:
    detail = problem(shared_server.post("/api/users", ADA | {"is_admin": True}), 422, "is_admin")["detail"]
    assert "country" not in detail
    problem(shared_server.post("/api/users", ADA | {"user_id": "user_9"}), 422, "user_id")


def test_what_was_refused_left_nothing(server: Server) -> None:
    problem(server.post("/api/users", ADA | {"email": "none"}), 422)
    assert ok(server.get("/api/stats"))["total_users"] == 0
