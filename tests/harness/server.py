"""The program as a process: started on a free port and a folder of its own, stopped by its id."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from harness.client import Answer, Client
from harness.deadline import DEADLINE, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO_APP = Path(os.environ.get("DEMO_APP", ROOT / "build/demo-app")).resolve()

LISTENING = re.compile(rb"listening on http://(?:\[[^\]]+\]|[^\s:]+):(\d+)")
SANITIZER = re.compile(rb"(ERROR|WARNING): \w*Sanitizer|runtime error:")
# What the program's own environment may hold: nothing of it configures the program.
PASSED_ON = ("PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
# libmongoc's counters: a file in /dev/shm for each process, left behind by who is killed. Who gets the same pid later finds
# it, and libmongoc says so before the program's first line.
NO_COUNTERS = {"MONGOC_DISABLE_SHM": "1"}


def environment(settings: dict[str, str] | None = None) -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | NO_COUNTERS | (settings or {})


def run(
    *arguments: str, settings: dict[str, str] | None = None, cwd: Path | None = None, prefix: Iterable[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end, below `prefix` where that is given. It has to end by itself."""
    return subprocess.run(
        [*prefix, DEMO_APP, *arguments],
        env=environment(settings),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3 * DEADLINE,
    )


class Server:
    """One running demo-app. `settings` are variables of its environment; they win over the defaults here.

    `prefix` is a program that runs it, with that program's arguments.
    """

    def __init__(
        self,
        folder: Path,
        settings: dict[str, str] | None = None,
        arguments: Iterable[str] = ("serve",),
        prefix: Iterable[str] = (),
    ) -> None:
        self.data_dir = folder / "data"
        self.log_file = folder / "log"
        self.prefix = list(prefix)
        self.arguments = list(arguments)
        self.settings = {"PORT": "0", "BIND": "127.0.0.1", "DATA_DIR": str(self.data_dir), "LOG_LEVEL": "info"}
        self.settings |= settings or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._client: Client | None = None
        self._log_start = 0

    def start(self, deadline: float = DEADLINE) -> "Server":
        self.launch()
        wait_until(self._listens, "the line that says where it listens", deadline)
        return self

    def launch(self) -> None:
        """As start, and waits for nothing: standard output may be closed."""
        assert self.process is None
        with self.log_file.open("ab") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                [*self.prefix, DEMO_APP, *self.arguments],
                env=environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _listens(self) -> bool:
        found = LISTENING.search(self.log_file.read_bytes(), self._log_start)
        if found is None:
            status = self.process.poll()
            assert status is None, f"demo-app ended with status {status}:\n{self.log()}"
            return False
        self.port = int(found[1])
        return True

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def client(self) -> Client:
        """A connection of its own, for the test's main thread."""
        if self._client is None or self._client.port != self.port:
            self._client = Client(self.port)
        return self._client

    def connect(self) -> Client:
        return Client(self.port)

    def get(self, target: str, **headers: str) -> Answer:
        return self.client.get(target, **headers)

    def head(self, target: str, **headers: str) -> Answer:
        return self.client.head(target, **headers)

    def post(self, target: str, body: object = None, **headers: str) -> Answer:
        return self.client.post(target, body, **headers)

    def delete(self, target: str, **headers: str) -> Answer:
        return self.client.delete(target, **headers)

    def request(self, method: str, target: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        return self.client.request(method, target, body, headers)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Ends the process and returns its exit status (negative: the signal that ended it)."""
        assert self.process is not None
        if self._client is not None:
            self._client.close()
            self._client = None
        if self.process.poll() is None:
            self.process.send_signal(sent)
        try:
            status = self.process.wait(timeout=30 + DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"demo-app does not end on {sent.name}:\n{self.log()[-4000:]}") from None
        self.process = None
        return status

    def kill(self) -> None:
        assert self.stop(signal.SIGKILL) == -signal.SIGKILL

    def restart(self) -> "Server":
        assert self.stop() == 0, self.log()[-4000:]
        return self.start()

    def close(self) -> None:
        """The end of every test: what still runs must end well, and no sanitizer may have spoken."""
        status = self.stop() if self.process is not None else 0
        log = self.log_file.read_bytes() if self.log_file.exists() else b""
        print(log.decode(errors="replace")[-8000:])
        assert status == 0, f"demo-app ended with status {status}"
        found = SANITIZER.search(log)
        assert found is None, log[found.start() : found.start() + 4000].decode(errors="replace")


def wait_for_end(process: subprocess.Popen[bytes], deadline: float = DEADLINE) -> int:
    end = time.monotonic() + deadline
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    assert process.returncode is not None, "it does not end"
    return process.returncode
