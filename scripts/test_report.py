"""Runs every unit suite and the Python tests, and sums them up in one last line: N passed, N failed, N skipped."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from harness.mongo import Secantus  # noqa: E402
from mongo_processes import LocalCluster, find_binary  # noqa: E402

# What the Mongo suites run on: a name for the report, and the variable that gives them its URI.
MONGO_SERVERS = {
    "SecantusDB": "MONGO_TEST_SECANTUSDB",
    "a replica set": "MONGO_TEST_REPLICA_SET",
    "a sharded cluster": "MONGO_TEST_SHARDED",
}
# Suites against servers, which are frozen and killed in them.
WAITS_LONG = ("_mongo", "_redis")
SUITE_DEADLINE = 900  # seconds; a unit suite that takes longer hangs.
# What is tested waits more than it computes (for a server that is gone, for a lifetime to pass): more at once than there
# are processors. A file of Python tests stays whole, as its tests share servers.
AT_ONCE = 3
TOGETHER = ["--alone=never", "-n", str(AT_ONCE), "--dist", "loadfile", "--no-loadscope-reorder"]
ALONE = ["--alone=only"]
NO_TESTS = 5  # pytest's status where none was chosen: not every choice has some that run alone.


@dataclass
class Tally:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def add_report(self, report: Path, suite: str) -> None:
        """Adds a JUnit or GoogleTest report (one format but for how it marks what was skipped)."""
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{suite}: {case.get('classname')}.{case.get('name')}"
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(name)
            elif skipped is not None or case.get("result") == "skipped" or case.get("status") == "notrun":
                self.skipped.append(f"{name}: {skip_reason(case, skipped)}")
            else:
                self.passed += 1


def skip_reason(case: ElementTree.Element, skipped: ElementTree.Element | None) -> str:
    if skipped is None:
        return "disabled"
    text = skipped.get("message") or (skipped.text or "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def run_suite(binary: Path, reports: Path) -> Tally:
    tally = Tally()
    report = reports / f"{binary.name}.xml"
    started = time.monotonic()
    try:
        result = subprocess.run(
            [binary, f"--gtest_output=xml:{report}", "--gtest_brief=1"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SUITE_DEADLINE,
        )
        output, status = result.stdout, result.returncode
    except subprocess.TimeoutExpired as expired:
        output, status = expired.stdout or b"", "deadline passed"
    if report.exists():
        tally.add_report(report, binary.name)
    # A suite that crashes, or whose sanitizer found something, ends with a status that its report does not show.
    if status != 0 and not tally.failed:
        tally.failed.append(f"{binary.name}: ended with status {status}")
    if status != 0:
        sys.stdout.write(output.decode(errors="replace")[-20000:])
    print(f"{binary.name}: {'ok' if status == 0 else 'FAILED'} in {time.monotonic() - started:.1f} s", flush=True)
    return tally


def run_python_tests(build: Path, arguments: list[str], reports: Path) -> Tally:
    tally = run_pytest(build, [*arguments, *TOGETHER], reports)
    tally.add(run_pytest(build, [*arguments, *ALONE], reports))
    return tally


def run_pytest(build: Path, arguments: list[str], reports: Path) -> Tally:
    tally = Tally()
    report = reports / "pytest.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
    environment = dict(os.environ, DEMO_APP=str(build / "demo-app"), PYTHONDONTWRITEBYTECODE="1")
    status = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    if report.exists():
        tally.add_report(report, "pytest")
    if status not in (0, NO_TESTS) and not tally.failed:
        tally.failed.append(f"pytest: ended with status {status}")
    return tally


@contextmanager
def secantusdb(folder: Path) -> Iterator[str]:
    server = Secantus(folder)
    try:
        yield server.start().uri
    finally:
        server.stop()


@contextmanager
def real_servers(folder: Path, build: Path, **shape: int) -> Iterator[str]:
    """A cluster of LocalCluster.create's shape; its URI is the administrator's, as each test has its own database."""
    cluster = LocalCluster(folder).create(**shape)
    cluster.extra_arguments += ["--setParameter", "enableTestCommands=1"]
    apply = [build / "demo-app", "cluster", "apply", "--topology", cluster.topology_file]
    try:
        if cluster.bring_up(lambda: subprocess.Popen(apply, stdin=subprocess.DEVNULL)) != 0:
            raise RuntimeError(f"no MongoDB cluster of {shape}")
        yield cluster.uri_of("admin", "admin")
    finally:
        cluster.stop()


@contextmanager
def mongo_servers(build: Path) -> Iterator[None]:
    """Starts what the unit suites run on: SecantusDB always, real servers where MONGODB_BIN or PATH has them. A variable
    that is set stands: it names another server, or none when it is empty."""
    started = {"SecantusDB": secantusdb}
    if find_binary("mongod"):
        started["a replica set"] = lambda folder: real_servers(folder, build, shards=0)
    if find_binary("mongod") and find_binary("mongos"):
        started["a sharded cluster"] = lambda folder: real_servers(folder, build, shards=2, members=1, config_servers=1)
    with ExitStack() as stack:
        for name, start in started.items():
            variable = MONGO_SERVERS[name]
            if variable in os.environ:
                continue
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-mongo-"))
            os.environ[variable] = stack.enter_context(start(Path(folder)))
            stack.callback(os.environ.pop, variable)
        yield


def say_servers(given: set[str]) -> None:
    ran = [name for name, variable in MONGO_SERVERS.items() if variable in given]
    print(f"MongoDB suites ran on: {', '.join(ran) or 'nothing'}")
    for name, variable in MONGO_SERVERS.items():
        if variable not in given:
            print(f"MongoDB suites did not run on {name}: no mongod and mongos in MONGODB_BIN or PATH, no {variable}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"), help="where the binaries are")
    parser.add_argument("--only", choices=["unit", "python"], help="one of the two kinds")
    parser.add_argument("pytest_arguments", nargs="*", help="after --: given to pytest")
    arguments = parser.parse_args()

    build = arguments.build.resolve()
    tally = Tally()
    given: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="demo-reports-") as folder:
        if arguments.only != "python":
            with mongo_servers(build):
                given = {variable for variable in MONGO_SERVERS.values() if os.environ.get(variable)}
                # Written by CMake, so that a suite whose source is gone is not run for ever.
                suites = [build / name for name in (build / "tests.txt").read_text().split()]
                # First, so that nobody waits for them at the end.
                suites.sort(key=lambda suite: not suite.name.endswith(WAITS_LONG))
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    for suite in pool.map(lambda suite: run_suite(suite, Path(folder)), suites):
                        tally.add(suite)
        if arguments.only != "unit":
            tally.add(run_python_tests(build, arguments.pytest_arguments or ["tests"], Path(folder)))

    if arguments.only != "python":
        say_servers(given)
    for name in tally.skipped:
        print(f"skipped  {name}")
    for name in tally.failed:
        print(f"FAILED   {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed or tally.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
