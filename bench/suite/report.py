"""The report of the embedded part, as Markdown."""

from statistics import median

from suite import targets
from suite.tables import count, rates, spread, table, verdict_table
from suite.targets import FLASK, NGINX, OURS

PEERS = (OURS, NGINX, FLASK)

_METHOD = """\
The servers run on core 0, one at a time under load, the driver (`bench/driver`) on core 1; each pair of measurements
takes the servers in turn, so that what drifts on the machine falls on all of them alike. A figure is the median of the
pairs, with the least and the greatest behind it; a ratio is the median of the ratios within the pairs. Access logs are
off on all sides; what they cost stands apart.

- **CPU** is the user and system time of the server and its children, in seconds for 1 000 answers, while each
  connection sends its next request after the answer before (keep-alive, no pipelining).
- **Latency** comes from an open loop: requests are begun on schedule and timed from when each was due, at half of what
  the slowest of those compared can answer.
- **nginx** answers with constants of the same size, head included, by the cheapest of three ways for it: the text in
  its configuration (`return`), a file sent by the kernel (`sendfile`), or a file read and written (`buffers`).
- **Flask** (`bench/peers/flask`) holds the same data, copied through the API, in SQLite with WAL; gunicorn serves it
  with one worker of 8 threads and keep-alive. Its cached answers are ready bytes in the worker's memory.
- **Uncached** means that the service's cache is off (`CACHE_MIB=0`), and Flask's as well; the single
  reads go over 1 000 users.
- **Order writes** are on the disk before they are acknowledged, on both sides (`synchronous=FULL`), each with its own
  `Idempotency-Key`.
"""


def markdown(results: dict) -> str:
    parts = [
        "# Benchmarks\n",
        "`make bench` writes this page and its chart.\n",
        "![Processor time of the service for 1 000 answers, beside nginx and Flask](benchmarks.svg)\n",
        "## What it must reach\n",
        verdicts(results),
        "System calls, allocations and instructions for each request do not depend on the load of a machine: tests in\n"
        "`tests/gates` hold them.\n",
        "## How it is measured\n",
        _METHOD,
        _machine(results),
        "## Processor time\n",
        _cpu(results),
        "## Rate\n",
        _rate(results),
        "## Latency\n",
        _latency(results),
        "## Memory and start\n",
        _memory(results),
        "## First paint\n",
        _first_paint(results),
        "## The price of an access log\n",
        _access_log(results),
        "## Two loops against one\n",
        _loops(results),
        "## Twice the load it can take\n",
        _overload(results),
        "## Growth\n",
        _growth(results),
    ]
    return "\n".join(parts)


def verdicts(results: dict) -> str:
    return verdict_table(targets.judge(results))


def _machine(results: dict) -> str:
    data, pace = results["data"], results["pace"]
    rows = [[name, value] for name, value in results["machine"].items()]
    rows.append(["data", f"{count(data['users'])} users, {count(data['orders'])} orders"])
    rows.append(["run", f"{pace['pairs']} pairs of {pace['seconds']} s each, {results['minutes']} minutes in all"])
    return table(["", ""], rows)


def _cell(load: dict, peer: str, figure: str, show) -> str:
    return show(load["closed"][peer][figure]) if peer in load["closed"] else "–"


def _ratio(load: dict, figure: str, above: str, below: str) -> str:
    known = above in load["closed"] and below in load["closed"]
    return f"{targets.ratio_of(load, figure, above, below):.2f}" if known else "–"


def _cpu(results: dict) -> str:
    rows = []
    for name, load in results["loads"].items():
        cells = [_cell(load, peer, "cpu", lambda values: spread(values, ".4f")) for peer in PEERS]
        way = f"{load['nginx_way']}, {load['bytes']} B" if "nginx_way" in load else "–"
        rows.append([name, *cells, _ratio(load, "cpu", OURS, NGINX), _ratio(load, "cpu", FLASK, OURS), way])
    head = ["seconds for 1 000 answers", *PEERS, "demo-app ÷ nginx", "Flask ÷ demo-app", "nginx by"]
    return table(head, rows)


def _rate(results: dict) -> str:
    rows = []
    for name, load in results["loads"].items():
        cells = [_cell(load, peer, "rate", rates) for peer in PEERS]
        rows.append([name, *cells, _ratio(load, "rate", OURS, NGINX), _ratio(load, "rate", OURS, FLASK)])
    return table(["answers a second", *PEERS, "demo-app ÷ nginx", "demo-app ÷ Flask"], rows)


def _latency(results: dict) -> str:
    rows = []
    for name, load in results["loads"].items():
        for schedule in load["open"]:
            cells = []
            for peer in PEERS:
                seen = schedule["peers"].get(peer)
                shares = ("p50", "p99", "p999")
                cells.append(" / ".join(f"{median(seen[share]):.2f}" for share in shares) if seen else "–")
            rows.append([name, count(schedule["rate"]), *cells])
    return table(["ms: p50 / p99 / p99.9", "requests a second", *PEERS], rows)


def _memory(results: dict) -> str:
    rows = [
        [peer, f"{memory['idle']:.1f}", f"{memory['loaded']:.1f}", f"{results['ready_ms'][peer]:.0f}"]
        for peer, memory in results["memory"].items()
    ]
    note = "Resident memory; of several processes, shared pages count once. Loaded is after the cached loads above.\n"
    return table(["", "idle, MiB", "loaded, MiB", "start to ready, ms"], rows) + "\n" + note


def _first_paint(results: dict) -> str:
    found = results.get("first_paint", {})
    rows = [[f"`{page}`", spread(visits, ".0f"), str(len(visits))] for page, visits in found.items()]
    note = "From the navigation to the first contentful paint, in a headless Chromium that has seen nothing yet.\n"
    return note + "\n" + table(["", "ms", "visits"], rows)


def _access_log(results: dict) -> str:
    silent = results["loads"]["cached user, 64 connections"]["closed"]
    rows = []
    for peer, seen in results["access_log"].items():
        without, with_log = median(silent[peer]["cpu"]), median(seen["cpu"])
        rows.append([peer, f"{without:.4f}", f"{with_log:.4f}", f"{with_log / without - 1:+.0%}"])
    return table(["cached user, 64 connections: seconds for 1 000 answers", "off", "on, to a file", ""], rows)


def _loops(results: dict) -> str:
    rows = [
        [loops, spread(seen["cpu"], ".4f"), rates(seen["rate"])] for loops, seen in results["extremes"]["loops"].items()
    ]
    note = (
        "Cached user, 32 connections from each driver. One loop on core 0 and its driver on core 1, then two loops and two\n"
        "drivers on both: in each case both cores are at work. Two processes of one loop, under the same load as the two\n"
        "loops, show what it costs when nothing is shared.\n"
    )
    return note + "\n" + table(["loops", "seconds for 1 000 answers", "answers a second"], rows)


def _overload(results: dict) -> str:
    rows = []
    for name, found in results["extremes"]["overload"].items():
        rows.append(
            [
                name.replace("_", " "),
                rates(found["peak"]),
                spread(found["asked"], ".2f"),
                spread(found["answered"], ".2f"),
                spread(found["accepted_ms"], ".1f"),
                spread(found["refused_ms"], ".1f"),
                spread([100 * value for value in found["growth"]], "+.1f"),
            ]
        )
    note = (
        "The peak is what 200 clients get that wait for each answer, with the cache off; then twice as many ask, on\n"
        "schedule, as many times a second, and twice as many times. Memory is compared between these two. A connection that\n"
        "waits for its answer asks nothing else: where answers and refusals together are more than the processor can give,\n"
        "less is asked than the schedule says, and later.\n"
    )
    head = [
        "",
        "peak, answers a second",
        "asked, of the peak",
        "answered, of the peak",
        "after (p50), ms",
        "503 within, p99, ms",
        "more memory, %",
    ]
    return note + "\n" + table(head, rows)


def _growth(results: dict) -> str:
    found = results["extremes"]["growth"]
    names = list(next(iter(found.values()))["reads"])
    rows = []
    for name in names:
        reads = [size["reads"][name] for size in found.values()]
        rows.append([f"`{name}`", *(f"{median(read['p50']):.2f} / {median(read['p99']):.2f}" for read in reads)])
    rows.append(["start to ready, ms", *(f"{median(size['ready_ms']):.0f}" for size in found.values())])
    rows.append(["memory when idle, MiB", *(f"{size['idle_mib']:.1f}" for size in found.values())])
    head = ["uncached, one at a time; ms: p50 / p99", *(f"{count(int(orders))} orders" for orders in found)]
    return table(head, rows)
