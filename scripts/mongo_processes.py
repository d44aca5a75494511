"""A MongoDB cluster of this machine: its servers as processes on loopback, its files in one folder.

What belongs to a cluster is told by its folder alone: topology.json says which servers there are, and a server's own
command line names its pid file in the folder. So whatever a killed run left behind is found, and nothing else is.
"""

import contextlib
import fcntl
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "demoDB"
MISSING = (
    "no {} here: install MongoDB 4.0 to 8 (packages mongodb-org-server and mongodb-org-mongos), "
    "or name its folder in MONGODB_BIN"
)
STOP_SECONDS = 30
POLL_SECONDS = 0.1


class ClusterError(Exception):
    """What a person has to know, as one line."""


def find_binary(name: str) -> Path | None:
    """The program in MONGODB_BIN, else in PATH; nothing where it is in neither."""
    found = shutil.which(name, path=os.environ.get("MONGODB_BIN") or None)
    return Path(found) if found else None


def needed_binary(name: str) -> Path:
    found = find_binary(name)
    if found is None:
        raise ClusterError(MISSING.format(name))
    return found


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, below those that the system gives to clients: a server that is started again a
    while later finds its port as it was."""
    ports: list[int] = []
    with contextlib.ExitStack() as stack:
        while len(ports) < count:
            port = random.randrange(20000, 32000)
            taken = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                taken.bind(("127.0.0.1", port))
                ports.append(port)
    return ports


def usual_ports(counts: dict[str, int]) -> dict[str, list[int]] | None:
    """27017… for routers, 27100… for config servers, 27200… for shards; nothing where one of them is taken."""
    starts = {"routers": 27017, "config": 27100, "shards": 27200}
    ports = {what: list(range(starts[what], starts[what] + count)) for what, count in counts.items()}
    with contextlib.ExitStack() as stack:
        for port in (port for some in ports.values() for port in some):
            try:
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                return None
    return ports


@dataclass(frozen=True)
class ServerProcess:
    """One mongod or mongos. `name` is rs-shard-0, router-1…; its pid file is what it is found by."""

    name: str
    address: str
    command: tuple[str, ...]
    pid_file: str

    def pid(self) -> int | None:
        """The process that runs now, whoever started it."""
        return running_pids([self]).get(self.name)


def running_pids(servers: list[ServerProcess]) -> dict[str, int]:
    """The processes of those that run, by name: in one pass over all processes."""
    names = {server.pid_file.encode(): server.name for server in servers}
    pids = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        # One that ends meanwhile is gone; one that ended and waits for its parent has no command line.
        with contextlib.suppress(OSError):
            for argument in (entry / "cmdline").read_bytes().split(b"\0"):
                if argument in names:
                    pids[names[argument]] = int(entry.name)
    return pids


class LocalCluster:
    """The cluster of one folder. Make one with `create`; data stays in the folder until somebody removes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.topology_file = self.folder / "topology.json"
        self.extra_arguments: list[str] = []  # of every server: ["--setParameter", "enableTestCommands=1"]
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def exists(self) -> bool:
        return self.topology_file.exists()

    @property
    def topology(self) -> dict:
        return json.loads(self.topology_file.read_text())

    def create(
        self, shards: int = 1, members: int = 3, config_servers: int = 3, routers: int = 2, usual: bool = False
    ) -> "LocalCluster":
        """Writes key, passwords and topology. shards=0 makes a plain replica set rs0 of `members`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._secret("keyfile", secrets.token_urlsafe(512).replace("-", "+").replace("_", "/"))
        for who in ("admin", "app"):
            self._secret(f"{who}.password", secrets.token_urlsafe(18))
        counts = {"shards": members * max(shards, 1)}
        if shards:
            counts |= {"config": config_servers, "routers": routers}
        ports = usual_ports(counts) if usual else None
        if ports is None:
            free = iter(free_ports(sum(counts.values())))
            ports = {what: [next(free) for _ in range(count)] for what, count in counts.items()}
        addresses = {what: [f"127.0.0.1:{port}" for port in some] for what, some in ports.items()}
        topology: dict = {"keyFile": "keyfile", "users": {}, "database": DATABASE}
        for who, name in (("admin", "admin"), ("app", "demo")):
            topology["users"][who] = {"name": name, "passwordFile": f"{who}.password"}
        if shards:
            topology["config"] = {"name": "rs-config", "members": addresses["config"]}
            topology["routers"] = addresses["routers"]
            topology["shards"] = []
            for number in range(1, shards + 1):
                own = addresses["shards"][members * (number - 1) : members * number]
                topology["shards"].append({"name": shard_name(number), "members": own})
        else:
            topology["replicaSet"] = {"name": "rs0", "members": addresses["shards"]}
        self._write_topology(topology)
        return self

    def add_shard(self, members: int = 3) -> str:
        """Names one more shard in the topology; start() and apply() make it one. Returns its name."""
        topology = self.topology
        name = shard_name(len(topology["shards"]) + 1)
        topology["shards"].append({"name": name, "members": [f"127.0.0.1:{port}" for port in free_ports(members)]})
        self._write_topology(topology)
        return name

    def _secret(self, name: str, text: str) -> None:
        if (self.folder / name).exists():
            return  # Of a run that was killed before it wrote the topology.
        # mongod refuses a key that others may read.
        with open(self.folder / name, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text + "\n")

    def _write_topology(self, topology: dict) -> None:
        draft = self.topology_file.with_suffix(".draft")
        draft.write_text(json.dumps(topology, indent=2) + "\n")
        draft.replace(self.topology_file)

    @property
    def uri(self) -> str:
        """MONGODB_URI of the service."""
        return self.uri_of("app", "demo")

    def uri_of(self, who: str, name: str) -> str:
        """The URI by which the user `name` logs in with the password of "admin" or "app"."""
        topology = self.topology
        plain = topology.get("replicaSet")
        hosts = plain["members"] if plain else topology["routers"]
        options = f"authSource=admin{'&replicaSet=' + plain['name'] if plain else ''}"
        return f"mongodb://{name}:{self.password(who)}@{','.join(hosts)}/{topology['database']}?{options}"

    def password(self, who: str) -> str:
        return (self.folder / f"{who}.password").read_text().strip()

    def processes(self) -> list[ServerProcess]:
        """All servers of the topology: members first, routers last."""
        topology = self.topology
        plain = topology.get("replicaSet")
        if plain:
            return list(self._members(plain, ()))
        servers = [*self._members(topology["config"], ("--configsvr",))]
        for shard in topology["shards"]:
            servers += self._members(shard, ("--shardsvr",))
        config = f"{topology['config']['name']}/{','.join(topology['config']['members'])}"
        for number, address in enumerate(topology["routers"]):
            servers.append(self._server("mongos", f"router-{number}", address, ("--configdb", config)))
        return servers

    def _members(self, replica_set: dict, role: tuple[str, ...]) -> Iterator[ServerProcess]:
        for number, address in enumerate(replica_set["members"]):
            name = f"{replica_set['name']}-{number}"
            (self.folder / name).mkdir(exist_ok=True)
            # Small caches and logs of operations: a dozen servers share this machine.
            sizes = ("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "256")
            where = ("--dbpath", str(self.folder / name), "--replSet", replica_set["name"])
            yield self._server("mongod", name, address, (*role, *where, *sizes))

    def _server(self, program: str, name: str, address: str, own: tuple[str, ...]) -> ServerProcess:
        pid_file = str(self.folder / f"{name}.pid")
        port = address.rpartition(":")[2]
        common = ("--bind_ip", "127.0.0.1", "--port", port, "--keyFile", str(self.folder / "keyfile"))
        logs = ("--logpath", str(self.folder / f"{name}.log"), "--logappend", "--pidfilepath", pid_file)
        parameters = ("--setParameter", "diagnosticDataCollectionEnabled=false")
        # As in deploy/base/mongod.
        parameters += ("--setParameter", "scramSHA256IterationCount=5000")
        command = (str(find_binary(program) or program), *own, *common, *logs, *parameters, *self.extra_arguments)
        return ServerProcess(name, address, command, pid_file)

    def server(self, name_or_address: str) -> ServerProcess:
        return next(server for server in self.processes() if name_or_address in (server.name, server.address))

    def start(self, servers: Iterable[ServerProcess] | None = None) -> None:
        """Starts those that do not run; all when none are named. Waits for nothing."""
        servers = self.processes() if servers is None else list(servers)
        pids = running_pids(servers)
        for server in servers:
            if server.name not in pids:
                self._reap(server.name)
                needed_binary(Path(server.command[0]).name)  # Those that run are found, and ended, without it.
                # A session of its own: neither Ctrl-C nor the end of whoever started it ends it.
                self._children[server.name] = subprocess.Popen(
                    server.command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )

    def bring_up(
        self, run_apply: Callable[[], subprocess.Popen], say: Callable[[str], None] = lambda line: None
    ) -> int:
        """Starts everything and runs `cluster apply` to its end, whose status it returns. A router that ends before
        the config servers have a primary is started again."""
        self.start()
        apply = run_apply()
        try:
            while (status := apply.poll()) is None:
                self._check_members(say)
                self.start(server for server in self.processes() if is_router(server))
                time.sleep(POLL_SECONDS)
        except BaseException:
            apply.terminate()
            apply.wait()
            raise
        return status

    def _check_members(self, say: Callable[[str], None]) -> None:
        for server in self.processes():
            child = self._children.get(server.name)
            if is_router(server) or child is None or child.poll() in (None, 0):
                continue
            log = self.folder / f"{server.name}.log"
            last = log.read_text(errors="replace").splitlines()[-3:] if log.exists() else []
            say("\n".join(last))
            raise ClusterError(f"{server.name} ended with status {child.returncode}: read {log}")

    def signal(self, name: str, number: signal.Signals) -> None:
        pid = self.server(name).pid()
        assert pid is not None, f"{name} does not run"
        os.kill(pid, number)

    def kill(self, name: str) -> None:
        """kill -9, and waits until it is gone."""
        self.signal(name, signal.SIGKILL)
        self._wait_gone([self.server(name)], STOP_SECONDS)

    def running(self) -> list[ServerProcess]:
        servers = self.processes()
        pids = running_pids(servers)
        return [server for server in servers if server.name in pids]

    def stop(self) -> None:
        """Ends what runs: routers, then shards, then config servers, each politely first."""
        servers = self.running()
        for is_its_turn in (is_router, lambda server: not is_router(server)):
            wave = [server for server in servers if is_its_turn(server)]
            for number in (signal.SIGTERM, signal.SIGKILL):
                for pid in running_pids(wave).values():
                    # A frozen one would not hear it.
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, number)
                        os.kill(pid, signal.SIGCONT)
                wave = self._wait_gone(wave, STOP_SECONDS)

    def _wait_gone(self, servers: list[ServerProcess], seconds: float) -> list[ServerProcess]:
        """Those that still run at the deadline."""
        end = time.monotonic() + seconds
        while True:
            for server in servers:
                self._reap(server.name)
            pids = running_pids(servers)
            servers = [server for server in servers if server.name in pids]
            if not servers or time.monotonic() >= end:
                return servers
            time.sleep(POLL_SECONDS)

    def _reap(self, name: str) -> None:
        child = self._children.get(name)
        if child is not None and child.poll() is not None:
            del self._children[name]

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else starts or stops it meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ClusterError(f"somebody else starts or stops the cluster of {self.folder}") from None
            yield


def is_router(server: ServerProcess) -> bool:
    return server.name.startswith("router-")


def shard_name(number: int) -> str:
    return "rs-shard" if number == 1 else f"rs-shard-{number}"
