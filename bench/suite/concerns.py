"""What each promise of a write and of a read costs: the same command with more and more of them, in turns."""

import time
from collections.abc import Callable
from statistics import median

from bson import ObjectId
from pymongo import MongoClient, WriteConcern
from pymongo.read_concern import ReadConcern

COMMANDS = 60  # of one kind in a turn

WRITES = {
    "w: 1": WriteConcern(1, j=False),
    "w: 1, journal": WriteConcern(1, j=True),
    "w: majority": WriteConcern("majority", j=False),
    "w: majority, journal": WriteConcern("majority", j=True),
}
READS = ("local", "majority", "linearizable")
SERVICE = ("w: majority, journal", "majority")  # what the service asks for


def measure(uri: str, user_id: str, turns: int) -> dict:
    """Milliseconds of one command after another through a router, without load: the median of each turn."""
    with MongoClient(uri) as client:
        database = client.get_default_database("demoDB")
        requests, users = database.requests, database.users
        writes = {name: _insertion(requests.with_options(write_concern=concern)) for name, concern in WRITES.items()}
        reads = {level: _reading(users.with_options(read_concern=ReadConcern(level)), user_id) for level in READS}
        found = {"write": {name: [] for name in writes}, "read": {name: [] for name in reads}}
        try:
            for _ in range(turns):
                for kind, commands in (("write", writes), ("read", reads)):
                    for name, command in commands.items():
                        found[kind][name].append(_median_ms(command))
        finally:
            requests.delete_many({"concern": True})
    return found


def _insertion(collection) -> Callable[[], object]:
    return lambda: collection.insert_one({"_id": str(ObjectId()), "concern": True})


def _reading(collection, user_id: str) -> Callable[[], object]:
    return lambda: collection.find_one({"_id": user_id})


def _median_ms(command: Callable[[], object]) -> float:
    taken = []
    for _ in range(COMMANDS):
        begun = time.perf_counter()
        command()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)
