"""What the service must reach, held against what was measured."""

from dataclasses import dataclass
from statistics import median

from suite.measure import paired_ratio

OURS, NGINX, FLASK = "demo-app", "nginx", "Flask"


@dataclass(frozen=True)
class Verdict:
    what: str
    must: str
    measured: str
    met: bool


def judge(results: dict) -> list[Verdict]:
    return [
        *_against_nginx(results),
        *_against_flask(results),
        *_first_paint(results),
        *_loops(results),
        *_overload(results),
        *_growth(results),
    ]


def _against_nginx(results: dict):
    for name, load in results["loads"].items():
        if name.startswith(("cached list", "cached user")):
            ratio = ratio_of(load, "cpu", OURS, NGINX)
            yield Verdict(f"{name}: CPU against nginx", "≤ 1.15 ×", f"{ratio:.2f} ×", ratio <= 1.15)


def _against_flask(results: dict):
    for name, load in results["loads"].items():
        if name.startswith("order write"):
            ratio = ratio_of(load, "rate", OURS, FLASK)
            yield Verdict(f"{name}: rate against Flask", "≥ 5 ×", f"{ratio:.1f} ×", ratio >= 5)
            continue
        least = 8 if name.startswith("uncached") else 20
        ratio = ratio_of(load, "cpu", FLASK, OURS)
        yield Verdict(f"{name}: less CPU than Flask", f"≥ {least} ×", f"{ratio:.1f} ×", ratio >= least)


def _first_paint(results: dict):
    for page, visits in results.get("first_paint", {}).items():
        yield Verdict(f"first paint of {page}", "≤ 300 ms", f"{median(visits):.0f} ms", median(visits) <= 300)


def ratio_of(load: dict, figure: str, above: str, below: str) -> float:
    peers = load["closed"]
    return paired_ratio(peers[above][figure], peers[below][figure])


def _loops(results: dict):
    found = results["extremes"]["loops"]
    more = paired_ratio(found["2"]["cpu"], found["1"]["cpu"]) - 1
    yield Verdict("two loops against one: CPU for a request", "≤ +10 %", f"{more:+.0%}", more <= 0.10)


def _overload(results: dict):
    for name, found in results["extremes"]["overload"].items():
        what = f"twice the load, {name.replace('_', ' ')}"
        asked, answered, refused, grown = (
            median(found[figure]) for figure in ("asked", "answered", "refused_ms", "growth")
        )
        seen = f"{answered:.2f} (asked {asked:.2f})"
        yield Verdict(f"{what}: answered, of the peak", "≥ 0.90", seen, answered >= 0.9)
        yield Verdict(f"{what}: 503 within (p99)", "≤ 5 ms", f"{refused:.1f} ms", refused <= 5)
        yield Verdict(f"{what}: more memory", "< 10 %", f"{grown:+.1%}", grown < 0.10)


def _growth(results: dict):
    orders, found = max(results["extremes"]["growth"].items(), key=lambda item: int(item[0]))
    count, users = (f"{number:,}".replace(",", " ") for number in (int(orders), int(orders) // 10))
    ready, idle = median(found["ready_ms"]), found["idle_mib"]
    yield Verdict(f"memory when idle, {count} orders", "≤ 20 MiB", f"{idle:.1f} MiB", idle <= 20)
    yield Verdict(f"start to ready, {count} orders", "≤ 100 ms", f"{ready:.0f} ms", ready <= 100)
    slowest = median(found["reads"]["GET /api/users"]["p99"])
    what = f"100 newest of {users} users, {count} orders, uncached (p99)"
    yield Verdict(what, "≤ 10 ms", f"{slowest:.1f} ms", slowest <= 10)
