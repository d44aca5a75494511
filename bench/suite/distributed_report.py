"""The report of the distributed part, as Markdown."""

from statistics import median

from suite import concerns, distributed_targets
from suite.tables import count, rates, spread, table, verdict_table
from suite.targets import FLASK, OURS, ratio_of

HEADING = "## MongoDB and Redis"
PEERS = (OURS, FLASK)

_METHOD = """\
As above, with these differences. `bench/run --only distributed` measures this part alone.

- MongoDB and Redis run beside the servers on both cores; what they use is not counted. Flask
  (`bench/peers/flask/distributed_app.py`) uses the same collections and the same Redis: PyMongo's pooled client with
  majority concerns and journal, redis-py for `GET`, `SETEX` and `DEL` of the JSON.
- **Redis hit**: the answers of 2 000 users in turn, kept in Redis. The service has so little memory (`CACHE_MIB=1`)
  that it finds none there, and asks Redis for the answer and whether it is still true. **Hit in memory**: the same with
  the usual memory, which Redis keeps coherent among instances: what users of the service get, beside what users of
  Flask get.
- **From MongoDB**: no cache on either side. A single read is two commands, for the user and for the sum of its orders;
  the service makes one pair of commands for requests that wait together. With one connection there is nothing to share,
  and most of what a read costs is going to sleep and waking up: for the loop, for the worker, and for each command.
- **Order write**: three commands, majority and journal, each with its own `Idempotency-Key`; then the change is told to
  Redis.
"""


def verdicts(results: dict) -> str:
    return verdict_table(distributed_targets.judge(results))


def markdown(results: dict) -> str:
    parts = [
        f"{HEADING}\n",
        verdicts(results),
        _METHOD,
        _machine(results),
        "### Processor time, rate and latency\n",
        _cpu(results),
        _rate(results),
        _latency(results),
        *_concerns(results),
        "### Misses that arrive together\n",
        _bursts(results),
        "### Redis gone\n",
        _redis_outage(results),
        "### A part of the store gone\n",
        _store_outage(results),
    ]
    return "\n".join(parts)


def _machine(results: dict) -> str:
    data, pace, load = results["data"], results["pace"], results["load_average"]
    rows = [[name, value] for name, value in results["machine"].items()]
    rows.append(["data", f"{count(data['users'])} users, {count(data['orders'])} orders"])
    rows.append(["run", f"{pace['pairs']} pairs of {pace['seconds']} s each, {results['minutes']} minutes in all"])
    rows.append(["load average", f"{load[0]:.1f} before the run, {load[1]:.1f} at its end, its own work included"])
    return table(["", ""], rows)


def _cpu(results: dict) -> str:
    rows = []
    for name, load in results["loads"].items():
        cells = [spread(load["closed"][peer]["cpu"], ".4f") for peer in PEERS]
        rows.append([name, *cells, f"{ratio_of(load, 'cpu', FLASK, OURS):.1f}"])
    return table(["seconds for 1 000 answers", *PEERS, "Flask ÷ demo-app"], rows)


def _rate(results: dict) -> str:
    rows = []
    for name, load in results["loads"].items():
        cells = [rates(load["closed"][peer]["rate"]) for peer in PEERS]
        rows.append([name, *cells, f"{ratio_of(load, 'rate', OURS, FLASK):.1f}"])
    return table(["answers a second", *PEERS, "demo-app ÷ Flask"], rows)


def _latency(results: dict) -> str:
    rows = []
    for name, load in results["loads"].items():
        schedule = load["open"]
        rows.append([name, count(schedule["rate"]), *(_shares(schedule["peers"][peer]) for peer in PEERS)])
    return table(["ms: p50 / p99 / p99.9", "requests a second", *PEERS], rows)


def _concerns(results: dict) -> list[str]:
    if "concerns" not in results:
        return []
    rows = []
    for kind, series in results["concerns"].items():
        for name, medians in series.items():
            mark = " (the service's)" if name in concerns.SERVICE else ""
            rows.append([f"{kind}, {name}{mark}", spread(medians, ".2f")])
    note = (
        "One command after another through a router, all members on this machine: between machines, each copy that is\n"
        "waited for adds a round trip.\n"
    )
    return [
        "### What each concern costs\n",
        note + "\n" + table(["ms for one command, nothing else going on", ""], rows),
    ]


def _shares(seen: dict) -> str:
    return " / ".join(f"{median(seen[share]):.2f}" for share in ("p50", "p99", "p999"))


def _bursts(results: dict) -> str:
    rows = []
    for name, seen in results["bursts"].items():
        totals = {}
        for burst in seen:
            for answer, number in burst["answers"].items():
                totals[answer] = totals.get(answer, 0) + number
        answers = ", ".join(f"{count(number)} × {answer}" for answer, number in sorted(totals.items()))
        reads, commands = ([burst[what] for burst in seen] for what in ("reads", "commands"))
        rows.append([name, str(len(seen)), spread(reads, ".0f"), spread(commands, ".0f"), answers])
    note = (
        "The service is held while the requests are sent, so that it finds all of them at once. Who comes when the answer\n"
        "is there already is a hit.\n"
    )
    head = ["", "bursts", "reads of the store", "commands to it", "answers, all bursts together"]
    return note + "\n" + table(head, rows)


def _redis_outage(results: dict) -> str:
    rows = []
    for name, found in results["redis_outage"].items():
        latency, waited = found["latency"], found["waited_ms"]
        cells = [f"{median(one['p50']):.1f} / {spread(one['p99'], '.1f')}" for one in latency.values()]
        more = [
            f"≤ {spread(waited[moment], 'g')}; {distributed_targets.added(latency, moment):+.1f}" for moment in waited
        ]
        rows.append([name, count(found["rate"]), *cells, *more])
    note = (
        "What is read lies in no memory. *Frozen*: Redis takes everything and answers nothing;\n"
        "*killed*: it refuses connections. *As it goes* is the second in which that happens, *gone* what follows.\n"
        "The last two columns: what requests waited for Redis and for what is done in its place, by the service's own\n"
        "histogram (p99, rounded up to a bound of it); then the median of the differences of the whole p99 within the pairs to\n"
        "a service that was never given a Redis, which says nothing where what that service itself takes differs by as much.\n"
    )
    moments = ["never one", "there", "as it goes", "gone"]
    head = ["ms: p50 / p99", "requests a second", *moments, "waited; added as it goes", "when gone"]
    return note + "\n" + table(head, rows)


def _store_outage(results: dict) -> str:
    found = results["store_outage"]
    rows = []
    for peer, seen in found["peers"].items():
        gaps = seen["longest_gap_ms"]
        answers = ", ".join(f"{count(number)} × {status}" for status, number in sorted(seen["answers"].items()))
        longest = [f"{gaps[status] / 1000:.1f}" if status in gaps else "–" for status in ("200", "201")]
        rows.append([peer, answers, str(seen["lost"]), *longest, f"{seen['refused_p99_ms']:.0f}"])
    first = found["peers"][OURS]
    note = (
        f"{first['rate']:.0f} requests a second for {first['seconds']:.0f} s, seven reads of 50 users to three orders of "
        f"theirs.\n{found['what']} After 5 s it is started again.\n"
    )
    head = [
        "",
        "answers",
        "never answered",
        "longest time without a read, s",
        "without a write, s",
        "503 within, p99, ms",
    ]
    return note + "\n" + table(head, rows)
