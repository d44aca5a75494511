"""Reliability row 3: asked to end while requests run, it finishes them, or cuts them at the deadline, and exits 0."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable

import pytest
from harness.deadline import DEADLINE, wait_until
from harness.faults import FaultyServer
from harness.metrics import value
from harness.raw import RawConnection
from harness.server import DEMO_APP, Server, environment, wait_for_end

BODY = b'{"name": "Ada", "email": "ada@ecam.be", "country": "Belgium"}'
HEAD = b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    BODY
)


def begin_upload(server: Server) -> RawConnection:
    """A request that the server has begun to read, and that its client has not finished."""
    connection = RawConnection(server.port)
    connection.send(HEAD + BODY[:5])
    # The next answer on another connection says that a loop has been round since.
    assert server.connect().get("/livez").status == 200
    return connection


def ask_to_end(server: Server, sent: signal.Signals = signal.SIGTERM) -> None:
    server.process.send_signal(sent)
    wait_until(lambda: "draining" in server.log(), "the log says that it drains")


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return True
    return False


@pytest.mark.slow
def test_a_request_of_ten_seconds_is_finished(start_server) -> None:
    server = start_server(DRAIN_DEADLINE="60")
    with begin_upload(server) as upload:
        ask_to_end(server)
        wait_until(lambda: is_refused(server.port), "no new connection is taken")
        for i in range(5, len(BODY)):
            upload.send(BODY[i : i + 1])
            time.sleep(10 / len(BODY))
        answer = upload.read_answer()
        assert answer.status == 201
        assert answer.header("Connection").lower() == "close"
        assert upload.is_closed()
    assert wait_for_end(server.process) == 0
    server.process = None
    server.start()
    assert server.get(answer.header("Location")).status == 200, "acknowledged, so it is there"


def begin_write(faulty: FaultyServer, seconds: int) -> RawConnection:
    """A whole request, whose handler waits for the disk."""
    faulty.inject(sync_milliseconds=seconds * 1000)
    connection = RawConnection(faulty.server.port)
    connection.send(HEAD + BODY)
    wait_until(lambda: value(faulty.server, "demo_workers_busy") >= 1, "a worker has it")
    return connection


def test_a_handler_that_waits_for_the_disk_is_finished(start_faulty: Callable[..., FaultyServer]) -> None:
    faulty = start_faulty(DRAIN_DEADLINE="60", DRAIN_DELAY="0")
    # Twice that is still less than the 5 s of an operation: another write may have come before.
    with begin_write(faulty, 2) as connection:
        ask_to_end(faulty.server)
        answer = connection.read_answer()
        assert (answer.status, answer.header("Connection").lower()) == (201, "close")
    assert wait_for_end(faulty.server.process) == 0
    faulty.server.process = None


def test_a_handler_that_waits_too_long_is_cut_at_the_deadline(start_faulty: Callable[..., FaultyServer]) -> None:
    faulty = start_faulty(DRAIN_DEADLINE="1", DRAIN_DELAY="0")
    with begin_write(faulty, 60) as connection:
        ask_to_end(faulty.server)
        assert connection.is_closed(), "nobody was told that it is done"
    faulty.heal()
    assert wait_for_end(faulty.server.process) == 0
    faulty.server.process = None
    assert "cut_connections" in faulty.server.log()


@pytest.mark.sanitized
def test_a_client_that_never_ends_is_cut_at_the_deadline(start_server) -> None:
    server = start_server(DRAIN_DEADLINE="1")
    with begin_upload(server) as upload:
        begun = time.monotonic()
        ask_to_end(server)
        assert wait_for_end(server.process, DEADLINE) == 0
        assert time.monotonic() - begun >= 0.9, "it was given its second"
        assert upload.is_closed(), "no answer is made up"
    server.process = None
    assert "cut_connections" in server.log()
    server.start()
    assert server.get("/api/users").json() == [], "half a request changed nothing"


@pytest.mark.sanitized
def test_a_reader_that_never_reads_is_cut_at_the_deadline(start_server) -> None:
    server = start_server(DRAIN_DEADLINE="1")
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", server.port))
        reader.settimeout(1)
        try:
            # Far more answers than the buffers between here and there hold.
            for _ in range(2000):
                reader.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
        except TimeoutError:
            pass
        ask_to_end(server)
        assert wait_for_end(server.process, DEADLINE) == 0
    server.process = None


@pytest.mark.sanitized
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_at_once_with_its_status(start_server, second: signal.Signals) -> None:
    # To end at once is to leave threads unjoined; TSan's other reports count.
    server = start_server(DRAIN_DEADLINE="600", TSAN_OPTIONS="halt_on_error=1 report_thread_leaks=0")
    with begin_upload(server):
        ask_to_end(server)
        time.sleep(0.2)
        assert server.running(), "it waits for the request"
        server.process.send_signal(second)
        assert wait_for_end(server.process) == 128 + second
    server.process = None


@pytest.mark.sanitized
def test_event_streams_do_not_hold_up_the_end(start_server) -> None:
    server = start_server(DRAIN_DEADLINE="600")
    with RawConnection(server.port) as stream:
        stream.send(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        assert stream.read_head().status == 200
        ask_to_end(server)
        stream.read_to_end()
        assert wait_for_end(server.process) == 0
    server.process = None


def test_a_log_that_nobody_reads_does_not_hold_up_the_end(server: Server) -> None:
    assert server.stop() == 0
    process = subprocess.Popen(
        [DEMO_APP, "serve"], env=environment(server.settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        port = int(process.stdout.readline().rsplit(b":", 1)[1])
        request = b"GET /" + b"x" * 140 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        # Some 300 kB of access lines, into a pipe that holds 64 KiB.
        with RawConnection(port) as connection:
            for _ in range(800):
                assert connection.send(request).read_answer().status == 404
        process.send_signal(signal.SIGTERM)
        assert wait_for_end(process, 2 * DEADLINE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
