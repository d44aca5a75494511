"""Lists page by key: no gap and no duplicate, also while others insert."""

import pytest
from harness.expect import next_link, ok, problem
from harness.server import Server, run

LISTS = ["/api/users", "/api/orders", "/api/users/user_1/orders"]


def walk(server: Server, target: str | None, name: str) -> list[list[str]]:
    pages = []
    while target:
        answer = server.get(target)
        pages.append([item[name] for item in ok(answer)])
        target = next_link(answer)
    return pages


@pytest.mark.sanitized
def test_a_thousand_users_while_others_come(server: Server) -> None:
    client = server.connect()
    ids = [ok(client.post("/api/random-user"))["user_id"] for _ in range(1000)]
    target: str | None = "/api/users?limit=37"
    seen: list[str] = []
    while target:
        answer = server.get(target)
        page = [user["user_id"] for user in ok(answer)]
        target = next_link(answer)
        assert len(page) == 37 or target is None
        seen += page
        ok(client.post("/api/random-user"))
    assert seen == ids[::-1]


def test_orders_page_the_same_way(sample_server: Server) -> None:
    for _ in range(25):
        ok(sample_server.post("/api/orders", {"user_id": "user_1", "amount": 1}), 201)
    assert [len(page) for page in walk(sample_server, "/api/orders?limit=10", "order_id")] == [10, 10, 9]
    pages = walk(sample_server, "/api/users/user_1/orders?limit=10", "order_id")
    assert [len(page) for page in pages] == [10, 10, 7]
    assert len({order for page in pages for order in page}) == 27


def test_old_records_without_time_page_too(shared_server: Server) -> None:
    pages = walk(shared_server, "/api/users?limit=2", "user_id")
    assert pages == [["user_5", "user_4"], ["user_3", "user_2"], ["user_1"]]


def test_a_page_has_100_unless_asked(server: Server) -> None:
    for _ in range(101):
        ok(server.post("/api/random-user"))
    answer = server.get("/api/users")
    assert len(ok(answer)) == 100
    assert len(ok(server.get(next_link(answer)))) == 1
    everything = server.get("/api/users?limit=1000")
    assert len(ok(everything)) == 101
    assert next_link(everything) is None


def test_a_full_last_page_has_no_next(shared_server: Server) -> None:
    assert next_link(shared_server.get("/api/users?limit=5")) is None


@pytest.mark.parametrize("target", LISTS)
def test_limits_at_the_edge(shared_server: Server, target: str) -> None:
    assert len(ok(shared_server.get(f"{target}?limit=1"))) == 1
    ok(shared_server.get(f"{target}?limit=1000"))


@pytest.mark.parametrize("target", LISTS)
@pytest.mark.parametrize(
    "limit", ["0", "1001", "-1", "abc", "", "1.5", "1e2", "99999999999999999999", "+5", "%20", "0x10"]
)
def test_wrong_limits_are_refused(shared_server: Server, target: str, limit: str) -> None:
    problem(shared_server.get(f"{target}?limit={limit}"), 422, "limit")


@pytest.mark.parametrize("target", LISTS)
@pytest.mark.parametrize("cursor", ["x", "%00", "..", "A" * 200, "é", "user_1"])
def test_wrong_cursors_are_refused(shared_server: Server, target: str, cursor: str) -> None:
    quoted = "%C3%A9" if cursor == "é" else cursor
    problem(shared_server.get(f"{target}?cursor={quoted}"), 422, "cursor")


@pytest.mark.parametrize("target", [*LISTS, "/api/stats", "/hosts", "/api/users/user_1", "/sharding-info"])
def test_unknown_parameters_are_refused_by_name(shared_server: Server, target: str) -> None:
    problem(shared_server.get(f"{target}?colour=red"), 422, "colour")


@pytest.mark.parametrize("query", ["limit=5&limit=6", "limit=5&limit=5"])
def test_a_parameter_stands_once(shared_server: Server, query: str) -> None:
    problem(shared_server.get(f"/api/users?{query}"), 422, "limit")


def test_a_page_of_a_loaded_store(start_server, tmp_path) -> None:
    loaded = run(
        "load", "--users", "3000", "--orders", "5000", "--seed", "7", settings={"DATA_DIR": str(tmp_path / "data")}
    )
    assert loaded.returncode == 0, loaded.stderr
    server = start_server(folder=tmp_path)
    users = [user for page in walk(server, "/api/users?limit=1000", "user_id") for user in page]
    assert len(users) == len(set(users)) == 3000
    orders = [order for page in walk(server, "/api/orders?limit=1000", "order_id") for order in page]
    assert len(orders) == len(set(orders)) == 5000
