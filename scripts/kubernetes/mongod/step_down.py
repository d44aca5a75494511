"""Asks the mongod of this pod, whose arguments these are, to step down in favour of a member that has caught up."""

import argparse
import contextlib
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pymongo
from pymongo.errors import AutoReconnect, PyMongoError

ANSWERS_WITHIN = 2000  # ms
CATCHES_UP_WITHIN = 10  # seconds; also how long this member does not stand again.


def address(arguments: list[str]) -> str:
    """Members log in to each other as __system, with the key for a password."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--keyFile", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--shardsvr", dest="role_port", action="store_const", const=27018, default=27017)
    parser.add_argument("--configsvr", dest="role_port", action="store_const", const=27019)
    found, _ = parser.parse_known_args(arguments)
    server = f"127.0.0.1:{found.port or found.role_port}/"
    if not found.keyFile:
        return f"mongodb://{server}"
    key = "".join(found.keyFile.read_text().split())
    return f"mongodb://__system:{quote(key, safe='')}@{server}?authSource=local&authMechanism=SCRAM-SHA-1"


def hand_over(server: pymongo.MongoClient) -> str:
    if not server.admin.command("isMaster")["ismaster"]:
        return "not the primary"
    with contextlib.suppress(AutoReconnect):  # 4.0 says yes by closing its connections.
        server.admin.command("replSetStepDown", CATCHES_UP_WITHIN, secondaryCatchUpPeriodSecs=CATCHES_UP_WITHIN)
    return "stepped down"


def main() -> int:
    started = time.monotonic()
    try:
        server = pymongo.MongoClient(
            address(sys.argv[1:]),
            directConnection=True,
            serverSelectionTimeoutMS=ANSWERS_WITHIN,
            connectTimeoutMS=ANSWERS_WITHIN,
            socketTimeoutMS=1000 * (CATCHES_UP_WITHIN + 1),
        )
        said = hand_over(server)
    except (PyMongoError, OSError) as error:
        said = f"did not step down: {error}"
    print(f"{said} ({time.monotonic() - started:.1f} s)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
