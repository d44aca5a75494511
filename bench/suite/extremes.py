"""What one measurement of each is not enough for: more loops, too much load, more data."""

from pathlib import Path
from statistics import median

from suite import driver, plans, service
from suite.driver import Load
from suite.measure import Pace, Series, closed


def loops(data: Path, plan: Path, pace: Pace, work: Path) -> dict[str, Series]:
    """One loop with one driver on one core against two loops with two drivers on two: each core does the same work."""
    series = {"1": Series(), "2": Series()}
    for _ in range(pace.pairs):
        for count, cores in (("1", ["0"]), ("2", ["0", "1"])):
            with service.start(data, log=work / "loops.log", cores=",".join(cores), LOOPS=count) as server:
                load = Load(plan, 32)
                driver.drive(server, load, seconds=pace.warm_up)
                before = server.cpu_seconds()
                running = [driver.start(server, load, seconds=pace.seconds, cores=core) for core in cores]
                seen = [driver.finish(process) for process in running]
                used = server.cpu_seconds() - before
            answered = sum(raw["status"]["200"] for raw in seen)
            series[count].cpu.append(used * 1000 / answered)
            series[count].rate.append(answered / max(raw["seconds"] for raw in seen))
    return series


def overload(data: Path, plan: Path, pace: Pace, work: Path) -> dict:
    """The most it answers when clients wait for answers, then twice that many requests a second, on schedule."""
    found = {"peak": [], "answered": [], "refused_ms": [], "growth": [], "lost": []}
    with service.start(data, log=work / "overload.log", CACHE_MIB=0) as server:
        driver.drive(server, Load(plan, 200), seconds=pace.warm_up)
        for _ in range(pace.pairs):
            peak = driver.drive(server, Load(plan, 200), seconds=pace.seconds).rate
            # As many connections as in the flood, so that memory differs by the load alone.
            driver.drive(server, Load(plan, 1000), seconds=pace.seconds, rate=0.5 * peak)
            resident = server.memory_mib()
            flood = driver.drive(server, Load(plan, 1000), seconds=pace.seconds, rate=2 * peak, allow_refusals=True)
            unexpected = {status: n for status, n in flood.answers.items() if status not in ("200", "201", "503")}
            if unexpected:
                raise RuntimeError(f"overload was answered with {unexpected}")
            found["peak"].append(peak)
            found["answered"].append(flood.rate / peak)
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
