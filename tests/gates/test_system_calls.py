"""A cached answer costs two system calls, a read and a write, and its share of a wait for many."""

import signal
import subprocess
from pathlib import Path

import pytest
from cached_reads import fill, per_request, read
from harness.deadline import wait_until
from harness.server import Server

MOST = 2.5


def system_calls(server: Server, path: str, requests: int, folder: Path) -> int:
    """All system calls of all threads while `requests` are answered at 16 connections."""
    table = folder / "calls"
    said = folder / "strace"
    with said.open("wb") as output:
        strace = subprocess.Popen(
            ["strace", "-f", "-c", "-U", "calls,name", "-o", table, "-p", str(server.pid)], stderr=output
        )
    try:
        wait_until(lambda: b"attached" in said.read_bytes(), "strace attached")
        read(server, path, requests, 16, folder)
    finally:
        strace.send_signal(signal.SIGINT)
        strace.wait(timeout=10)
    calls = [line.split() for line in table.read_text().splitlines()]
    return sum(int(line[0]) for line in calls if len(line) == 2 and line[0].isdigit() and line[1] != "total")


@pytest.mark.parametrize("which", ["list", "user"])
def test_cached_read_costs_at_most_two_and_a_half_system_calls(start_server, tmp_path: Path, which: str) -> None:
    server = start_server(LOOPS="1", LOG_LEVEL="warning")
    path = fill(server)[which]
    read(server, path, 100, 16, tmp_path)

    calls = per_request(lambda requests: system_calls(server, path, requests, tmp_path), 2000)

    print(f"cached {which}: {calls:.2f} system calls a request")
    assert 1.0 < calls <= MOST
