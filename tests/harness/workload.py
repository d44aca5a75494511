"""The standard workload: 8 clients, 70 % reads, 30 % writes, each write with a key of its own, each answer written down.

Each read of a user is held against the orders that were acknowledged before it started: it may be no older.
"""

import bisect
import http.client
import random
import secrets
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from harness.client import Client
from harness.deadline import wait_until
from harness.expect import next_link, ok
from harness.server import Server

CLIENTS = 8
WRITES = 0.3
PAUSE = 0.02  # seconds without a server before the next try


@dataclass
class Write:
    """One write and what its client learned: an id, a refusal, or nothing."""

    target: str
    body: dict[str, object]
    key: str
    identifier: str = ""
    refused: bool = False

    @property
    def unknown(self) -> bool:
        return not self.identifier and not self.refused

    def send(self, client: Client, busy: tuple[int, ...]) -> None:
        """Of what a server may answer in trouble, `busy` is all that leaves it open."""
        answer = client.post(self.target, self.body, idempotency_key=self.key)
        if answer.status == 201:
            members = answer.json()
            self.identifier = members["user_id"] if self.target == "/api/users" else members["order_id"]
        elif answer.status not in busy:
            assert answer.status < 500, answer.body
            self.refused = True


@dataclass
class Workload:
    server: Server
    others: list[Server] = field(default_factory=list)  # On the same store; every second client talks to them.
    allowance: float = 0  # How many seconds older than acknowledged writes a read may be.
    think: float = 0  # Seconds between a client's requests.
    busy: tuple[int, ...] = (503,)  # What may be answered while something is wrong; a gateway has more to say.
    writes: list[Write] = field(default_factory=list)
    reads: int = 0
    compared: int = 0  # Reads of a user that had acknowledged orders.
    longest_gap: float = 0

    def __post_init__(self) -> None:
        self._keys = secrets.token_hex(4)  # Another workload on the same store has others.
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._users: list[str] = []
        self._acknowledged: defaultdict[str, list[float]] = defaultdict(list)  # Of each user's orders, when.
        self._last_good = time.monotonic()
        self._failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> "Workload":
        self._last_good = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _run(self, number: int) -> None:
        choice = random.Random(number)
        servers = [self.server, *self.others]
        server = servers[number % len(servers)]
        port, client = server.port, server.connect()
        try:
            while not self._stop.wait(self.think):
                if port != server.port:
                    port, client = server.port, server.connect()
                try:
                    self._write(client, choice) if choice.random() < WRITES else self._read(client, choice)
                except (OSError, http.client.HTTPException):
                    self._stop.wait(PAUSE)
        except BaseException as failure:
            self._failures.append(failure)

    def _good(self) -> None:
        with self._lock:
            now = time.monotonic()
            self.longest_gap = max(self.longest_gap, now - self._last_good)
            self._last_good = now

    def _read(self, client: Client, choice: random.Random) -> None:
        user = choice.choice(self._users) if self._users and choice.random() < 0.5 else None
        target = f"/api/users/{user}" if user else choice.choice(["/api/users", "/api/orders", "/api/stats"])
        started = time.monotonic()
        answer = client.get(target)
        assert answer.status in (200, *self.busy), answer.body
        if answer.status != 200:
            return
        self.reads += 1
        self._good()
        if user:
            self._hold_against_history(user, started, answer.json()["order_count"])

    def _hold_against_history(self, user: str, started: float, count: int) -> None:
        with self._lock:
            least = bisect.bisect_right(self._acknowledged[user], started - self.allowance)
            self.compared += least > 0
        assert count >= least, f"{user} was shown with {count} orders after {least} had been acknowledged"

    def _write(self, client: Client, choice: random.Random) -> None:
        with self._lock:
            number = len(self.writes) + 1
            if self._users and choice.random() < 0.7:
                # The amount is the mark of an order: no two are alike.
                body = {"user_id": choice.choice(self._users), "amount": number / 100}
                write = Write("/api/orders", body, f"{self._keys}-{number}")
            else:
                body = {"name": f"user {number}", "email": f"{number}@example.org", "country": "France"}
                write = Write("/api/users", body, f"{self._keys}-{number}")
            self.writes.append(write)
        write.send(client, self.busy)
        if write.identifier:
            self._good()
            if write.target == "/api/users":
                self._users.append(write.identifier)
            else:
                with self._lock:
                    bisect.insort(self._acknowledged[str(write.body["user_id"])], time.monotonic())

    def check(self) -> None:
        """After the fault: nothing acknowledged is lost, nothing is there twice, and every total is its orders' sum."""
        users = everything(self.server, "/api/users?limit=1000")
        orders = everything(self.server, "/api/orders?limit=1000")
        found = Counter(user["user_id"] for user in users) + Counter(order["order_id"] for order in orders)
        marks = Counter(user["name"] for user in users) + Counter(order["amount"] for order in orders)

        acknowledged = [write for write in self.writes if write.identifier]
        lost = [write for write in acknowledged if found[write.identifier] != 1]
        assert not lost, lost
        twice = {mark: times for mark, times in marks.items() if times > 1}
        assert not twice, twice
        refused = [write for write in self.writes if write.refused and marks[mark_of(write)]]
        assert not refused, refused

        count, spent = Counter(), Counter()
        for order in orders:
            count[order["user_id"]] += 1
            spent[order["user_id"]] += order["amount"]
        assert count.keys() <= {user["user_id"] for user in users}, "an order without a user"
        for user in users:
            assert user["order_count"] == count[user["user_id"]], user
            assert user["total_spent"] == spent.get(user["user_id"], Decimal(0)), user

    @property
    def acknowledged(self) -> int:
        """How many writes have been acknowledged so far."""
        return sum(bool(write.identifier) for write in self.writes)

    def wait_for_writes(self, more: int, deadline: float) -> None:
        seen = self.acknowledged
        wait_until(lambda: self.acknowledged >= seen + more, f"{more} more writes", deadline)

    def conclude(self) -> str:
        """Checks, settles what is open, checks again; returns what there was, in a sentence."""
        self.check()
        settled = self.settle()
        self.check()
        return (
            f"{self.acknowledged} writes acknowledged, 0 lost, {settled} settled afterwards, {self.reads} reads, "
            f"{self.compared} held against the history; longest gap {self.longest_gap:.2f} s"
        )

    def settle(self) -> int:
        """Sends each write of unknown outcome again, with its key; returns how many there were."""
        unknown = [write for write in self.writes if write.unknown]
        for write in unknown:
            write.send(self.server.client, self.busy)
            assert not write.unknown, write
        return len(unknown)


def mark_of(write: Write) -> object:
    return (
        write.body["name"]
        if write.target == "/api/users"
        else Decimal(str(write.body["amount"])).quantize(Decimal("0.01"))
    )


def everything(server: Server, target: str | None) -> list[dict[str, object]]:
    items = []
    while target:
        answer = server.get(target)
        items += ok(answer)
        target = next_link(answer)
    return items
