"""The load of the end-to-end tests sees what they are there to see: refusals, resets, silence, closed connections."""

import json
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from harness.server import ROOT

OPEN_LOOP = ROOT / "tests/e2e/open_loop.py"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSING = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


def measure(answer: Callable[[int], bytes], *options: str, asked: list[bytes] | None = None) -> dict:
    """What the load says of a server whose nth request gets answer(n); an empty one is a closed connection.

    `asked` takes the requests.
    """
    seen, lock = asked if asked is not None else [], threading.Lock()

    def serve(connection: socket.socket) -> None:
        with connection:
            while request := connection.recv(4096):
                with lock:
                    seen.append(request)
                    reply = answer(len(seen))
                if not reply:
                    return
                connection.sendall(reply)
                if b"close" in reply:
                    return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        how = ("--host", "demo.local", "--rate", "40", "--seconds", "1", *options)
        done = subprocess.run([sys.executable, OPEN_LOOP, address, *how], capture_output=True, text=True, timeout=60)
        listener.shutdown(socket.SHUT_RDWR)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_good_answers_are_not_failures() -> None:
    asked: list[bytes] = []
    result = measure(lambda number: GOOD, asked=asked)
    assert all(request.startswith(b"GET ") for request in asked)
    assert (result["failed"], result["good"]) == (0, result["sent"])
    assert result["sent"] > 30


def test_a_server_that_says_that_it_closes_does_not_fail() -> None:
    assert measure(lambda number: CLOSING)["failed"] == 0


@pytest.mark.parametrize("what, shown", [(REFUSAL, "503"), (b"", "ConnectionResetError")])
def test_every_failure_is_counted(what: bytes, shown: str) -> None:
    result = measure(lambda number: what if number % 10 == 0 else GOOD)
    assert result["failed"] >= 3
    assert all(name.startswith(shown) for name in result["failures"]), result["failures"]
    assert result["good"] + result["failed"] == result["sent"]


def test_the_last_failure_is_known() -> None:
    result = measure(lambda number: REFUSAL if number == 20 else GOOD)
    assert 0.4 < result["last_failure_s"] < 0.6


def test_reads_and_writes_go_over_both_kinds_of_connections() -> None:
    asked: list[bytes] = []
    measure(lambda number: GOOD, "--writes", "0.1", "--rate", "100", asked=asked)
    kinds = Counter((request.split()[0].decode(), b"Connection: close" in request) for request in asked)
    assert len(kinds) == 4, kinds
    assert kinds["POST", True] in (kinds["POST", False] - 1, kinds["POST", False])
    assert min(kinds.values()) > 3


def test_silence_until_the_end_is_a_gap() -> None:
    result = measure(lambda number: GOOD if number <= 10 else REFUSAL)
    assert result["longest_gap_s"] > 0.5
