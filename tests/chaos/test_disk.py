"""Reliability row 13: a disk that is full, read-only or fails its syncs: writes 503, reads go on, well again by itself."""

import errno
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.deadline import wait_until
from harness.expect import ok, problem
from harness.faults import FaultyServer
from harness.server import Server, run
from harness.workload import Workload

needs_mount = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


def add_user(server: Server, key: str, name: str = "Alice"):
    body = {"name": name, "email": "alice@example.org", "country": "France"}
    return server.post("/api/users", body, idempotency_key=key)


def expect_sound(data_dir: Path) -> None:
    """For a store that is closed."""
    with sqlite3.connect(f"file:{data_dir / 'demo.db'}?mode=ro", uri=True) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(
    "fault",
    [
        {"write_errno": errno.ENOSPC},
        {"write_errno": errno.EROFS},
        {"write_errno": errno.EIO},
        {"sync_errno": errno.EIO},
    ],
    ids=["full", "read-only", "write error", "sync error"],
)
def test_a_failing_disk_stops_writes_only(faulty: FaultyServer, fault: dict[str, int]) -> None:
    server = faulty.server
    first = ok(add_user(server, "first"), 201)
    faulty.inject(**fault)
    for _ in range(3):
        refused = add_user(server, "second")
        problem(refused, 503)
        assert int(refused.header("Retry-After")) > 0
        assert ok(server.get(f"/api/users/{first['user_id']}"))["name"] == "Alice"
        assert ok(server.get("/api/stats")) == {"total_users": 1, "total_orders": 0}
        assert server.get("/livez").status == 200

    faulty.heal()
    second = ok(add_user(server, "second"), 201)
    assert ok(add_user(server, "second"), 201) == second
    assert ok(server.get("/api/stats")) == {"total_users": 2, "total_orders": 0}
    server.restart()
    assert ok(server.get("/api/stats")) == {"total_users": 2, "total_orders": 0}
    assert server.stop() == 0
    expect_sound(server.data_dir)


@pytest.mark.slow
def test_a_failing_disk_under_load_loses_nothing(faulty: FaultyServer) -> None:
    server = faulty.server
    with Workload(server) as workload:
        for fault in ({"write_errno": errno.ENOSPC}, {"sync_errno": errno.EIO}, {"write_errno": errno.EIO}):
            time.sleep(0.5)
            faulty.inject(**fault)
            time.sleep(0.5)
            faulty.heal()
            enough = len(workload.writes) + 50
            wait_until(lambda enough=enough: len(workload.writes) > enough, "writes go on")
    assert any(write.unknown for write in workload.writes), "the faults were felt"
    print(workload.conclude())
    assert server.stop() == 0
    expect_sound(server.data_dir)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "demo-app-test", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@needs_mount
def test_a_disk_that_is_really_full(small_disk: Path, start_server: Callable[..., Server]) -> None:
    server = start_server(DATA_DIR=str(small_disk / "data"))
    added = 0
    while (answer := add_user(server, f"key-{added}", "x" * 200)).status == 201:
        added += 1
        assert added < 10_000, "it never fills"
    problem(answer, 503)
    assert ok(server.get("/api/stats"))["total_users"] == added
    assert len(ok(server.get("/api/users"))) == min(added, 100)

    subprocess.run(["mount", "-o", "remount,size=32m", small_disk], check=True)
    ok(add_user(server, f"key-{added}", "x" * 200), 201)
    assert ok(server.get("/api/stats"))["total_users"] == added + 1
    server.restart()
    assert ok(server.get("/api/stats"))["total_users"] == added + 1
    assert server.stop() == 0
    expect_sound(small_disk / "data")


@needs_mount
def test_a_read_only_disk_at_start_is_one_line(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    result = run("serve", settings={"PORT": "0", "DATA_DIR": str(small_disk / "data")})
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "DATA_DIR" in result.stderr
    assert "Read-only file system" in result.stderr
