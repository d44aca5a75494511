"""Who may write: other origins may not, and with an admin token only who holds it may destroy."""

import pytest
from harness.expect import ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized

WRITES = [
    ("POST", "/api/load-sample-data"),
    ("POST", "/api/random-user"),
    ("POST", "/api/random-order"),
    ("POST", "/api/run-migration"),
    ("POST", "/api/users"),
    ("POST", "/api/orders"),
    ("POST", "/cache/clear"),
    ("DELETE", "/api/clear-data"),
]
GUARDED = [
    ("POST", "/api/load-sample-data"),
    ("POST", "/api/run-migration"),
    ("DELETE", "/api/clear-data"),
    ("POST", "/cache/clear"),
]
TOKEN = "correct-horse-battery-staple"


@pytest.mark.parametrize(("method", "target"), WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_origin_cannot_write(shared_server: Server, method: str, target: str, headers: dict[str, str]) -> None:
    problem(shared_server.request(method, target, None, headers), 403)
    assert ok(shared_server.get("/api/stats"))["total_users"] == 5


def test_the_own_origin_and_no_browser_may_write(server: Server) -> None:
    own = f"http://127.0.0.1:{server.port}"
    for headers in (
        {},
        {"Origin": own},
        {"Origin": own, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ):
        ok(server.request("POST", "/api/random-user", None, headers))


def test_another_origin_may_read_but_is_not_let_in(shared_server: Server) -> None:
    answer = shared_server.request("GET", "/api/users", None, {"Origin": "https://elsewhere.example"})
    ok(answer)
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_a_link_from_elsewhere_opens_the_page(shared_server: Server) -> None:
    answer = shared_server.request("GET", "/", None, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    assert answer.status == 200


@pytest.fixture(params=["variable", "file", "flag"])
def guarded(request, start_server, tmp_path) -> Server:
    if request.param == "variable":
        return start_server(ADMIN_TOKEN=TOKEN)
    if request.param == "flag":
        return start_server(arguments=("serve", f"--admin-token={TOKEN}"))
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    return start_server(ADMIN_TOKEN_FILE=str(file))


def test_the_token_opens_what_it_guards(guarded: Server) -> None:
    wrong = [
        "",
        TOKEN,
        f"Basic {TOKEN}",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN} x",
    ]
    for method, target in GUARDED:
        for credentials in wrong:
            headers = {"Authorization": credentials} if credentials else {}
            answer = guarded.request(method, target, None, headers)
            members = problem(answer, 401)
            assert "token" in members["detail"].lower()
            assert answer.header("WWW-Authenticate").startswith("Bearer")
            assert TOKEN not in answer.text
        assert guarded.request(method, target, None, {"Authorization": f"Bearer {TOKEN}"}).status == 200
        assert guarded.request(method, target, None, {"Authorization": f"bearer {TOKEN}"}).status == 200
    assert TOKEN not in guarded.log()


def test_everything_else_needs_no_token(start_server) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    ok(server.post("/api/random-user"))
    ok(server.post("/api/random-order"))
    ok(server.post("/api/users", {"name": "A", "email": "a@b", "country": "C"}), 201)
    for target in ("/", "/api/users", "/hosts", "/livez", "/readyz", "/metrics", "/cache/status"):
        assert server.get(target).status == 200


def test_without_a_token_nothing_is_guarded(server: Server) -> None:
    for method, target in GUARDED:
        assert server.request(method, target).status == 200


def test_a_refused_clearing_clears_nothing(start_server) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    ok(server.post("/api/random-user"))
    problem(server.delete("/api/clear-data"), 401)
    assert ok(server.get("/api/stats"))["total_users"] == 1


@pytest.mark.parametrize("action", ["clear-data", "load-sample-data", "run-migration", "clear-cache"])
def test_the_pages_forms_are_guarded_too(start_server, action: str) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    ok(server.post("/api/random-user"))
    before = server.get("/api/users").body
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    wrong = {"Authorization": "Bearer wrong-token-here"}
    assert server.request("POST", f"/actions/{action}", b"confirm=yes", form).status in (401, 403)
    assert server.request("POST", f"/actions/{action}", b"confirm=yes&token=wrong-token", form | wrong).status in (
        401,
        403,
    )
    assert server.get("/api/users").body == before


@pytest.mark.parametrize("action", ["random-user", "random-order", "clear-data", "load-sample-data", "clear-cache"])
def test_the_pages_forms_refuse_other_origins(shared_server: Server, action: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://elsewhere.example"}
    assert shared_server.request("POST", f"/actions/{action}", b"", headers).status == 403
    assert ok(shared_server.get("/api/stats"))["total_users"] == 5
