"""python3 -m suite: runs the benchmark and writes its report."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from suite import chart, places, report, scenarios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look in about 3 minutes, written to build/bench only")
    parser.add_argument("--from", dest="earlier", type=Path, metavar="RESULTS", help="report an earlier run again")
    options = parser.parse_args()

    if options.earlier:
        results = json.loads(options.earlier.read_text())
    else:
        results = measure(options.quick)
        (places.WORK / "results.json").write_text(json.dumps(results, indent=1) + "\n")

    text = report.markdown(results)
    if options.quick:
        print(text)
    else:
        places.REPORT.parent.mkdir(exist_ok=True)
        places.REPORT.write_text(text)
        places.CHART.write_text(chart.svg(results))
        print(report.verdicts(results))
        print(f"bench: wrote {places.REPORT.relative_to(places.ROOT)} and {places.CHART.relative_to(places.ROOT)}")
    return 0


def measure(quick: bool) -> dict:
    places.WORK.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="run-", dir=places.WORK))
    begun = time.monotonic()
    try:
        results = scenarios.run(scenarios.QUICK if quick else scenarios.FULL, work)
    except BaseException:
        print(f"bench: what the servers said is in {work}", file=sys.stderr)
        raise
    shutil.rmtree(work)
    results["minutes"] = round((time.monotonic() - begun) / 60, 1)
    return results


if __name__ == "__main__":
    sys.exit(main())
