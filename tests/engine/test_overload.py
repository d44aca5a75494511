"""Too many connections, too few descriptors, clients that vanish: an honest client must not notice (reliability.md 14)."""

import contextlib
import resource
import socket
import struct
import time
from collections.abc import Iterator

import pytest
from harness.deadline import DEADLINE, SLOWER, wait_until
from harness.process import allow_descriptors, cpu_seconds, descriptors, sockets
from harness.raw import RawConnection, exchange
from harness.server import Server

pytestmark = pytest.mark.alone

GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 1.0 * SLOWER  # Of an honest client, by reliability.md.
RESET = struct.pack("ii", 1, 0)


@pytest.fixture
def many_descriptors() -> Iterator[int]:
    """Lets this process open what it may; yields how many connections a test can hold."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allow_descriptors(hard)
    yield min(10_000, hard - 200)
    allow_descriptors(soft)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)


def slowest_of_an_honest_client(port: int, count: int = 200) -> float:
    """The 99th percentile, in seconds, of requests on one kept connection and on new ones."""
    durations = []
    with RawConnection(port) as kept:
        for number in range(count):
            start = time.monotonic()
            answer = exchange(port, GET) if number % 2 else kept.send(GET).read_answer()
            durations.append(time.monotonic() - start)
            assert answer.status == 200
    return sorted(durations)[int(count * 0.99)]


def assert_at_rest(server: Server) -> None:
    before = cpu_seconds(server.pid)
    time.sleep(1)
    assert cpu_seconds(server.pid) - before < 0.5 * SLOWER, "it spins"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_ten_thousand_idle_and_slow_connections(server: Server, many_descriptors: int) -> None:
    open_before = sockets(server.pid)
    with contextlib.ExitStack() as stack:
        for number in range(many_descriptors):
            one = stack.enter_context(connect(server.port))
            if number % 2:
                one.sendall(b"GET /livez HT")
        assert slowest_of_an_honest_client(server.port) < PATIENCE
        assert_at_rest(server)
    wait_until(lambda: sockets(server.pid) <= open_before, "the sockets to be given back")
    assert slowest_of_an_honest_client(server.port) < PATIENCE


def test_out_of_descriptors(server: Server) -> None:
    """The limit falls under what the server counted on at its start: accepting itself fails."""
    open_before = sockets(server.pid)
    allow_descriptors(descriptors(server.pid) + 40, server.pid)
    with contextlib.ExitStack() as stack:
        for number in range(400):
            stack.enter_context(connect(server.port))
            if number % 40 == 0:
                assert exchange(server.port, GET).status == 200
        assert slowest_of_an_honest_client(server.port) < PATIENCE
        assert_at_rest(server)
    wait_until(lambda: sockets(server.pid) <= open_before, "the sockets to be given back")
    assert slowest_of_an_honest_client(server.port) < PATIENCE


def test_slow_connections_out_of_descriptors(server: Server) -> None:
    allow_descriptors(descriptors(server.pid) + 40, server.pid)
    with contextlib.ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(connect(server.port)).sendall(
                b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na"
            )
        assert slowest_of_an_honest_client(server.port) < PATIENCE


def test_a_storm_of_resets(server: Server) -> None:
    open_before = sockets(server.pid)
    for number in range(5_000):
        with connect(server.port) as one:
            if number % 3:
                one.sendall(GET if number % 2 else GET[:20])
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if number % 1_000 == 0:
            assert slowest_of_an_honest_client(server.port, 20) < PATIENCE
    wait_until(lambda: sockets(server.pid) <= open_before, "the sockets to be given back")
    assert slowest_of_an_honest_client(server.port) < PATIENCE
    assert_at_rest(server)


def test_a_client_that_reads_nothing_holds_nobody_up(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            deaf = stack.enter_context(connect(server.port))
            deaf.settimeout(0.2)
            with contextlib.suppress(TimeoutError):
                for _ in range(200):
                    deaf.sendall(GET * 50)
        assert slowest_of_an_honest_client(server.port) < PATIENCE
        assert_at_rest(server)
