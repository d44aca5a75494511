"""`cluster apply` that is killed, that finds members late or new, on small real clusters."""

import json
import socket
import subprocess
import threading
from itertools import cycle
from pathlib import Path

import pytest
from harness.cluster import (
    BRING_UP_SECONDS,
    apply,
    apply_events,
    bring_up,
    contents,
    load,
    moved,
    states,
    status,
    throw_away,
)
from harness.deadline import SLOWER, wait_until
from mongo_processes import POLL_SECONDS, LocalCluster, free_ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 * SLOWER)]


def killed_at(cluster: LocalCluster, event: str) -> tuple[bool, list[dict]]:
    """Runs an apply and kills it at the first `event`, unless it ends before. Whether it ended, and what it said."""
    running = apply(cluster, "--format", "json")
    seen = []
    assert running.stdout is not None
    for line in running.stdout:
        seen.append(json.loads(line))
        if seen[-1]["event"] == event:
            running.kill()
            break
    return running.wait() == 0, seen


def killed_at_every_step(cluster: LocalCluster) -> set[str]:
    """Runs apply again and again, killed at each step's beginning, when it may be done or not, and right after it, until
    one ends. Which steps there were."""
    steps: list[str] = []
    stop = threading.Event()
    keeper = threading.Thread(target=keep_started, args=(cluster, stop))
    keeper.start()
    try:
        for event in cycle(["step", "done"]):
            ended, seen = killed_at(cluster, event)
            steps += [each["text"] for each in seen if each["event"] == "step"]
            assert len(steps) < 200, steps
            if ended:
                return set(steps)
    finally:
        stop.set()
        keeper.join()


def keep_started(cluster: LocalCluster, stop: threading.Event) -> None:
    """A router ends while the config servers have no primary."""
    while not stop.wait(POLL_SECONDS):
        cluster.start()


def test_killed_at_every_step_it_ends_as_undisturbed(tmp_path: Path) -> None:
    shape = {"shards": 1, "members": 1, "config_servers": 1, "routers": 1}
    with throw_away(tmp_path / "killed", up=False, **shape) as cluster:
        cluster.start()
        assert len(killed_at_every_step(cluster)) > 10
        assert states(cluster) == {"one-shard"}
        load(cluster, users=2000, orders=5000)
        before = contents(cluster)
        assert (before["users"][0], before["orders"][0]) == (2000, 5000)

        second = cluster.add_shard(members=1)
        cluster.start()
        assert f"{second}: add it as a shard" in killed_at_every_step(cluster)
        wait_until(lambda: moved(cluster), "all chunks in their places", 2 * BRING_UP_SECONDS)
        assert contents(cluster) == before
        assert states(cluster) == set()
        assert [event["event"] for event in apply_events(cluster)] == ["end"]
        killed = shape_of(cluster)
    with throw_away(tmp_path / "undisturbed", **shape) as cluster:
        cluster.add_shard(members=1)
        bring_up(cluster)
        wait_until(lambda: moved(cluster), "all chunks in their places", 2 * BRING_UP_SECONDS)
        assert shape_of(cluster) == killed


def shape_of(cluster: LocalCluster) -> list[dict]:
    collections = status(cluster)["collections"]
    return [
        {name: each[name] for name in ("name", "sharded", "parts")} | {"parts": shards(each)} for each in collections
    ]


def shards(collection: dict) -> dict[str, int]:
    return {part["shard"]: part["chunks"] for part in collection["parts"] if part["chunks"]}


def test_a_late_member_is_waited_for(tmp_path: Path) -> None:
    with throw_away(tmp_path, up=False, shards=0, members=3) as cluster:
        late = cluster.server("rs0-2")
        cluster.start(server for server in cluster.processes() if server.name != late.name)
        running = apply(cluster, "--format", "json")
        try:
            assert running.stdout is not None
            reason = ""
            while "2 of 3 members answer" not in reason:
                reason = json.loads(running.stdout.readline()).get("reason", "")
            assert f"waiting for {late.address}" in reason
            cluster.start()
            running.communicate(timeout=BRING_UP_SECONDS)
        finally:
            running.kill()
        assert running.returncode == 0
        assert states(cluster) == set()


def test_two_at_once_do_not_hurt_each_other(tmp_path: Path) -> None:
    with throw_away(tmp_path, up=False, shards=0, members=1) as cluster:
        cluster.start()
        both = [apply(cluster), apply(cluster)]
        for running in both:
            output, _ = running.communicate(timeout=BRING_UP_SECONDS)
            assert running.returncode == 0, output
        assert states(cluster) == set()


def test_members_are_added_one_at_a_time(tmp_path: Path) -> None:
    with throw_away(tmp_path, shards=0, members=1) as cluster:
        topology = cluster.topology
        topology["replicaSet"]["members"] += [f"127.0.0.1:{port}" for port in free_ports(2)]
        cluster.topology_file.write_text(json.dumps(topology))
        cluster.start()
        steps = [event["text"] for event in apply_events(cluster) if event["event"] == "step"]
        added = [f"rs0: add the member {address}" for address in topology["replicaSet"]["members"][1:]]
        assert steps == added
        wait_until(lambda: states(cluster) == set(), "both to serve", BRING_UP_SECONDS)


def test_a_server_of_no_replica_set_is_refused(tmp_path: Path) -> None:
    with throw_away(tmp_path, up=False, shards=0, members=1) as cluster:
        server = cluster.processes()[0]
        at = server.command.index("--replSet")
        alone = (*server.command[:at], *server.command[at + 2 :])
        cluster.start([type(server)(server.name, server.address, alone, server.pid_file)])
        running = apply(cluster)
        output, _ = running.communicate(timeout=BRING_UP_SECONDS)
        assert running.returncode == 1
        assert "runs without --replSet rs0" in output
        assert "member-foreign" in states(cluster)


def test_two_servers_behind_one_address_are_named(tmp_path: Path) -> None:
    with throw_away(tmp_path / "one", shards=0, members=1) as one, throw_away(tmp_path / "two", up=False, shards=0, members=1) as two:  # fmt: skip
        # Two clusters of one key: what a Service in Kubernetes does that selects the pods of both.
        for name in ("keyfile", "admin.password", "app.password"):
            (two.folder / name).write_text((one.folder / name).read_text())
        bring_up(two)
        spread = Spread([one.topology["replicaSet"]["members"][0], two.topology["replicaSet"]["members"][0]])
        topology = one.topology | {"replicaSet": {"name": "rs0", "members": [spread.address]}}
        one.topology_file.write_text(json.dumps(topology))
        try:
            assert "shared-address" in states(one)
        finally:
            spread.close()


class Spread:
    """A listener that hands its connections to several servers in turn."""

    def __init__(self, targets: list[str]) -> None:
        self._targets = cycle(targets)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            host, _, port = next(self._targets).rpartition(":")
            server = socket.create_connection((host, int(port)))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=pump, args=(source, sink), daemon=True).start()

    def close(self) -> None:
        self._listener.close()


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for each in (source, sink):
            each.close()


def without_mongodb(tmp_path: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["python3", "scripts/mongo_cluster.py", command, "--folder", str(tmp_path / "mongo")],
        env={"PATH": "/usr/bin:/bin", "MONGODB_BIN": str(tmp_path)},
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_make_says_what_to_install(tmp_path: Path) -> None:
    result = without_mongodb(tmp_path, "up")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "mongodb-org-server" in result.stderr
    assert not (tmp_path / "mongo").exists()


def test_what_runs_is_ended_by_who_has_no_mongodb(tmp_path: Path) -> None:
    LocalCluster(tmp_path / "mongo").create(shards=1)
    result = without_mongodb(tmp_path, "down")
    assert result.returncode == 0, result.stderr
    assert "0 servers ended" in result.stdout
