"""The distributed part: the service and Flask on the same MongoDB and the same Redis, in one run."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pymongo import MongoClient

from suite import concerns, faults, flask_peer, machine, plans, service, stores
from suite.driver import Load, drive, send_all
from suite.measure import Pace, at_rate, closed
from suite.process import Server
from suite.targets import FLASK, OURS, ratio_of

# More users than the smallest memory has room for, some 1 100: asked for in turn, each is answered by Redis.
KEYS = 2000
REDIS_HIT = "Redis hit, 64 connections"
COHERENT_HIT = "hit in memory, 64 connections"
ORDER_WRITE = "order write, 16 connections"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    pace: Pace
    users: int
    orders: int
    rounds: int  # of bursts
    outage_seconds: float


FULL = Size(Pace(pairs=5, seconds=2.0, warm_up=0.3), users=5_000, orders=50_000, rounds=10, outage_seconds=30)
QUICK = Size(Pace(pairs=2, seconds=0.7, warm_up=0.2), users=2_000, orders=10_000, rounds=3, outage_seconds=15)


class Bench:
    """The servers of one run and what was found so far."""

    def __init__(self, size: Size, work: Path, stack: ExitStack):
        self._store = stack.enter_context(stores.running(stores.mongo(work / "mongo")))
        # The stand-in looks at every order for each sum, and at every user for each list.
        self._stands_in = isinstance(self._store, stores.StandIn)
        self._size = replace(size, users=KEYS, orders=100) if self._stands_in else size
        self._outage_rate = 10 if self._stands_in else 100  # requests a second
        self._work = work
        self._stack = stack
        self._redis = stack.enter_context(stores.running(stores.Redis(work / "redis")))
        self.found: dict = {"pace": asdict(size.pace), "loads": {}, "load_average": [stores.load_average()]}
        self.found["data"] = {"users": self._size.users, "orders": self._size.orders}

    def prepare(self) -> None:
        say(f"loading {self._size.users} users and {self._size.orders} orders into {self._store.name}")
        uri = self._store.uri
        service.load(self._work, users=self._size.users, orders=self._size.orders, MONGODB_URI=uri)
        self._ours = self._serve("shared", REDIS_HOST=self._redis.address)
        self._ours_redis = self._serve("redis", REDIS_HOST=self._redis.address, CACHE_MIB=1)
        self._ours_uncached = self._serve("uncached", CACHE_MIB=0)
        for server in (self._ours, self._ours_redis):
            service.await_redis(server)
        self._flask = self._serve_flask("flask", self._redis.address)
        self._flask_uncached = self._serve_flask("flask-uncached", None)
        with MongoClient(uri) as client:
            users = client.get_default_database("demoDB").users.find({}, {"_id": 1}).limit(KEYS)
            self._ids = [user["_id"] for user in users]
        self._plans = plans.make_distributed(self._ids, self._work / "plans")
        self.found["machine"] = machine.describe_distributed(self._ours_uncached, self._store.name)

    def _serve(self, name: str, **settings) -> Server:
        log = self._work / f"{name}.log"
        settings |= {"MONGODB_URI": self._store.uri, "INSTANCE": name}
        return self._stack.enter_context(service.start(self._work / name, log=log, **settings))

    def _serve_flask(self, name: str, redis: str | None) -> Server:
        log = self._work / f"{name}.log"
        return self._stack.enter_context(flask_peer.start_distributed(self._store.uri, redis, log=log))

    def compare_hits(self) -> None:
        """Answers that Redis keeps. Ours are for 30 s: each measurement begins with new ones."""
        load = Load(self._plans.users)
        for name, ours, tier in (
            (REDIS_HIT, self._ours_redis, lambda: service.cache_status(self._ours_redis)["redis"]),
            (COHERENT_HIT, self._ours, lambda: service.cache_status(self._ours)),
        ):
            before = tier()
            self._compare(name, {OURS: ours, FLASK: self._flask}, load, fills=True)
            after = tier()
            hits, misses = (after[what] - before[what] for what in ("hits", "misses"))
            # The first warm-up and each filling miss each key once; all else has to be a hit.
            if misses > 1.1 * (1 + self._filled) * KEYS:
                raise RuntimeError(f"{name}: {misses} misses beside {hits} hits")

    def compare_store(self) -> None:
        reads = {OURS: self._ours_uncached, FLASK: self._flask_uncached}
        self._compare("single read from MongoDB, 1 connection", reads, Load(self._plans.users, 1))
        self._compare("single read from MongoDB, 64 connections", reads, Load(self._plans.users))
        if not self._stands_in:
            self._compare("list from MongoDB, 64 connections", reads, Load(self._plans.list))
        writes = {OURS: self._ours, FLASK: self._flask}
        self._compare(ORDER_WRITE, writes, Load(self._plans.orders, 16))

    def _compare(self, name: str, servers: dict[str, Server], load: Load, *, fills: bool = False) -> None:
        say(name)
        for server in servers.values():  # Every thread of a server opens its connections at its first request.
            drive(server, Load(load.plan), seconds=1.5, allow_refusals=True)
        self._filled = 0

        def renew(peer: str) -> None:
            if peer == OURS:
                servers[peer].clear_cache()
                send_all(servers[peer], load)
                self._filled += 1

        if fills:
            send_all(servers[FLASK], load)
        prepare = renew if fills else None
        fast = closed(servers, load, self._size.pace, prepare)
        # Half of what the slowest of them answered at its worst: a rate that all of them sustain.
        rate = 0.5 * min(min(series.rate) for series in fast.values())
        seen = at_rate(servers, load, self._size.pace, rate, prepare)
        found = {"closed": {peer: asdict(series) for peer, series in fast.items()}}
        found["open"] = {"rate": rate, "peers": {peer: asdict(series) for peer, series in seen.items()}}
        self.found["loads"][name] = found
        say(f"{name}: Flask takes {ratio_of(found, 'cpu', FLASK, OURS):.1f} × the CPU")

    def measure_concerns(self) -> None:
        if not self._stands_in:  # SecantusDB has one member, which promises everything or nothing.
            say("what each concern costs")
            self.found["concerns"] = concerns.measure(self._store.uri, self._ids[0], self._size.pace.pairs)

    def measure_bursts(self) -> None:
        say("bursts of misses")
        with service.start(self._work / "bursts", log=self._work / "bursts.log", MONGODB_URI=self._store.uri) as server:
            self.found["bursts"] = faults.bursts(server, self._ids, self._size.rounds)

    def measure_redis_outage(self) -> None:
        say("Redis gone")
        # As for latencies: a store at its limit would be what is measured.
        writes = min(self._outage_rate, self.found["loads"][ORDER_WRITE]["open"]["rate"])
        kinds = {"single read": (self._plans.users, self._outage_rate), "order write": (self._plans.orders, writes)}
        pace = replace(self._size.pace, seconds=max(1.5, self._size.pace.seconds))
        outage = faults.redis_outage(self._ours_redis, self._ours_uncached, self._redis, kinds, pace)
        self.found["redis_outage"] = outage
        service.await_redis(self._ours)

    def measure_store_outage(self) -> None:
        self.found["store_outage"] = {"what": self._store.what_breaks, "peers": {}}
        for peer, server in ((OURS, self._ours), (FLASK, self._flask)):
            say(f"{peer} while a part of the store is gone")
            rate, seconds = self._outage_rate, self._size.outage_seconds
            seen = faults.store_outage(server, self._store, self._plans.mix, rate, seconds)
            self.found["store_outage"]["peers"][peer] = seen


def say(what: str) -> None:
    print(f"bench: {what}", flush=True)


def run(size: Size, work: Path) -> dict:
    with ExitStack() as stack:
        bench = Bench(size, work, stack)
        bench.prepare()
        bench.compare_hits()
        bench.compare_store()
        bench.measure_concerns()
        bench.measure_bursts()
        bench.measure_redis_outage()
        bench.measure_store_outage()
        bench.found["load_average"].append(stores.load_average())
        return bench.found
