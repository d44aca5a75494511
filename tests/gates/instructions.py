"""Counts the instructions of the server's busiest thread with callgrind."""

import os
import re
import subprocess
from pathlib import Path

from harness.deadline import wait_until
from harness.server import DEMO_APP, Server


def toolchain() -> str:
    """What decides how many instructions the same source becomes: compiler, C library, Boost, vector extensions."""
    comment = subprocess.run(["readelf", "-p", ".comment", DEMO_APP], capture_output=True, text=True, check=True).stdout
    compiler = re.search(r"GCC: \(.*?\) ([\d.]+)|clang version ([\d.]+)", comment)
    cache = (DEMO_APP.parent / "CMakeCache.txt").read_text()
    boost = re.search(r"Boost-([\d.]+)$", cache, re.MULTILINE)
    kind = re.search(r"^CMAKE_BUILD_TYPE:\w+=(\w+)$", cache, re.MULTILINE)
    flags = Path("/proc/cpuinfo").read_text()
    names = [
        f"{'gcc' if compiler and compiler[1] else 'clang'} {compiler[1] or compiler[2]}" if compiler else "unknown"
    ]
    names += [kind[1] if kind else "unknown", os.confstr("CS_GNU_LIBC_VERSION") or "unknown"]
    names += [f"boost {boost[1]}" if boost else "unknown", "avx2" if " avx2" in flags else "sse2"]
    return ", ".join(names)


class CountedServer(Server):
    """A server under callgrind, one file of counts for each thread."""

    def __init__(self, folder: Path) -> None:
        self._dumps = folder / "dumps"
        self._dumps.mkdir()
        callgrind = (
            "valgrind",
            "--tool=callgrind",
            "--separate-threads=yes",
            f"--callgrind-out-file={self._dumps}/out",
        )
        super().__init__(folder, {"LOOPS": "1", "LOG_LEVEL": "warning"}, prefix=callgrind)

    def forget(self) -> None:
        self._control("--zero")

    def instructions(self) -> int:
        """Of the busiest thread since `forget`."""
        for old in self._dumps.iterdir():
            old.unlink()
        self._control("--dump")
        wait_until(self._totals, "callgrind's counts")
        return max(self._totals())

    def _totals(self) -> list[int]:
        found = []
        for dump in self._dumps.iterdir():
            total = re.search(r"^totals: (\d+)$", dump.read_text(errors="replace"), re.MULTILINE)
            found += [int(total[1])] if total else []
        return found

    def _control(self, what: str) -> None:
        done = subprocess.run(
            ["callgrind_control", what, str(self.pid)], capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
