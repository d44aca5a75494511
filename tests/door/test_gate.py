"""The gate itself: each check of it must be able to fail."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import include_arrows  # noqa: E402
import test_report as report  # noqa: E402


def arrows(tmp_path: Path, name: str, text: str) -> list[str]:
    file = tmp_path / "src" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return include_arrows.wrong_arrows(tmp_path)


@pytest.mark.parametrize(
    ("name", "included"),
    [
        ("domain/a.h", "store/store.h"),
        ("base/a.h", "domain/model.h"),
        ("cache/a.h", "store/store.h"),
        ("store/a.h", "store/sqlite/sqlite_store.h"),
        ("http/handlers/a.cpp", "store/sqlite/sqlite_store.h"),
        ("service/a.cpp", "http/request.h"),
        ("unheard_of/a.cpp", "base/clock.h"),
    ],
)
def test_wrong_arrows_are_found(tmp_path: Path, name: str, included: str) -> None:
    assert len(arrows(tmp_path, name, f'#include <vector>\n#include "{included}"\n')) == 1


@pytest.mark.parametrize(
    ("name", "included"),
    [
        ("domain/a.h", "base/clock.h"),
        ("http/handlers/a.cpp", "service/services.h"),
        ("store/sqlite/a.cpp", "store/store.h"),
        ("main.cpp", "store/sqlite/sqlite_store.h"),
    ],
)
def test_right_arrows_pass(tmp_path: Path, name: str, included: str) -> None:
    assert arrows(tmp_path, name, f'#include "{included}"\n') == []


def suite(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/bash\nreport=${{1#--gtest_output=xml:}}\n{script}\n")
    file.chmod(0o755)


CASES = """cat >"$report" <<'XML'
<testsuites><testsuite name="A"><testcase name="one" classname="A" status="run" result="completed"/>
<testcase name="two" classname="A" status="run" result="skipped"><skipped message="file.cpp:7&#x0A;no such thing here"/></testcase>
<testcase name="three" classname="A" status="run" result="completed"><failure message="it is 3"/></testcase>
</testsuite></testsuites>
XML
exit 1"""


@pytest.mark.parametrize(
    ("script", "passed", "failed", "skipped"),
    [(CASES, 1, 1, 1), ("kill -SEGV $$", 0, 1, 0), (CASES.replace("exit 1", "exit 66").replace("<failure message=\"it is 3\"/>", ""), 2, 1, 1)],
)  # fmt: skip
def test_the_report_counts_what_happened(tmp_path: Path, script: str, passed: int, failed: int, skipped: int) -> None:
    suite(tmp_path, "test_a", script)
    tally = report.run_suite(tmp_path / "test_a", tmp_path)
    assert (tally.passed, len(tally.failed), len(tally.skipped)) == (passed, failed, skipped)
    assert all("no such thing here" in line for line in tally.skipped)


def test_the_last_line_sums_up_and_the_status_tells(tmp_path: Path) -> None:
    suite(tmp_path, "test_a", CASES)
    (tmp_path / "tests.txt").write_text("test_a\n")
    command = [sys.executable, ROOT / "scripts/test_report.py", "--build", tmp_path, "--only", "unit"]
    # Without real servers, which take a program of that build to be brought up.
    environment = {name: value for name, value in os.environ.items() if name != "MONGODB_BIN"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert result.stdout.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"
    assert result.returncode == 1


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_make_alone_lists_the_targets() -> None:
    result = make()
    assert result.returncode == 0
    for target in ("help", "run", "build", "test", "check", "fmt", "bench", "clean", "image"):
        assert f"\n  {target} " in result.stdout, target
    assert make("help").stdout == result.stdout


def test_missing_packages_without_root_are_one_command(tmp_path: Path) -> None:
    (tmp_path / "packages.txt").write_text("build no-such-package-of-debian\n")
    script = tmp_path / "install_packages.sh"
    script.write_bytes((ROOT / "scripts/install_packages.sh").read_bytes())
    # Neither root nor sudo, as far as the script can see.
    for name, text in (("id", "echo 1000"), ("sudo", "exit 1")):
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    environment = dict(os.environ, PATH=f"{tmp_path}:{os.environ['PATH']}")
    result = subprocess.run(
        ["bash", script, "build"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 1
    assert "apt-get install -y --no-install-recommends no-such-package-of-debian" in result.stderr


def test_make_help_lists_every_target() -> None:
    described = re.findall(r"^([^\s:#=]+):[^=\n]*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"run", "e2e", "help"} <= set(described)
    assert re.findall(r"^  (\S+)", listed, re.MULTILINE) == described
