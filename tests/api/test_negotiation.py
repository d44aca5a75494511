"""What a client prefers and what it sends, as RFC 9110 and 9112 say."""

import gzip
import json

import pytest
from harness.client import Answer
from harness.expect import ok, problem
from harness.raw import RawAnswer, RawConnection, exchange
from harness.server import Server

pytestmark = pytest.mark.sanitized

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
JSON = {"Content-Type": "application/json"}
ADA = {"name": "Ada", "email": "ada@example.org", "country": "UK"}
TOKEN = "correct-horse-battery-staple"


def is_page(answer: Answer | RawAnswer, status: int) -> None:
    assert answer.status == status
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert {"Accept", "Accept-Language", "Cookie"} <= set(answer.header("Vary").split(", "))
    assert f">{status}<".encode() in answer.body


@pytest.mark.parametrize(
    ("method", "target", "body", "headers", "status"),
    [
        ("POST", "/api/users", b"{", JSON, 400),
        ("POST", "/api/random-order", b"", {}, 400),
        ("GET", "/%zz", None, {}, 400),
        ("DELETE", "/api/clear-data", None, {}, 401),
        ("POST", "/api/random-user", None, {"Origin": "http://evil.example"}, 403),
        ("GET", "/api/users/nobody", None, {}, 404),
        ("GET", "/nothing", None, {}, 404),
        ("PUT", "/api/users", None, {}, 405),
        ("POST", "/api/users", b"{}", JSON | {"If-None-Match": "*"}, 412),
        ("POST", "/api/users", b"x", {"Content-Type": "text/plain"}, 415),
        ("POST", "/api/users", b"{}", JSON, 422),
        ("GET", "/api/users?limit=0", None, {}, 422),
        ("GET", "/api/users?utm_source=x", None, {}, 422),
        ("BREW", "/api/users", None, {}, 501),
    ],
)
def test_every_problem_is_a_page_for_a_browser(
    start_server, method: str, target: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    french = {"Accept": BROWSER, "Accept-Language": "fr"}
    page = server.request(method, target, body, headers | french)
    is_page(page, status)
    assert '<html lang="fr"' in page.text
    plain = server.request(method, target, body, headers | {"Accept": "text/html;q=0, */*"})
    problem(plain, status)
    assert plain.header("Vary") == "Accept"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nHost: b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nExpect: cake\r\n\r\n", 417),
        (b"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nCookie: " + b"a" * 17000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/2.0\r\nHost: a\r\nAccept: text/html\r\n\r\n", 505),
    ],
)
def test_what_the_engine_refuses_is_a_page_too_where_a_head_was_read(
    shared_server: Server, request_bytes: bytes, status: int
) -> None:
    is_page(exchange(shared_server.port, request_bytes), status)


def test_a_service_that_is_busy_says_so_on_a_small_page(start_server) -> None:
    server = start_server(WORKERS="1", QUEUE="1")
    request = b"POST /api/random-user HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nContent-Length: 0\r\n\r\n"
    connections = [RawConnection(server.port) for _ in range(200)]
    for connection in connections:
        connection.send(request)
    answers = [connection.read_answer("POST") for connection in connections]
    for connection in connections:
        connection.socket.close()
    refused = [answer for answer in answers if answer.status == 503]
    assert refused, "nothing was refused"
    for answer in refused:
        is_page(answer, 503)
        assert int(answer.header("Retry-After")) >= 0
        assert len(answer.body) < 2048


@pytest.mark.parametrize("mark", ["utm_source=x", "fbclid=1", "a=%zz", "a=1&a=2", "&&"])
def test_pages_probes_and_metrics_ignore_what_others_add_to_their_address(shared_server: Server, mark: str) -> None:
    for target in ("/", "/user-dashboard", "/user-dashboard/users/user_1", "/docs", "/problems/not-found", "/livez",
                   "/readyz", "/metrics", "/actions/clear-data"):  # fmt: skip
        assert shared_server.get(f"{target}?{mark}").status == 200, target


@pytest.mark.parametrize("target", ["/api/users", "/api/stats", "/hosts", "/cache/status", "/sharding-info"])
def test_the_api_names_a_parameter_that_it_does_not_know(shared_server: Server, target: str) -> None:
    problem(shared_server.get(f"{target}?utm_source=x"), 422, "utm_source")


def test_who_waits_for_the_same_read_gets_the_form_that_each_wants(shared_server: Server) -> None:
    with RawConnection(shared_server.port) as page, RawConnection(shared_server.port) as plain:
        for _ in range(20):
            page.send(b"GET /api/users/nobody HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
            plain.send(b"GET /api/users/nobody HTTP/1.1\r\nHost: x\r\n\r\n")
            is_page(page.read_answer(), 404)
            assert plain.read_answer().header("Content-Type") == "application/problem+json"


@pytest.mark.parametrize("target", ["/", "/user-dashboard", "/docs", "/problems/not-found", "/actions/clear-data"])
def test_a_page_says_what_it_depends_on(shared_server: Server, target: str) -> None:
    vary = shared_server.get(target, accept="text/html").header("Vary").split(", ")
    assert {"Accept-Language", "Cookie"} <= set(vary)


@pytest.mark.parametrize("headers", [{"If-Match": '"other"'}, {"If-None-Match": "*"}, {"If-Match": 'W/"other", "x"'}])
def test_a_condition_that_does_not_hold_stops_a_write(sample_server: Server, headers: dict[str, str]) -> None:
    problem(sample_server.request("POST", "/api/users", ADA, headers), 412)
    assert ok(sample_server.get("/api/stats"))["total_users"] == 5


def test_a_condition_that_holds_lets_a_write_pass(sample_server: Server) -> None:
    tag = sample_server.get("/api/users").header("ETag")
    ok(sample_server.request("POST", "/api/users", ADA, {"If-Match": f'"x", {tag}'}), 201)
    problem(sample_server.request("POST", "/api/users", ADA, {"If-Match": tag}), 412)
    ok(sample_server.request("POST", "/api/users", ADA, {"If-Match": "*"}), 201)
    ok(sample_server.request("POST", "/api/users", ADA, {"If-None-Match": tag}), 201)
    # Nothing is shown at this address, which is a condition, too.
    ok(sample_server.request("POST", "/api/random-user", None, {"If-None-Match": "*"}))
    problem(sample_server.request("POST", "/api/random-user", None, {"If-Match": "*"}), 412)


def test_a_compressed_body_is_415_with_what_is_taken(shared_server: Server) -> None:
    body = gzip.compress(b'{"name":"Ada","email":"ada@example.org","country":"UK"}')
    answer = shared_server.request("POST", "/api/users", body, JSON | {"Content-Encoding": "gzip"})
    problem(answer, 415)
    assert answer.header("Accept-Encoding") == "identity"
    problem(shared_server.request("POST", "/api/users", b"{}", JSON | {"Content-Encoding": "identity"}), 422)


def test_another_media_type_is_415_with_what_is_taken(shared_server: Server) -> None:
    posted = shared_server.request("POST", "/api/users", b"a", {"Content-Type": "text/plain"})
    deleted = shared_server.request("DELETE", "/api/clear-data", b"a", {"Content-Type": "text/plain"})
    for answer in (posted, deleted):
        problem(answer, 415)
        assert answer.header("Accept") == "application/json"
    assert posted.header("Accept-Post") == "application/json"


@pytest.mark.parametrize("target", ["/api/users", "/api/orders"])
def test_an_empty_body_where_one_is_required_is_400(shared_server: Server, target: str) -> None:
    for headers in ({}, JSON):
        problem(shared_server.request("POST", target, b"", headers), 400, "body")


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json; v=1; charset=utf-8", 422),
        ('application/json; v=1; charset="utf-8"', 422),
        ("application/json; v=1; charset=latin1", 415),
    ],
)
def test_a_charset_may_stand_anywhere(shared_server: Server, media_type: str, status: int) -> None:
    problem(shared_server.request("POST", "/api/users", b"{}", {"Content-Type": media_type}), status)


def test_lists_may_come_in_several_lines(sample_server: Server) -> None:
    tag = sample_server.get("/api/users").header("ETag").encode()
    with RawConnection(sample_server.port) as connection:
        head = b"GET /api/users HTTP/1.1\r\nHost: x\r\n"
        connection.send(head + b'If-None-Match: "x"\r\nA: b\r\nIf-None-Match: ' + tag + b"\r\n\r\n")
        assert connection.read_answer().status == 304
        connection.send(b"GET /none HTTP/1.1\r\nHost: x\r\nAccept: application/json;q=0.1\r\nAccept: text/html\r\n\r\n")
        is_page(connection.read_answer(), 404)
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: de\r\nAccept-Language: fr\r\n\r\n")
        assert b'<html lang="fr"' in connection.read_answer().body
        connection.send(b"GET /docs HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n")
        assert connection.read_answer().header("Content-Encoding") == "gzip"
        connection.send(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: x\r\nConnection: close\r\n\r\n")
        assert connection.read_answer().header("Connection") == "close"
        assert connection.is_closed()


def test_options_of_the_server_names_its_methods(shared_server: Server) -> None:
    for target in (b"*", b"http://x"):
        answer = exchange(shared_server.port, b"OPTIONS " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.status == 204
        assert set(answer.header("Allow").split(", ")) == {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}


def test_an_address_without_a_path_is_the_home_page(shared_server: Server) -> None:
    answer = exchange(shared_server.port, b"GET http://x?lang=fr&a=b HTTP/1.1\r\nHost: y\r\n\r\n")
    assert (answer.status, answer.header("Location")) == (303, "/?a=b")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (b"Host: x\r\nExpect:", 200),
        (b"Host: x\r\nExpect: , 100-continue", 200),
        (b"Host: x\r\nExpect: x", 417),
        (b"Host:", 400),
    ],
)
def test_fields_that_may_be_empty(shared_server: Server, fields: bytes, status: int) -> None:
    answer = exchange(shared_server.port, b"GET /livez HTTP/1.1\r\n" + fields + b"\r\n\r\n")
    assert answer.status == status


def test_the_scheme_of_a_token_may_be_followed_by_several_spaces(start_server) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    ok(server.request("POST", "/cache/clear", None, {"Authorization": f"BEARER   {TOKEN}"}))


def test_a_method_or_version_that_nobody_speaks_is_no_error_of_the_server(server: Server) -> None:
    with RawConnection(server.port) as events:
        events.send(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").read_head()
        events.read_until(b"event: live")
        for _ in range(5):
            assert exchange(server.port, b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n").status == 501
            assert exchange(server.port, b"GET / HTTP/2.0\r\nHost: x\r\n\r\n").status == 505
        counted = 0.0
        while counted < 10:
            events.read_until(b"event: live\ndata: ")
            second = json.loads(events.read_until(b"\n"))
            counted += round(second["requests_per_second"])
            assert second["errors_per_second"] == 0
