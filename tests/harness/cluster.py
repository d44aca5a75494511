"""Throw-away MongoDB clusters for tests: real servers on free ports, brought up by `demo-app cluster apply`."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bson
import pytest
from mongo_processes import LocalCluster, find_binary
from pymongo import MongoClient

from harness.deadline import SLOWER, wait_until
from harness.server import DEMO_APP, environment, run

# Elections take some 12 s each; the sets elect at the same time.
BRING_UP_SECONDS = 120 * SLOWER
WITHOUT = "no {} in MONGODB_BIN or PATH"


def need_servers(*programs: str) -> None:
    """Skips the test where a program is missing."""
    for program in programs or ("mongod", "mongos"):
        if find_binary(program) is None:
            pytest.skip(WITHOUT.format(program))


def apply(cluster: LocalCluster, *options: str) -> subprocess.Popen[str]:
    """`cluster apply` of a cluster, running."""
    return subprocess.Popen(
        [DEMO_APP, "cluster", "apply", "--topology", str(cluster.topology_file), *options],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def bring_up(cluster: LocalCluster) -> None:
    """Everything started and as the topology says."""
    running = apply(cluster)
    lines: list[str] = []
    try:
        status = cluster.bring_up(lambda: running)
        lines = running.stdout.read().splitlines() if running.stdout else []
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
    assert status == 0, "\n".join(lines)


def events(text: str) -> list[dict]:
    """What `--format json` says, a value a line."""
    return [json.loads(line) for line in text.splitlines()]


def apply_events(cluster: LocalCluster) -> list[dict]:
    """Runs an apply that has to succeed, to its end."""
    running = apply(cluster, "--format", "json")
    output, _ = running.communicate(timeout=BRING_UP_SECONDS)
    assert running.returncode == 0, output
    return events(output)


def status(cluster: LocalCluster, **settings: str) -> dict:
    """What `cluster status` finds."""
    result = run("cluster", "status", "--format", "json", "--topology", str(cluster.topology_file), settings=settings)
    assert result.returncode in (0, 1), result
    report = json.loads(result.stdout)
    assert (result.returncode == 1) == any(finding["fault"] for finding in report["findings"]), report["findings"]
    return report


def states(cluster: LocalCluster, **settings: str) -> set[str]:
    """The names of what is to be said of a cluster."""
    return {finding["state"] for finding in status(cluster, **settings)["findings"]}


def load(cluster: LocalCluster, users: int, orders: int) -> None:
    """Fills the service's database, as its user."""
    command = [DEMO_APP, "load", "--users", str(users), "--orders", str(orders)]
    result = subprocess.run(
        command,
        env=environment({"MONGODB_URI": cluster.uri}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3 * BRING_UP_SECONDS,
    )
    assert result.returncode == 0, result


def contents(cluster: LocalCluster) -> dict[str, tuple[int, str]]:
    """How many users and orders there are, and a digest of all that stands in them."""
    found = {}
    with MongoClient(cluster.uri) as client:
        for name in ("users", "orders"):
            digest, count = hashlib.sha256(), 0
            for document in client.demoDB[name].find().sort("_id"):
                digest.update(bson.encode(document))
                count += 1
            found[name] = (count, digest.hexdigest())
    return found


def moved(cluster: LocalCluster) -> bool:
    """Every replica set is a shard, and every chunk where it belongs; not where a look could not ask about chunks."""
    report = status(cluster)
    missing = any(finding["state"] == "shard-missing" for finding in report["findings"])
    return not missing and "balancer" in report and report["balancer"]["chunks_to_move"] == 0


def member_with_role(cluster: LocalCluster, replica_set: str, role: str) -> str:
    """The name of a member that is "primary" or "secondary" now."""
    found = ""

    def look() -> bool:
        nonlocal found
        report = status(cluster)
        for each in [*report["shards"], *([report["config"]] if "config" in report else [])]:
            for number, member in enumerate(each["members"]):
                if each["name"] == replica_set and member["role"] == role:
                    found = f"{replica_set}-{number}"
        return bool(found)

    wait_until(look, f"a {role} of {replica_set}", BRING_UP_SECONDS)
    return found


@contextmanager
def throw_away(folder: Path, up: bool = True, test_commands: bool = False, **shape: int) -> Iterator[LocalCluster]:
    """A cluster of LocalCluster.create's shape in `folder`, stopped at the end whatever happens."""
    need_servers("mongod", *([] if shape.get("shards", 1) == 0 else ["mongos"]))
    cluster = LocalCluster(folder).create(**shape)
    if test_commands:
        cluster.extra_arguments += ["--setParameter", "enableTestCommands=1"]
    try:
        if up:
            bring_up(cluster)
        yield cluster
    finally:
        cluster.stop()
