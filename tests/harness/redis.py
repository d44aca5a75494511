"""Redis servers and Sentinels of the tests' own: from PATH, on free ports and in folders of their own."""

import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from harness.deadline import DEADLINE, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """One redis-server, or with `program` one redis-sentinel. `settings` are lines of its configuration."""

    def __init__(self, folder: Path, *settings: str, program: str = "redis-server") -> None:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not on PATH")
        self.port = free_port()
        self.program = program
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        own = [f"port {self.port}", "bind 127.0.0.1", f"dir {folder}"]
        if program == "redis-server":
            own += ['save ""', "repl-diskless-sync-delay 0"]
        self.settings = [*own, *settings]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> "Redis":
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "conf"
        configuration.write_text("\n".join(self.settings) + "\n")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, configuration], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(self.answers, f"{self.program} answers")
        return self

    def answers(self) -> bool:
        try:
            return self.ask("PING").startswith(b"+") or self.ask("PING").startswith(b"-NOAUTH")
        except OSError:
            return False

    def ask(self, *words: str) -> bytes:
        """The first bytes of the answer to one command."""
        request = f"*{len(words)}\r\n" + "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as connection:
            connection.sendall(request.encode())
            return connection.recv(65536)

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
