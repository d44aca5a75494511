"""Every error is problem+json, says what is wrong, and leaves a sound connection open."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.expect import ok, problem
from harness.raw import RawConnection, exchange
from harness.server import Server

pytestmark = pytest.mark.sanitized

ADA = {"name": "Ada", "email": "ada@example.org", "country": "UK"}


@pytest.mark.parametrize(
    "target", ["/nothing", "/api", "/api/", "/api/users/", "/api/users/a/b", "//", "/API/users", "/api/%75sers/x/y"]
)
def test_unknown_paths_are_404(shared_server: Server, target: str) -> None:
    members = problem(shared_server.get(target), 404)
    assert members["instance"] == target


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("GET", "/cache/clear", {"POST"}),
        ("DELETE", "/api/users", {"GET", "HEAD", "POST"}),
        ("PUT", "/api/users/user_1", {"GET", "HEAD"}),
        ("PATCH", "/api/users/user_1", {"GET", "HEAD"}),
        ("POST", "/api/stats", {"GET", "HEAD"}),
        ("GET", "/api/random-user", {"POST"}),
        ("GET", "/api/load-sample-data", {"POST"}),
        ("POST", "/api/clear-data", {"DELETE"}),
        ("GET", "/api/clear-data", {"DELETE"}),
        ("DELETE", "/", {"GET", "HEAD"}),
        ("POST", "/hosts", {"GET", "HEAD"}),
        ("HEAD", "/cache/clear", {"POST"}),
    ],
)
def test_wrong_methods_are_405_and_say_which_are_right(
    shared_server: Server, method: str, target: str, allowed: set[str]
) -> None:
    answer = shared_server.request(method, target)
    assert answer.status == 405
    assert {name.strip() for name in answer.header("Allow").split(",")} - {"OPTIONS"} == allowed
    if method != "HEAD":
        problem(answer, 405)


def test_get_of_cache_clear_allows_post(shared_server: Server) -> None:
    assert shared_server.get("/cache/clear").header("Allow") == "POST"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ""]
)
def test_other_media_types_are_415(shared_server: Server, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    problem(shared_server.request("POST", "/api/users", b'{"name":"A"}', headers), 415)


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"]
)
def test_json_by_any_spelling_is_taken(shared_server: Server, media_type: str) -> None:
    problem(shared_server.request("POST", "/api/users", b"{}", {"Content-Type": media_type}), 422)


def test_too_large_a_body_is_413_before_it_is_sent(shared_server: Server) -> None:
    head = b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n"
    answer = exchange(shared_server.port, head)
    assert answer.status == 413
    assert answer.header("Content-Type") == "application/problem+json"


def test_too_large_a_chunked_body_is_413(shared_server: Server) -> None:
    with RawConnection(shared_server.port) as connection:
        connection.send(
            b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            for _ in range(17):
                connection.send(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It need not read on once it has refused.
        assert connection.read_answer().status == 413


def test_a_body_of_just_one_mebibyte_is_read(shared_server: Server) -> None:
    body = b"{" + b" " * (1024 * 1024 - 2) + b"}"
    problem(shared_server.request("POST", "/api/users", body, {"Content-Type": "application/json"}), 422)


def test_too_long_a_request_line_is_414(shared_server: Server) -> None:
    answer = exchange(shared_server.port, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.status == 414
    assert answer.header("Content-Type") == "application/problem+json"


def test_a_request_line_within_the_limit_is_read(shared_server: Server) -> None:
    problem(shared_server.get("/" + "a" * 8000), 404)


@pytest.mark.parametrize("fields", [b"A: " + b"a" * 17000 + b"\r\n", b"".join(b"A%d: b\r\n" % i for i in range(101))])
def test_too_many_headers_are_431(shared_server: Server, fields: bytes) -> None:
    answer = exchange(shared_server.port, b"GET /livez HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n")
    assert answer.status == 431
    assert answer.header("Content-Type") == "application/problem+json"


def test_more_than_it_can_take_is_503_with_retry_after(start_server) -> None:
    server = start_server(WORKERS="1", QUEUE="1")
    request = b"POST /api/random-user HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    connections = [RawConnection(server.port) for _ in range(200)]
    for connection in connections:
        connection.send(request)
    answers = [connection.read_answer("POST") for connection in connections]
    for connection in connections:
        connection.socket.close()
    refused = [answer for answer in answers if answer.status == 503]
    assert refused, "nothing was refused"
    assert {answer.status for answer in answers} == {200, 503}
    for answer in refused:
        assert int(answer.header("Retry-After")) >= 0
        assert answer.header("Content-Type") == "application/problem+json"
    assert ok(server.get("/api/stats"))["total_users"] == len(answers) - len(refused)


def test_the_connection_survives_what_is_sound_in_framing(shared_server: Server) -> None:
    bad = b'{"name": '
    with RawConnection(shared_server.port) as connection:
        for request, status in [
            (b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
            (b"PUT /api/users HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 405),
            (b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx", 415),
            (b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
             b"Content-Length: %d\r\n\r\n%s" % (len(bad), bad), 400),
            (b"GET /api/users?limit=0 HTTP/1.1\r\nHost: x\r\n\r\n", 422),
            (b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        ]:  # fmt: skip
            assert connection.send(request).read_answer().status == status


def test_every_type_of_problem_is_explained_by_the_server(shared_server: Server) -> None:
    json = {"Content-Type": "application/json"}
    answers = [
        shared_server.get("/nothing"),
        shared_server.get("/api/users/nobody"),
        shared_server.get("/cache/clear"),
        shared_server.request("POST", "/api/users", b"{", json),
        shared_server.request("POST", "/api/users", b"{", {"Content-Type": "text/plain"}),
        shared_server.post("/api/users", {}),
        shared_server.get("/" + "a" * 9000),
        shared_server.request("GET", "/livez", None, {f"A{i}": "b" for i in range(120)}),
        shared_server.request("POST", "/api/random-user", None, {"Origin": "http://elsewhere.example"}),
    ]
    for answer in answers:
        members = problem(answer, answer.status)
        explained = shared_server.get(members["type"])
        assert explained.status == 200, members["type"]
        assert len(explained.body) > 40, members["type"]


def test_a_broken_request_is_answered_and_closed(shared_server: Server) -> None:
    for broken in (b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"\0\0\0\0\r\n\r\n",
                   b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):  # fmt: skip
        with RawConnection(shared_server.port) as connection:
            answer = connection.send(broken).read_answer()
            assert answer.status == 400, broken
            assert answer.header("Content-Type") == "application/problem+json"
            assert connection.is_closed()


def test_unknown_methods_and_versions(shared_server: Server) -> None:
    assert exchange(shared_server.port, b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n").status in (400, 405, 501)
    assert exchange(shared_server.port, b"GET / HTTP/2.0\r\nHost: x\r\n\r\n").status in (400, 505)


def test_clients_that_go_away_do_no_harm(shared_server: Server) -> None:
    def leave(_: int) -> None:
        gone = socket.create_connection(("127.0.0.1", shared_server.port), timeout=10)
        gone.sendall(b"GET /api/users HTTP/1.1\r\nHost: x\r\n\r\n")
        gone.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(leave, range(200)))
    ok(shared_server.get("/api/stats"))


@pytest.mark.parametrize(("path", "status"), [("/nope", 404), ("/api/random-order", 405)])
def test_who_typed_an_address_that_is_none_reads_a_page(shared_server: Server, path: str, status: int) -> None:
    page = shared_server.get(path, accept="text/html,application/xhtml+xml", accept_language="fr")
    assert (page.status, page.header("Content-Type")) == (status, "text/html; charset=utf-8")
    assert "Accept" in page.header("Vary")
    assert '<html lang="fr"' in page.text
    assert page.header("Allow") == ("POST" if status == 405 else "")
    problem(shared_server.get(path), status)


def test_an_order_without_users_is_a_problem_of_its_own(server: Server) -> None:
    found = problem(server.post("/api/random-order"), 400)
    assert (found["type"], found["error"]) == ("/problems/no-users", "No users found")
    assert "sample data" in server.get(found["type"]).json()["explanation"]


def test_a_body_in_another_encoding_is_not_taken_for_utf_8(shared_server: Server) -> None:
    problem(shared_server.post("/api/users", content_type="application/json; charset=latin1", body=b"{}"), 415)


def test_events_say_of_themselves_what_they_are_without_being_sent(shared_server: Server) -> None:
    with RawConnection(shared_server.port) as connection:
        head = connection.send(b"HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n").read_answer("HEAD")
        assert (head.status, head.header("Transfer-Encoding"), head.header("Content-Length")) == (200, "chunked", "")
        assert connection.send(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").read_answer().status == 200


@pytest.mark.parametrize("size", [4_000_000, 20_000_000])
def test_the_413_of_a_large_upload_is_read_by_an_ordinary_client(server: Server, size: int) -> None:
    problem(server.request("POST", "/api/users", b" " * size, {"Content-Type": "application/json"}), 413)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"HEAD / HTTP/1.1\r\n\r\n", 400),
        (b"HEAD /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"HEAD / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 17000 + b"\r\n\r\n", 431),
        (b"HEAD / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    ],
)
def test_a_refused_head_has_no_body(shared_server: Server, request_bytes: bytes, status: int) -> None:
    with RawConnection(shared_server.port) as connection:
        head = connection.send(request_bytes).read_answer("HEAD")
        assert head.status == status
        assert int(head.header("Content-Length")) > 0
        assert connection.is_closed()
