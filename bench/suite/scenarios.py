"""The whole run: what is measured, on which servers, in which order. Returns plain data, ready for JSON."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from suite import extremes, first_paint, flask_peer, machine, nginx, plans, service
from suite.driver import Load, drive
from suite.measure import Pace, Series, at_rate, closed
from suite.process import Server

OURS, NGINX, FLASK = "demo-app", "nginx", "Flask"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    pace: Pace
    users: int
    orders: int
    growth: tuple[int, ...]
    visits: int


FULL = Size(
    Pace(pairs=5, seconds=2.0, warm_up=0.3), users=10_000, orders=100_000, growth=(1_000, 100_000, 1_000_000), visits=15
)
QUICK = Size(Pace(pairs=2, seconds=0.7, warm_up=0.2), users=1_000, orders=10_000, growth=(1_000, 100_000), visits=3)


class Bench:
    """The servers of one run and what was found so far."""

    def __init__(self, size: Size, work: Path, stack: ExitStack):
        self._size = size
        self._work = work
        self._stack = stack
        self.found: dict = {"machine": machine.describe(), "pace": asdict(size.pace), "loads": {}, "extremes": {}}
        self.found["data"] = {"users": size.users, "orders": size.orders}

    def prepare(self) -> None:
        """Fills every store with the same data and starts every server."""
        say(f"loading {self._size.users} users and {self._size.orders} orders")
        for name in ("cached", "uncached"):
            service.load(self._work / name, users=self._size.users, orders=self._size.orders)
        self._ours = self._serve("cached")
        idle = {OURS: self._ours.memory_mib()}  # before it hands out all its data, below
        self._ours_uncached = self._serve("uncached", CACHE_MIB=0)
        self._plans = plans.make(self._ours, self._work / "plans")
        say("copying the data to the Flask peer")
        flask_peer.copy_data(self._ours, self._work / "flask-cached")
        flask_peer.copy_data(self._ours, self._work / "flask-uncached")
        self._flask = self._serve_flask("flask-cached", 3600)
        self._flask_uncached = self._serve_flask("flask-uncached", 0)
        self._constants = [
            nginx.capture(self._ours, path) for path in ("/api/users", self._plans.user, "/user-dashboard")
        ]
        self._nginx = nginx.start(self._constants, work=self._work / "nginx")
        self._stack.callback(self._nginx.server.stop)
        idle |= {NGINX: self._nginx.server.memory_mib(), FLASK: self._flask.memory_mib()}
        self.found["memory"] = {name: {"idle": mib} for name, mib in idle.items()}

    def _three(self) -> dict[str, Server]:
        return {OURS: self._ours, NGINX: self._nginx.server, FLASK: self._flask}

    def _serve(self, data: str, **settings) -> Server:
        return self._stack.enter_context(service.start(self._work / data, log=self._work / f"{data}.log", **settings))

    def _serve_flask(self, data: str, cache_seconds: float) -> Server:
        log = self._work / f"{data}.log"
        return self._stack.enter_context(flask_peer.start(self._work / data, log=log, cache_seconds=cache_seconds))

    def compare_cached(self) -> None:
        """Ready answers: nginx sends the same bytes as a constant, Flask from its memory."""
        cases = (
            ("cached list", "/api/users", self._plans.cached_list, (16, 64)),
            ("cached user", self._plans.user, self._plans.cached_user, (16, 64)),
            ("page", "/user-dashboard", self._plans.page, (64,)),
        )
        sizes = {constant.path: constant.size for constant in self._constants}
        for name, path, plan, connections in cases:
            way = self._cheapest_way(path, plan)
            view = self._nginx.by_way(way)
            for count in connections:
                servers = {OURS: self._ours, NGINX: view, FLASK: self._flask}
                found = self._compare(f"{name}, {count} connections", servers, Load(plan, count), cached=True)
                found |= {"nginx_way": way, "bytes": sizes[path], "nginx_bytes": self._nginx.sizes[path][way]}

    def _cheapest_way(self, path: str, plan: Path) -> str:
        """Of nginx's ways to send a constant, the one that costs it least for this response."""
        costs = {}
        for way in self._nginx.sizes[path]:
            seen = [drive(self._nginx.by_way(way), Load(plan, 16), seconds=0.5) for _ in range(3)]
            costs[way] = median(one.cpu for one in seen)
        return min(costs, key=costs.__getitem__)

    def compare_stores(self) -> None:
        """What has to be asked of the store, or told it."""
        servers = {OURS: self._ours_uncached, FLASK: self._flask_uncached}
        self._compare("uncached user, 64 connections", servers, Load(self._plans.uncached_user, 64))
        self._compare("uncached list, 64 connections", servers, Load(self._plans.uncached_list, 64))
        self._compare("order write, 64 connections", servers, Load(self._plans.order_write, 64))

    def _compare(self, name: str, servers: dict[str, Server], load: Load, *, cached: bool = False) -> dict:
        say(name)
        pace = self._size.pace
        fast = closed(servers, load, pace)
        found = {"closed": {peer: asdict(series) for peer, series in fast.items()}, "open": []}
        # Half of what the slowest of them answered at its worst: a rate that all of them sustain.
        rates = [0.5 * min(min(series.rate) for series in fast.values())]
        if cached:
            rates.append(0.5 * min(min(fast[peer].rate) for peer in (OURS, NGINX)))
        for rate, peers in zip(rates, (servers, {OURS: servers[OURS], NGINX: servers.get(NGINX)}), strict=False):
            seen: dict[str, Series] = at_rate(peers, load, pace, rate)
            found["open"].append({"rate": rate, "peers": {peer: asdict(series) for peer, series in seen.items()}})
        self.found["loads"][name] = found
        return found

    def measure_memory(self) -> None:
        for name, server in self._three().items():
            self.found["memory"][name]["loaded"] = server.memory_mib()

    def measure_starts(self) -> None:
        say("start to ready")
        log = self._work / "starts.log"
        data = self._work / "flask-cached"
        ways = {
            NGINX: lambda: nginx.start(self._constants, work=self._work / "nginx-start").server,
            FLASK: lambda: flask_peer.start(data, log=log, cache_seconds=3600),
        }
        self._ours.stop()
        ways[OURS] = lambda: service.start(self._work / "cached", log=log)
        pairs = self._size.pace.pairs
        self.found["ready_ms"] = {name: extremes.ready_time(way, pairs) for name, way in ways.items()}

    def measure_first_paint(self) -> None:
        say("first paint")
        self.found["first_paint"] = first_paint.measure(self._ours, self._size.visits)

    def measure_access_log(self) -> None:
        """The price of a line for each request, on a file."""
        say("access log")
        log = self._work / "access.log"
        load = Load(self._plans.cached_user, 64)
        flask_data = self._work / "flask-cached"
        found = {}
        with ExitStack() as stack:
            ours = stack.enter_context(service.start(self._work / "cached", log=log, LOG_LEVEL="info"))
            logging_nginx = nginx.start(self._constants, work=self._work / "nginx-log", access_log=True)
            stack.callback(logging_nginx.server.stop)
            flask = stack.enter_context(flask_peer.start(flask_data, log=log, cache_seconds=3600, access_log=True))
            way = self._cheapest_way(self._plans.user, self._plans.cached_user)
            servers = {OURS: ours, NGINX: logging_nginx.by_way(way), FLASK: flask}
            found = {peer: asdict(series) for peer, series in closed(servers, load, self._size.pace).items()}
        self.found["access_log"] = found

    def measure_extremes(self) -> None:
        pace, into = self._size.pace, self.found["extremes"]
        say("two loops against one")
        found = extremes.loops(self._work / "cached", self._plans.cached_user, pace, self._work)
        into["loops"] = {count: asdict(series) for count, series in found.items()}
        self._ours_uncached.stop()
        into["overload"] = {}
        for name in ("uncached_list", "uncached_user", "order_write"):
            say(f"overload: {name.replace('_', ' ')}")
            plan = getattr(self._plans, name)
            into["overload"][name] = extremes.overload(self._work / "uncached", plan, pace, self._work)
        say("growth")
        into["growth"] = extremes.growth(list(self._size.growth), pace, self._work)


def say(what: str) -> None:
    print(f"bench: {what}", flush=True)


def run(size: Size, work: Path) -> dict:
    with ExitStack() as stack:
        bench = Bench(size, work, stack)
        bench.prepare()
        bench.compare_cached()
        bench.measure_memory()
        bench.measure_first_paint()
        bench.compare_stores()
        bench.measure_starts()
        bench.measure_access_log()
        bench.measure_extremes()
        return bench.found
