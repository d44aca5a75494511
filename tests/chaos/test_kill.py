"""Killed at any moment under load, it loses nothing that it acknowledged."""

import time

import pytest
from harness.deadline import DEADLINE, SLOWER, wait_until
from harness.server import Server
from harness.workload import Workload

KILLS = 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_twenty_times_under_load(server: Server) -> None:
    slowest = 0.0
    with Workload(server) as workload:
        for _ in range(KILLS):
            seen = sum(bool(write.identifier) for write in workload.writes)
            wait_until(
                lambda seen=seen: sum(bool(write.identifier) for write in workload.writes) > seen + 50,
                "fifty more writes",
                deadline=3 * DEADLINE,
            )
            server.kill()
            started = time.monotonic()
            server.start()
            wait_until(lambda: server.connect().get("/readyz").status == 200, "ready again")
            slowest = max(slowest, time.monotonic() - started)
    workload.check()
    settled = workload.settle()
    workload.check()
    acknowledged = sum(bool(write.identifier) for write in workload.writes)
    print(f"{acknowledged} writes acknowledged, {settled} settled afterwards, {workload.reads} reads")
    print(f"longest gap {workload.longest_gap:.2f} s, slowest start to ready {slowest:.2f} s")
    assert slowest < 2 * SLOWER, "reliability row 1: ready again in under 2 s"
