"""Measuring several servers in turn, A B A B, so that what drifts on the machine falls on all of them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from suite.driver import Load, Seen, drive
from suite.process import Server


@dataclass(frozen=True)
class Pace:
    """How much time the run may take."""

    pairs: int
    seconds: float  # of each measurement
    warm_up: float


@dataclass
class Series:
    """The measurements of one server under one load, one of each pair."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    p999: list[float] = field(default_factory=list)

    def add(self, seen: Seen) -> None:
        self.cpu.append(seen.cpu)
        self.rate.append(seen.rate)
        for share in ("p50", "p99", "p999"):
            getattr(self, share).append(seen.latency_us[share] / 1000)


# Called with a server's name before its warm-up.
Prepare = Callable[[str], None]


def closed(servers: Mapping[str, Server], load: Load, pace: Pace, prepare: Prepare | None = None) -> dict[str, Series]:
    """As fast as each server answers."""
    return _take_turns(servers, load, pace, 0, prepare)


def at_rate(
    servers: Mapping[str, Server], load: Load, pace: Pace, rate: float, prepare: Prepare | None = None
) -> dict[str, Series]:
    """Requests on schedule, `rate` a second, whatever the server does: for latencies."""
    return _take_turns(servers, load, pace, rate, prepare)


def _take_turns(
    servers: Mapping[str, Server], load: Load, pace: Pace, rate: float, prepare: Prepare | None
) -> dict[str, Series]:
    series = {name: Series() for name in servers}
    for _ in range(pace.pairs):
        for name, server in servers.items():
            if prepare:
                prepare(name)
            drive(server, load, seconds=pace.warm_up, rate=rate)
            series[name].add(drive(server, load, seconds=pace.seconds, rate=rate))
    return series


def paired_ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios within each pair: what changed between pairs cancels out."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))
