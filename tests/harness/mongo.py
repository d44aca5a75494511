"""SecantusDB, which stands in for one node of MongoDB: started on a free port, stopped by its id."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

SECANTUSD = Path(sys.executable).with_name("secantusd-py")
START_DEADLINE = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Secantus:
    """A server in `folder`. Stopped and started again it keeps its port and its data."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        self.folder = folder
        self.arguments = list(arguments)
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}"

    def start(self) -> "Secantus":
        assert self.process is None
        command = [sys.executable, str(SECANTUSD), "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--storage-path", str(self.folder / "secantus"), "--enable-test-commands", "--log-level", "ERROR"]
        with (self.folder / "secantus.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"),
            )
        end = time.monotonic() + START_DEADLINE
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "secantus.log").read_text(errors="replace")[-4000:]
            assert time.monotonic() < end, "SecantusDB does not start"
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.stop()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
