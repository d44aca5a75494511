"""A sharded cluster of one router and two shards of two members, as far as the service asks what it is made of."""

import datetime
import threading
import time
from collections.abc import Callable

import bson

from harness.wire import WireServer, batch

HELLO = {"maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000}
HELLO |= {"minWireVersion": 0, "maxWireVersion": 7, "logicalSessionTimeoutMinutes": 30, "readOnly": False, "ok": 1.0}


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class FakeMember:
    """Says of itself what `role` and `behind` (seconds) make it."""

    def __init__(self, replica_set: str, role: str) -> None:
        self.replica_set = replica_set
        self.role = role
        self.behind = 0.0
        self.hosts: list[str] = []
        self.server = WireServer(self._answer)
        self.address = self.server.address

    def _answer(self, name: str, command: dict) -> dict:
        answers: dict[str, Callable[[], dict]] = {
            "buildInfo": lambda: {"version": "4.0.3", "ok": 1.0},
            "replSetGetStatus": lambda: {"ok": 0.0, "code": 13, "codeName": "Unauthorized", "errmsg": "not authorized"},
            "find": lambda: batch(f"demoDB.{command['find']}", []),
            "createIndexes": lambda: {"ok": 1.0},
        }
        return answers.get(name, self.hello)()

    def hello(self) -> dict:
        written = now() - datetime.timedelta(seconds=self.behind)
        return HELLO | {
            "setName": self.replica_set,
            "setVersion": 1,
            "hosts": self.hosts,
            "me": self.address,
            "ismaster": self.role == "primary",
            "secondary": self.role == "secondary",
            "lastWrite": {"lastWriteDate": written},
            "localTime": now(),
        }


class FakeCluster:
    """`members` by shard. What the router believes of them stays what it was at the start, as for half a minute in
    4.0, unless `router_asks`; counting documents takes as long as a shard has no primary."""

    def __init__(self, shards: int = 2, members_answer: bool = True) -> None:
        self.members_answer = members_answer
        self.members = {
            f"shard-{number}": [FakeMember(f"shard-{number}", role) for role in ("primary", "secondary")]
            for number in range(shards)
        }
        for each in self.members.values():
            for member in each:
                member.hosts = [other.address for other in each]
                if not members_answer:
                    member.server.close()
        self.believed = {name: [member.role for member in each] for name, each in self.members.items()}
        self.stalls = threading.Event()
        self.counts = 0
        self.router = WireServer(self._answer)
        self.uri = f"mongodb://{self.router.address}/demoDB"

    def set_uri(self, name: str) -> str:
        return f"{name}/{','.join(member.address for member in self.members[name])}"

    def close(self) -> None:
        self.router.close()
        for each in self.members.values():
            for member in each:
                member.server.close()

    def _answer(self, name: str, command: dict) -> dict:
        answers: dict[str, Callable[[dict], dict]] = {
            "isMaster": lambda _: HELLO | {"ismaster": True, "msg": "isdbgrid", "localTime": now()},
            "ismaster": lambda _: HELLO | {"ismaster": True, "msg": "isdbgrid", "localTime": now()},
            "buildInfo": lambda _: {"version": "4.0.3", "ok": 1.0},
            "serverStatus": lambda _: {"host": "router-0:27017", "ok": 1.0},
            "listShards": lambda _: {"shards": [{"_id": n, "host": self.set_uri(n)} for n in self.members], "ok": 1.0},
            "getShardMap": lambda _: {"map": {}, "ok": 1.0},
            "connPoolStats": lambda _: {"replicaSets": self._pools(), "ok": 1.0},
            "balancerStatus": lambda _: {"mode": "full", "inBalancerRound": False, "ok": 1.0},
            "aggregate": self._aggregate,
            "find": self._find,
            "listIndexes": lambda c: batch(f"demoDB.{c['listIndexes']}", []),
        }
        return answers.get(name, lambda _: {"ok": 1.0, "n": 0})(command)

    def _pools(self) -> dict:
        return {
            name: {
                "hosts": [
                    {
                        "addr": member.address,
                        "ok": True,
                        "ismaster": role == "primary",
                        "secondary": role == "secondary",
                    }
                    for member, role in zip(each, self.believed[name], strict=True)
                ]
            }
            for name, each in self.members.items()
        }

    def _find(self, command: dict) -> dict:
        rows: dict[str, list[dict]] = {
            "mongos": [{"_id": "router-0:27017", "mongoVersion": "4.0.3", "ping": now()}],
            "collections": [{"_id": "demoDB.users", "key": {"_id": "hashed"}}],
        }
        return batch(f"config.{command['find']}", rows.get(command["find"], []))

    def _aggregate(self, command: dict) -> dict:
        if command["aggregate"] == "chunks":
            return batch("config.chunks", [{"_id": {"shard": n, "ns": "demoDB.users"}, "n": 2} for n in self.members])
        if "$collStats" not in str(command["pipeline"]):
            return batch("demoDB.users", [])
        self.counts += 1
        if self.stalls.is_set():
            # As a router that looks for a primary, for as long as it may.
            time.sleep(min(5.0, command.get("maxTimeMS", 5000) / 1000))
            return {"ok": 0.0, "code": 50, "codeName": "MaxTimeMSExpired", "errmsg": "operation exceeded time limit"}
        return batch("demoDB.users", [{"shard": n, "count": bson.Int64(50)} for n in self.members])
