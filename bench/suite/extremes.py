"""What one measurement of each is not enough for: more loops, too much load, more data."""

import shutil
from pathlib import Path
from statistics import median

from suite import driver, plans, service
from suite.driver import Load
from suite.measure import Pace, Series, closed
from suite.process import Server


def loops(data: Path, plan: Path, pace: Pace, work: Path) -> dict[str, Series]:
    """One loop on one core with its driver on the other, two loops and two drivers on both, and for comparison two
    processes of one loop, which share nothing. Always both cores are at work: two that are one core's threads in
    hardware slow each other, whatever runs on them."""
    other = work / "loops-other"
    shutil.copytree(data, other)
    series = {name: Series() for name in ("1", "2", "2 processes")}
    for _ in range(pace.pairs):
        with _serve_cached(data, work, "0", 1) as server:
            _drive_together(series["1"], [server], [(server, "1", 32)], plan, pace)
        with _serve_cached(data, work, "0,1", 2) as server:
            drives = [(server, core, 32) for core in "01"]
            _drive_together(series["2"], [server], drives, plan, pace)
        with _serve_cached(data, work, "0,1", 1) as one, _serve_cached(other, work, "0,1", 1) as two:
            drives = [(server, core, 16) for server in (one, two) for core in "01"]
            _drive_together(series["2 processes"], [one, two], drives, plan, pace)
    return series


def _serve_cached(data: Path, work: Path, cores: str, count: int) -> Server:
    return service.start(data, log=work / f"{data.name}.log", cores=cores, LOOPS=count)


def _drive_together(into: Series, servers: list[Server], drives: list[tuple], plan: Path, pace: Pace) -> None:
    for server in servers:
        driver.drive(server, Load(plan, 32), seconds=pace.warm_up)
    before = sum(server.cpu_seconds() for server in servers)
    running = [
        driver.start(server, Load(plan, connections), seconds=pace.seconds, cores=core)
        for server, core, connections in drives
    ]
    seen = [driver.finish(process) for process in running]
    used = sum(server.cpu_seconds() for server in servers) - before
    answered = sum(raw["status"]["200"] for raw in seen)
    into.cpu.append(used * 1000 / answered)
    into.rate.append(answered / max(raw["seconds"] for raw in seen))


def overload(data: Path, plan: Path, pace: Pace, work: Path) -> dict:
    """The most it answers when clients wait for answers, then twice as many clients with twice as many requests a second,
    on schedule."""
    found = {"peak": [], "asked": [], "answered": [], "accepted_ms": [], "refused_ms": [], "growth": [], "lost": []}
    with service.start(data, log=work / "overload.log", CACHE_MIB=0) as server:
        clients, crowd = Load(plan, 200), Load(plan, 400)
        driver.drive(server, clients, seconds=pace.warm_up)
        for _ in range(pace.pairs):
            peak = driver.drive(server, clients, seconds=pace.seconds).rate
            # As many connections as in the flood, so that memory differs by the load alone.
            driver.drive(server, crowd, seconds=pace.seconds, rate=peak, allow_refusals=True)
            resident = server.memory_mib()
            flood = driver.drive(server, crowd, seconds=pace.seconds, rate=2 * peak, allow_refusals=True)
            unexpected = {status: n for status, n in flood.answers.items() if status not in ("200", "201", "503")}
            if unexpected:
                raise RuntimeError(f"overload was answered with {unexpected}")
            found["peak"].append(peak)
            answers = sum(flood.answers.values())
            found["asked"].append(flood.rate / peak * answers / (answers - flood.answers.get("503", 0)))
            found["answered"].append(flood.rate / peak)
            found["accepted_ms"].append(flood.latency_us["p50"] / 1000)
            found["refused_ms"].append(flood.rejected_us["p99"] / 1000)
            found["growth"].append(server.memory_mib() / resident - 1)
            found["lost"].append(flood.lost)
    return found


def growth(sizes: list[int], pace: Pace, work: Path) -> dict:
    """The same uncached reads, one at a time, on ever more orders (a tenth as many users)."""
    found = {}
    for orders in sizes:
        data = work / f"growth-{orders}"
        service.load(data, users=max(100, orders // 10), orders=orders)
        starts = []
        for _ in range(pace.pairs):
            with service.start(data, log=work / "growth.log") as server:
                starts.append(server.ready_after * 1000)
                idle = server.memory_mib()
        with service.start(data, log=work / "growth.log", CACHE_MIB=0) as server:
            made = plans.make(server, work / f"plans-{orders}")
            reads = {
                "GET /api/users": made.uncached_list,
                "GET /api/users/{user_id}": made.uncached_user,
                "GET /api/users/{user_id}/orders": made.user_orders,
                "GET /api/orders": made.orders,
                "GET /user-dashboard": made.page,
            }
            seen = {name: closed({"": server}, Load(plan, 1), pace)[""] for name, plan in reads.items()}
        found[str(orders)] = {
            "ready_ms": starts,
            "idle_mib": idle,
            "reads": {name: {"p50": series.p50, "p99": series.p99, "cpu": series.cpu} for name, series in seen.items()},
        }
    return found


def ready_time(start, pairs: int) -> float:
    """Median milliseconds from exec to the first 200."""
    times = []
    for _ in range(pairs):
        with start() as server:
            times.append(server.ready_after * 1000)
    return median(times)
