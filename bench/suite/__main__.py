"""python3 -m suite: runs the benchmark and writes its report."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from suite import chart, distributed, distributed_report, page, places, report, scenarios


@dataclass(frozen=True)
class Part:
    """A part of the benchmark that can be run alone."""

    run: Callable[..., dict]
    full: object
    quick: object
    report: ModuleType


PARTS = {
    "embedded": Part(scenarios.run, scenarios.FULL, scenarios.QUICK, report),
    "distributed": Part(distributed.run, distributed.FULL, distributed.QUICK, distributed_report),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look in a few minutes, written to build/bench only")
    parser.add_argument("--only", choices=PARTS, help="one part; what the report says of the other one stays")
    parser.add_argument("--from", dest="earlier", type=Path, metavar="RESULTS", help="report an earlier run again")
    options = parser.parse_args()

    # Whoever ends the run ends its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))
    wanted = [options.only] if options.only else list(PARTS)
    if options.earlier:
        earlier = json.loads(options.earlier.read_text())
        results = {name: earlier[name] for name in wanted if name in earlier}
    else:
        results = {}
        for name in wanted:
            results[name] = measure(PARTS[name], options.quick)
            # At once: what follows may fail.
            keep(results, places.WORK / ("quick.json" if options.quick else "results.json"))

    for name, found in results.items():
        print(PARTS[name].report.markdown(found) if options.quick else PARTS[name].report.verdicts(found))
    if not options.quick:
        page.write({name: PARTS[name].report.markdown(found) for name, found in results.items()})
        if "embedded" in results:
            places.CHART.write_text(chart.svg(results["embedded"]))
        print(f"bench: wrote {places.REPORT.relative_to(places.ROOT)}")
    return 0


def measure(part: Part, quick: bool) -> dict:
    places.WORK.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="run-", dir=places.WORK))
    begun = time.monotonic()
    try:
        results = part.run(part.quick if quick else part.full, work)
    except BaseException:
        print(f"bench: what the servers said is in {work}", file=sys.stderr)
        raise
    shutil.rmtree(work)
    results["minutes"] = round((time.monotonic() - begun) / 60, 1)
    return results


def keep(results: dict, file: Path) -> None:
    """Beside what an earlier run found of a part that was not measured now."""
    earlier = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**earlier, **results}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
