"""Sends requests on schedule, whatever becomes of the earlier ones, and says what came back as one line of JSON.

Half of them go over kept connections, half over one of their own. Every answer but 2xx, every reset and every silence
counts as failed: nothing is sent twice. Ends after --seconds, or on SIGTERM.
"""

import argparse
import contextlib
import json
import selectors
import signal
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

SILENCE = 10.0  # seconds without an answer
MOST_KEPT = 64
TICK = 0.005
MOST_FAILURES_SHOWN = 20
TARGETS = ("/api/users", "/api/stats", "/api/orders", "/", "/hosts")


@dataclass
class Totals:
    sent: int = 0
    good: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    first_failures: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    longest_gap: float = 0
    last_failure: float = 0  # When that request was due, in seconds from the beginning.

    def result(self) -> dict:
        ordered = sorted(self.latencies) or [0.0]
        return {
            "sent": self.sent,
            "good": self.good,
            "failed": sum(self.failures.values()),
            "failures": dict(self.failures),
            "first_failures": self.first_failures,
            "p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
            "p99_ms": round(1000 * ordered[len(ordered) * 99 // 100], 1),
            "longest_gap_s": round(self.longest_gap, 2),
            "last_failure_s": round(self.last_failure, 2),
        }


def is_whole(fields: dict[bytes, bytes], body: bytes) -> bool:
    """Whether nothing of the body is missing; a gateway sends in chunks what it has unpacked."""
    if fields.get(b"transfer-encoding") != b"chunked":
        return len(body) >= int(fields[b"content-length"])
    while body:
        size, found, body = body.partition(b"\r\n")
        length = int(size, 16) if found else sys.maxsize
        if length == 0:
            return body == b"\r\n"
        body = body[length + 2 :]
    return False


class Connection:
    """At most one request under way."""

    def __init__(self, address: tuple[str, int], kept: bool) -> None:
        self.kept = kept
        self.due = 0.0
        self.request = b""
        self.received = bytearray()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(BlockingIOError):
            self.socket.connect(address)

    def begin(self, request: bytes, due: float) -> None:
        self.request, self.due = request, due
        self.received.clear()

    def write(self) -> None:
        sent = self.socket.send(self.request)
        self.request = self.request[sent:]

    def read(self) -> tuple[int, bool] | None:
        """Status, and whether the server closes; nothing while it is not whole. Raises when it will never be."""
        data = self.socket.recv(256 * 1024)
        if not data:
            raise ConnectionResetError("closed before the answer")
        self.received += data
        head, found, body = bytes(self.received).partition(b"\r\n\r\n")
        if not found:
            return None
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if not is_whole(fields, body):
            return None
        return int(head[9:12]), fields.get(b"connection") == b"close"


class Load:
    def __init__(self, address: tuple[str, int], host: str, rate: float, writes: float, targets: Sequence[str]) -> None:
        self.address, self.host, self.rate, self.targets = address, host, rate, targets
        self.write_every = round(1 / writes) if writes else 0  # Requests, one of them a write.
        self.totals = Totals()
        self.selector = selectors.DefaultSelector()
        self.idle: deque[Connection] = deque()
        self.busy: set[Connection] = set()
        self.began = self.last_good = time.monotonic()
        self.stop = False

    def run(self, seconds: float) -> None:
        end = self.began + seconds
        while not self.stop and time.monotonic() < end:
            self._send_due(time.monotonic())
            self._collect(TICK)
        deadline = time.monotonic() + SILENCE
        while self.busy and time.monotonic() < deadline:
            self._collect(TICK)
        for connection in list(self.busy):
            self._fail(connection, "silence")
        self._end_gap(time.monotonic())

    def _send_due(self, now: float) -> None:
        while (due := self.began + self.totals.sent / self.rate) <= now:
            number = self.totals.sent
            self.totals.sent += 1
            writes = self.write_every > 0 and number % self.write_every == 1
            # Half of the reads go over kept connections, and half of the writes.
            kept = (number // self.write_every if writes else number) % 2 == 0
            connection = self.idle.popleft() if kept and self.idle else Connection(self.address, kept)
            connection.begin(self._request(number, kept, writes), due)
            self.busy.add(connection)
            with contextlib.suppress(KeyError):
                self.selector.unregister(connection.socket)
            self.selector.register(connection.socket, selectors.EVENT_WRITE, connection)

    def _request(self, number: int, kept: bool, writes: bool) -> bytes:
        common = f"Host: {self.host}\r\n" + ("" if kept else "Connection: close\r\n")
        if writes:
            body = json.dumps({"user_id": f"user_{number % 5 + 1}", "amount": 1.25})
            key = f"Idempotency-Key: {self.began:.6f}-{number}\r\n"
            return (
                f"POST /api/orders HTTP/1.1\r\n{common}{key}Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        target = self.targets[number // 2 % len(self.targets)]
        return f"GET {target} HTTP/1.1\r\n{common}\r\n".encode()

    def _collect(self, wait: float) -> None:
        for key, _ in self.selector.select(wait):
            connection: Connection = key.data
            if connection not in self.busy:  # Closed by the server while nothing was asked of it.
                self.idle.remove(connection)
                self._close(connection)
                continue
            try:
                self._advance(connection)
            except BlockingIOError:
                pass
            except (OSError, ValueError, KeyError) as failure:
                self._fail(connection, type(failure).__name__)
        now = time.monotonic()
        for connection in [each for each in self.busy if now - each.due > SILENCE]:
            self._fail(connection, "silence")

    def _advance(self, connection: Connection) -> None:
        if connection.request:
            connection.write()
            if not connection.request:
                self.selector.modify(connection.socket, selectors.EVENT_READ, connection)
            return
        answer = connection.read()
        if answer is None:
            return
        status, closes = answer
        if not 200 <= status < 300:
            self._fail(connection, str(status))
            return
        now = time.monotonic()
        self.totals.good += 1
        self.totals.latencies.append(now - connection.due)
        self._end_gap(now)
        self.busy.discard(connection)
        if connection.kept and not closes and len(self.idle) < MOST_KEPT:
            self.idle.append(connection)
        else:
            self._close(connection)

    def _end_gap(self, now: float) -> None:
        self.totals.longest_gap = max(self.totals.longest_gap, now - self.last_good)
        self.last_good = now

    def _fail(self, connection: Connection, why: str) -> None:
        self.totals.failures[f"{why}, {'kept' if connection.kept else 'new'} connection"] += 1
        after = connection.due - self.began
        self.totals.last_failure = max(self.totals.last_failure, after)
        if len(self.totals.first_failures) < MOST_FAILURES_SHOWN:
            took = time.monotonic() - connection.due
            said = bytes(connection.received[-200:])
            self.totals.first_failures.append(f"{after:.1f} s, after {took:.1f} s: {why} {said!r}")
        self.busy.discard(connection)
        self._close(connection)

    def _close(self, connection: Connection) -> None:
        self.selector.unregister(connection.socket)
        connection.socket.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="IP:PORT")
    parser.add_argument("--host", required=True)
    parser.add_argument("--rate", type=float, required=True, help="requests a second")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--writes", type=float, default=0, help="share of the requests that place an order")
    parser.add_argument("--targets", nargs="+", default=TARGETS, help="what is read, in turn")
    arguments = parser.parse_args()
    ip, _, port = arguments.address.rpartition(":")
    load = Load((ip, int(port)), arguments.host, arguments.rate, arguments.writes, arguments.targets)
    signal.signal(signal.SIGTERM, lambda *_: setattr(load, "stop", True))
    load.run(arguments.seconds)
    print(json.dumps(load.totals.result()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
