"""Threads that may take long step back behind the loops, and never so far that any other process starves them."""

import os
from pathlib import Path

from harness.server import Server

MOST = 10


def niceness(pid: int) -> dict[str, set[int]]:
    """Of each thread, by name."""
    found: dict[str, set[int]] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name, fields = (task / "stat").read_text().partition("(")[2].rsplit(") ", 1)
        found.setdefault(name, set()).add(int(fields.split()[16]))
    return found


def test_no_thread_is_more_than_a_little_behind_the_others(server: Server) -> None:
    server.get("/api/users")
    own = os.getpriority(os.PRIO_PROCESS, 0)
    found = niceness(server.pid)
    assert found["worker"] == {min(own + MOST, 19)}
    assert all(own <= nice <= own + MOST for each in found.values() for nice in each), found
