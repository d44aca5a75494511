"""What the distributed part runs on: MongoDB, real where its programs are there, and Redis."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mongo_processes import LocalCluster, find_binary

from suite import places
from suite.process import free_port

SHARDS = 2


class RealMongo:
    """A sharded cluster on loopback."""

    name = f"{SHARDS} shards of 3 members, 3 config servers, 2 routers"
    what_breaks = "The primary of one of the shards is killed."

    def __init__(self, folder: Path):
        self._cluster = LocalCluster(folder).create(shards=SHARDS)

    @property
    def uri(self) -> str:
        return self._cluster.uri

    def start(self) -> None:
        with (self._cluster.folder / "apply.log").open("wb") as log:
            command = self._command("apply")
            status = self._cluster.bring_up(lambda: subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))
        if status != 0:
            raise RuntimeError(f"cluster apply failed; see {log.name}")

    def stop(self) -> None:
        self._cluster.stop()

    def break_down(self) -> None:
        self._killed = self._primary_of_first_shard()
        self._cluster.kill(self._killed)

    def repair(self) -> None:
        self._cluster.start([self._cluster.server(self._killed)])

    def await_well(self) -> None:
        end = time.monotonic() + 120
        while subprocess.run(self._command("status"), capture_output=True, check=False).returncode != 0:
            if time.monotonic() > end:
                raise RuntimeError("the cluster does not recover")
            time.sleep(0.5)

    def _primary_of_first_shard(self) -> str:
        done = subprocess.run(self._command("status", "--format", "json"), capture_output=True, check=False)
        shard = json.loads(done.stdout)["shards"][0]
        place = next(number for number, member in enumerate(shard["members"]) if member["role"] == "primary")
        return f"{shard['name']}-{place}"

    def _command(self, what: str, *options: str) -> list:
        return [places.APP, "cluster", what, "--topology", self._cluster.topology_file, *options]


class StandIn:
    """SecantusDB: one process that speaks MongoDB's protocol."""

    name = "SecantusDB, one process, in place of MongoDB (no mongod in MONGODB_BIN or PATH)"
    what_breaks = "The process is killed."

    def __init__(self, folder: Path):
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen | None = None
        self.uri = f"mongodb://127.0.0.1:{self._port}/demoDB"

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        programs = places.SECANTUS_VENV / "bin"
        command = [programs / "python", programs / "secantusd-py", "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = _spawn(
            [*command, "--storage-path", self._folder / "data", "--log-level", "ERROR"], self._folder
        )
        _await_port(self._port, self._process)

    def stop(self) -> None:
        _end(self._process, signal.SIGTERM)

    def break_down(self) -> None:
        _end(self._process, signal.SIGKILL)

    def repair(self) -> None:
        self.start()

    def await_well(self) -> None:
        """It is when it answers."""


class Redis:
    """One redis-server that keeps nothing on the disk."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._process = _spawn(["redis-server", *settings], self._folder)
        _await_port(self.port, self._process)

    def stop(self) -> None:
        self.resume()
        _end(self._process, signal.SIGKILL)

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


def _spawn(command: list, folder: Path) -> subprocess.Popen:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _await_port(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not answer")


def _end(process: subprocess.Popen | None, how: signal.Signals) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running(store: RealMongo | StandIn | Redis) -> Iterator:
    try:
        store.start()
        yield store
    finally:
        store.stop()


def mongo(folder: Path) -> RealMongo | StandIn:
    """Not started yet."""
    real = find_binary("mongod") and find_binary("mongos")
    return RealMongo(folder) if real else StandIn(folder)


def redis_version() -> str:
    said = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=True).stdout
    return next(word.removeprefix("v=") for word in said.split() if word.startswith("v="))


def load_average() -> float:
    return os.getloadavg()[0]
