"""Behind nginx: a page's buttons work, events come at once, and no idle connection is closed under a request."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from harness.expect import ok
from harness.nginx import Nginx
from harness.raw import RawConnection
from harness.server import Server

StartNginx = Callable[..., Nginx]

# The lines beside proxy_pass; a browser that reaches nginx by an address in the clear sends no Sec-Fetch-Site.
HOST_WITHOUT_PORT = "proxy_set_header Host $host;"
HOST_AS_SENT = "proxy_set_header Host $http_host;"
FORWARDED_HOST = "proxy_set_header X-Forwarded-Host $http_host;"
FORWARDED_PARTS = (
    "proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Port $server_port; "
    "proxy_set_header X-Forwarded-Proto $scheme;"
)
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@pytest.fixture
def start_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartNginx]:
    with ExitStack() as stack:

        def start(server: Server, location: str = "", keepalive: str = "") -> Nginx:
            nginx = Nginx(tmp_path_factory.mktemp("nginx"), server, location, keepalive)
            stack.callback(nginx.close)
            return nginx

        yield start


def press(nginx: Nginx, origin: str, **site: str) -> int:
    headers = FORM | {"Origin": origin} | {name.replace("_", "-").title(): value for name, value in site.items()}
    return nginx.client.request("POST", "/actions/random-user", b"from=home", headers).status


@pytest.mark.parametrize("location", [HOST_WITHOUT_PORT, HOST_AS_SENT, FORWARDED_HOST, FORWARDED_PARTS])
def test_a_button_works_behind_a_proxy_that_names_the_host(
    server: Server, start_nginx: StartNginx, location: str
) -> None:
    nginx = start_nginx(server, location)
    assert press(nginx, nginx.origin) == 303
    assert press(nginx, nginx.origin, sec_fetch_site="same-origin") == 303
    for evil in ("http://evil.example", "null", f"http://127.0.0.1.evil.example:{nginx.port}"):
        assert press(nginx, evil) == 403
        assert press(nginx, evil, sec_fetch_site="cross-site") == 403
    assert ok(server.get("/api/stats"))["total_users"] == 2


def test_behind_a_bare_proxy_pass_the_browser_decides(server: Server, start_nginx: StartNginx) -> None:
    nginx = start_nginx(server)
    assert press(nginx, nginx.origin, sec_fetch_site="same-origin") == 303
    for other in ("cross-site", "same-site"):
        assert press(nginx, nginx.origin, sec_fetch_site=other) == 403
    # Nothing in it tells this site's page from another's: the answer says what the proxy has to pass on.
    headers = FORM | {"Origin": nginx.origin}
    answer = nginx.client.request("POST", "/actions/random-user", b"", headers)
    assert answer.status == 403
    assert "X-Forwarded-Host" in answer.text


def bytes_that_came_with_the_first_line(port: int) -> int:
    with RawConnection(port) as connection:
        connection.send(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b"retry: 1000" not in received:
            piece = connection.socket.recv(65536)
            assert piece, received
            received += piece
    return len(received.partition(b"\r\n\r\n")[2])


def test_events_pass_through_at_once(server: Server, start_nginx: StartNginx) -> None:
    nginx = start_nginx(server)
    # nginx holds back what it may until there are 1460 bytes. Events that follow at once are not held back either.
    assert min(bytes_that_came_with_the_first_line(nginx.port) for _ in range(5)) < 1460


def test_no_idle_connection_is_closed_under_a_request(start_server, start_nginx: StartNginx) -> None:
    """nginx keeps an idle connection for three quarters of the service's time, as others keep it for 90 s of 120 s."""
    server = start_server(IDLE_TIMEOUT="2")
    location = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_next_upstream off;'
    nginx = start_nginx(server, location, "keepalive 16; keepalive_timeout 1500ms;")
    request = b"POST /api/random-user HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"

    def post_and_wait(pause: float) -> list[int]:
        with RawConnection(nginx.port) as connection:
            statuses = []
            for _ in range(3):
                statuses.append(connection.send(request).read_answer("POST").status)
                time.sleep(pause)
            return statuses

    pauses = [1.2, 1.3, 1.4, 1.45, 1.5, 1.55, 1.6, 1.9, 2.0, 2.1]
    with ThreadPoolExecutor(len(pauses)) as pool:
        assert list(pool.map(post_and_wait, pauses)) == [[200, 200, 200]] * len(pauses)


def test_a_connection_outlives_the_keeping_of_a_balancer(start_server) -> None:
    """A relay that does not notice a close sends its next request on a connection that is idle for 90 s of 120 s."""
    server = start_server(IDLE_TIMEOUT="2")
    request = b"POST /api/random-user HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    with RawConnection(server.port) as connection:
        assert connection.send(request).read_answer("POST").status == 200
        time.sleep(1.5)
        assert connection.send(request).read_answer("POST").status == 200
