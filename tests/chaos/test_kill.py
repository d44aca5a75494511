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
            workload.wait_for_writes(51, 3 * DEADLINE)
            server.kill()
            started = time.monotonic()
            server.start()
            wait_until(lambda: server.connect().get("/readyz").status == 200, "ready again")
            slowest = max(slowest, time.monotonic() - started)
    print(f"{workload.conclude()}; slowest start to ready {slowest:.2f} s")
    assert slowest < 2 * SLOWER, "reliability row 1: ready again in under 2 s"
