"""A server under test: started on its core, watched through /proc, ended."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

SERVER_CORES = "0"
DRIVER_CORES = "1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process (and its children) that answers HTTP on 127.0.0.1:`port`."""

    def __init__(self, command: list, port: int, *, env: dict, log: Path, ready: str, cores: str = SERVER_CORES):
        self.port = port
        self._log = log.open("wb")
        begun = time.monotonic()
        self._process = subprocess.Popen(
            ["taskset", "-c", cores, *map(str, command)],
            env={**os.environ, **{name: str(value) for name, value in env.items()}},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait(ready, begun + 30)
        except BaseException:
            self.stop()
            raise
        self.ready_after = time.monotonic() - begun

    def _wait(self, path: str, deadline: float) -> None:
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended at once; see {self._log.name}")
            try:
                if self.get(path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.001)
        raise RuntimeError(f"not ready in time; see {self._log.name}")

    def get(self, path: str) -> tuple[int, bytes]:
        return self.get_with_link(path)[:2]

    def clear_cache(self) -> None:
        """Of the service, not of its peers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/cache/clear")
        status = connection.getresponse().status
        connection.close()
        if status != 200:
            raise RuntimeError(f"POST /cache/clear answered {status}")

    def get_with_link(self, path: str) -> tuple[int, bytes, str]:
        """Status, body and Link header."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get("Link", "")
        finally:
            connection.close()

    def counter(self, name: str, **labels: str) -> float:
        """The sum of the samples of one of its metrics that carry `labels`."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        total = 0.0
        for line in self.get("/metrics")[1].decode().splitlines():
            sample, _, value = line.rpartition(" ")
            if sample.partition("{")[0] == name and all(label in sample for label in wanted):
                total += float(value)
        return total

    def processes(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found.extend(int(child) for child in children.read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far, from the scheduler's nanosecond counts."""
        total = 0
        for pid in self.processes():
            for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(schedstat.read_text().split()[0])
        return total / 1e9

    def memory_mib(self) -> float:
        """Resident memory; where there are several processes, pages that they share count once (PSS)."""
        pids = self.processes()
        field, file = ("Rss:", "smaps_rollup") if len(pids) == 1 else ("Pss:", "smaps_rollup")
        return sum(_kib(Path(f"/proc/{pid}/{file}"), field) for pid in pids) / 1024

    def pause(self) -> None:
        """It takes nothing and answers nothing until `resume`."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._log.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def _kib(file: Path, field: str) -> int:
    for line in file.read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    raise RuntimeError(f"{file} has no {field}")
