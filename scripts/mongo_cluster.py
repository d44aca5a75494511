"""make mongo-up and make mongo-down: a sharded MongoDB cluster on loopback, in data/mongo."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from mongo_processes import ROOT, ClusterError, LocalCluster, needed_binary


def say(line: str) -> None:
    print(line, flush=True)


def check() -> int:
    """Before anything is built or made: is there a MongoDB at all?"""
    for program in ("mongod", "mongos"):
        needed_binary(program)
    return 0


def up(cluster: LocalCluster, shards: int) -> int:
    check()
    demo_app = os.environ.get("DEMO_APP", str(ROOT / "build/demo-app"))
    started = time.monotonic()
    with cluster.locked():
        if not cluster.exists:
            cluster.create(shards=shards, usual=True)
        while len(cluster.topology["shards"]) < shards:
            say(f"{cluster.add_shard()}: new in {cluster.topology_file}")
        if len(cluster.topology["shards"]) > shards:
            say(f"{len(cluster.topology['shards'])} shards are there and stay: none is ever removed")
        say(f"{len(cluster.running())} of {len(cluster.processes())} servers run; logs and data in {cluster.folder}")
        command = [demo_app, "cluster", "apply", "--topology", str(cluster.topology_file)]
        status = cluster.bring_up(lambda: subprocess.Popen(command), say)
    if status != 0:
        return status
    uri_file = cluster.folder / "uri"
    with open(uri_file, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(cluster.uri + "\n")
    say(
        f"ready after {time.monotonic() - started:.0f} s; status: {demo_app} cluster status --topology {cluster.topology_file}"
    )
    say(f"MONGODB_URI='{cluster.uri}'")
    return 0


def down(cluster: LocalCluster) -> int:
    if not cluster.exists:
        say(f"no cluster in {cluster.folder}")
        return 0
    with cluster.locked():
        count = len(cluster.running())
        cluster.stop()
    say(f"{count} servers ended; the data stay in {cluster.folder}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["check", "up", "down"])
    parser.add_argument("--folder", type=Path, default=ROOT / "data/mongo", help="where its data are kept")
    parser.add_argument("--shards", type=int, choices=range(1, 10), default=1, metavar="1..9")
    arguments = parser.parse_args()
    cluster = LocalCluster(arguments.folder)
    try:
        if arguments.command == "check":
            return check()
        return up(cluster, arguments.shards) if arguments.command == "up" else down(cluster)
    except ClusterError as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
