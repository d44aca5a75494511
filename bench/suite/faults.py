"""What the distributed part does to the service besides loading it: bursts of misses, a store and a Redis that go."""

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from suite import driver, service
from suite.burst import send_together
from suite.driver import Load
from suite.measure import Pace, Series
from suite.process import Server
from suite.stores import RealMongo, Redis, StandIn

GONE_FOR = 5  # seconds that a part of the store is down


def bursts(server: Server, ids: list[str], rounds: int) -> dict:
    """Misses that arrive together: of one key, and of 64."""
    kinds = {
        "1 000 of one user": [f"/api/users/{ids[0]}"] * 1000,
        "64 of different users": [f"/api/users/{user_id}" for user_id in ids[:64]],
    }
    found = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, paths in kinds.items():
            server.clear_cache()
            before = _reads(server)
            burst = send_together(server, paths)
            found[name].append(
                {"reads": _reads(server) - before, "commands": burst.commands, "answers": dict(burst.answers)}
            )
    return found


def _reads(server: Server) -> float:
    name = "db_client_operation_duration_seconds_count"
    return server.counter(name, db_operation_name="GetUser")


def store_outage(server: Server, store: RealMongo | StandIn, mix: Path, rate: float, seconds: float) -> dict:
    """A part of the store dies under load and is started again `GONE_FOR` seconds later."""
    store.await_well()
    driver.drive(server, Load(mix), seconds=1, rate=rate)
    running = driver.start(server, Load(mix), seconds=seconds, rate=rate)
    time.sleep(2)
    store.break_down()
    time.sleep(GONE_FOR)
    store.repair()
    raw = driver.finish(running)
    seen = driver.summarise(raw, 0)
    return {"answers": seen.answers, "lost": seen.lost, "longest_gap_ms": raw["longest_gap_ms"]} | {
        "refused_p99_ms": seen.rejected_us["p99"] / 1000,
        "seconds": seconds,
        "rate": rate,
    }


def redis_outage(
    with_redis: Server, without: Server, redis: Redis, kinds: dict[str, tuple[Path, float]], pace: Pace
) -> dict:
    """Latency on schedule, for each plan at its rate, with Redis there, as it stops answering, and while it is gone,
    beside a service that was never given one; and what of it was waiting for Redis. What is read is in no memory, so
    that each request would ask Redis."""
    ways = {"frozen": (redis.freeze, redis.resume), "killed": (redis.stop, redis.start)}
    return {
        f"{what}, Redis {way}": _one_outage(with_redis, without, Load(plan, 64), begin, end, rate, pace)
        for what, (plan, rate) in kinds.items()
        for way, (begin, end) in ways.items()
    }


def _one_outage(with_redis: Server, without: Server, load: Load, begin, end, rate: float, pace: Pace) -> dict:
    latency = {name: Series() for name in ("without", "there", "as it goes", "gone")}
    waited = {"as it goes": [], "gone": []}

    def watch(moment: str, drive: Callable[[], driver.Seen]) -> None:
        before = _waits(with_redis)
        seen = drive()
        calls = _waits(with_redis)
        calls.subtract(before)
        latency[moment].add(seen)
        waited[moment].append(_slowest_hundredth(calls, sum(seen.answers.values())))

    def as_it_goes() -> driver.Seen:
        running = driver.start(with_redis, load, seconds=1, rate=rate)
        time.sleep(0.3)
        begin()
        return driver.summarise(driver.finish(running), 0)

    for _ in range(pace.pairs):
        service.await_redis(with_redis)
        with_redis.clear_cache()
        for name, server in (("without", without), ("there", with_redis)):
            latency[name].add(driver.drive(server, load, seconds=pace.seconds, rate=rate))
        with_redis.clear_cache()
        watch("as it goes", as_it_goes)
        time.sleep(1.2)  # Past the second for which memory may still answer.
        watch("gone", lambda: driver.drive(with_redis, load, seconds=pace.seconds, rate=rate))
        end()
    return {"rate": rate, "latency": {name: asdict(one) for name, one in latency.items()}, "waited_ms": waited}


def _waits(server: Server) -> Counter[float]:
    """How many calls to the shared tier have taken at most so many seconds, for each bound of the service's histogram."""
    bucket = re.compile(r'^demo_shared_cache_call_duration_seconds_bucket\{.*le="([^"]+)".*\} (\S+)$', re.MULTILINE)
    waits = Counter()
    for bound, calls in bucket.findall(server.get("/metrics")[1].decode()):
        waits[float(bound)] += int(float(calls))
    return waits


def _slowest_hundredth(calls: Counter[float], requests: int) -> float:
    """Milliseconds that at most one call for a hundred requests took longer than, rounded up to a bound."""
    total = calls[float("inf")]
    return 1000 * min(bound for bound in calls if total - calls[bound] <= requests / 100)
