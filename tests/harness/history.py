"""The long history of a few users under load: every acknowledged order is there once, and no read is too old.

Most operations are reads that memory answers, so that there can be very many. The others are orders, each of which sends
the next read to the store.
"""

import re
import secrets
import socket
import threading
import time
from collections import Counter
from decimal import Decimal

from harness.client import Client
from harness.deadline import DEADLINE, wait_until
from harness.expect import ok
from harness.server import Server
from harness.workload import Write, everything

READERS = 2  # of each user
ORDERS = 0.01  # At least so much of the operations.
PAUSE = 0.02  # seconds between two orders of a user, and before the next try of a reader without a server
BUSY = (503,)

HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) .*?\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n", re.DOTALL | re.IGNORECASE)
ORDER_COUNT = re.compile(rb'"order_count":\s*(\d+)')


class Reader:
    """One connection that reads as fast as it can: a whole HTTP client takes longer than the service."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=3 * DEADLINE)

    def get(self, target: str) -> tuple[int, bytes]:
        self._socket.sendall(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        data = b""
        while True:
            part = self._socket.recv(65536)
            if not part:
                raise ConnectionResetError("closed before the answer")
            data += part
            head = HEAD.match(data)
            if head and len(data) >= head.end() + int(head[2]):
                return int(head[1]), data[head.end() :]

    def close(self) -> None:
        self._socket.close()


class Key:
    """One user and what is known of its orders. `sent` is raised before an order is sent, `acknowledged` after its
    answer came: what a read shows lies between what was acknowledged before it and what was sent until its end."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.writes: list[Write] = []
        self.acknowledged = 0
        self.operations = Counter[str]()

    @property
    def sent(self) -> int:
        return len(self.writes)


class History:
    """`users` have no orders yet, and nobody else orders for them."""

    def __init__(self, server: Server, users: list[str]) -> None:
        self.server = server
        self.keys = [Key(user) for user in users]
        self._stop = threading.Event()
        self._mark = secrets.token_hex(4)
        self._failures: list[BaseException] = []
        work = [(self._order, key) for key in self.keys]
        work += [(self._read, key) for key in self.keys for _ in range(READERS)]
        self._threads = [threading.Thread(target=self._guard, args=each) for each in work]

    def __enter__(self) -> "History":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _guard(self, work, key: Key) -> None:
        try:
            work(key)
        except BaseException as failure:
            self._failures.append(failure)

    def _order(self, key: Key) -> None:
        client = Client(self.server.port, deadline=3 * DEADLINE)
        while not self._stop.wait(PAUSE):
            number = key.sent + 1
            body = {"user_id": key.user, "amount": number / 100}
            write = Write("/api/orders", body, f"{self._mark}-{key.user}-{number}")
            key.writes.append(write)
            write.send(client, BUSY)
            if write.identifier:
                key.acknowledged += 1
                key.operations["orders"] += 1

    def _read(self, key: Key) -> None:
        reader = None
        while not self._stop.is_set():
            try:
                reader = reader or Reader(self.server.port)
                self._read_once(key, reader)
            except OSError:
                reader = None
                self._stop.wait(PAUSE)
        if reader:
            reader.close()

    def _read_once(self, key: Key, reader: Reader) -> None:
        least = key.acknowledged
        status, body = reader.get(f"/api/users/{key.user}")
        assert status in (200, *BUSY), body
        if status != 200:
            self._stop.wait(PAUSE)
            return
        count = int(ORDER_COUNT.search(body)[1])
        assert least <= count <= key.sent, f"{key.user} with {count} orders, not {least} to {key.sent}"
        # Of several threads: an addition may be lost, so there are no less than it says.
        key.operations["reads"] += 1

    def wait_for(self, operations: int, deadline: float) -> None:
        """Until each user has had so many, and the orders among them."""

        def enough(key: Key) -> bool:
            return key.operations.total() >= operations and key.operations["orders"] >= operations * ORDERS

        def had() -> bool:
            assert not self._failures, self._failures[0]
            time.sleep(0.05)
            return all(enough(key) for key in self.keys)

        wait_until(had, f"{operations} operations on each user", deadline)

    def conclude(self) -> str:
        """Settles what is open by its key, and checks that every order is there once; says what there was."""
        lines = []
        for key in self.keys:
            unknown = [write for write in key.writes if write.unknown]
            for write in unknown:
                write.send(self.server.client, BUSY)
            assert not [write for write in key.writes if not write.identifier]
            orders = everything(self.server, f"/api/users/{key.user}/orders?limit=1000")
            assert Counter(order["order_id"] for order in orders) == Counter(write.identifier for write in key.writes)
            user = ok(self.server.get(f"/api/users/{key.user}"))
            assert user["order_count"] == key.sent
            assert user["total_spent"] == sum((order["amount"] for order in orders), Decimal(0))
            lines.append(f"{key.user}: {dict(key.operations)}, {len(unknown)} settled by their keys")
        return "; ".join(lines)
