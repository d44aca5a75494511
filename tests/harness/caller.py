"""One request, made again and again while something goes wrong."""

import threading
import time
from collections.abc import Callable

from harness.client import Answer
from harness.server import Server


def getting(server: Server, target: str) -> Callable[[], Answer]:
    """GET `target`, on a connection of its own."""
    client = server.connect()
    return lambda: client.get(target)


class Caller:
    """Makes one request again and again, once at least, and notes when which status came, and how long it took. No answer
    at all fails the test, at the end."""

    def __init__(self, call: Callable[[], Answer], pause: float = 0.1) -> None:
        self._call, self._pause = call, pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._failure: BaseException | None = None
        self.answers: list[tuple[float, int, float]] = []

    def _run(self) -> None:
        try:
            self._call_until_stopped()
        except BaseException as failure:
            self._failure = failure

    def _call_until_stopped(self) -> None:
        while True:
            started = time.monotonic()
            status = self._call().status
            self.answers.append((started, status, time.monotonic() - started))
            if self._stop.wait(self._pause):
                return

    def __enter__(self) -> "Caller":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def statuses(self, since: float = 0) -> set[int]:
        return {status for started, status, _ in self.answers if started >= since}

    def longest_after(self, since: float) -> float:
        return max(took for started, _, took in self.answers if started >= since)
