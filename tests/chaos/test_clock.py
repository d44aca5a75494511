"""Reliability row 12: the wall clock is set by an hour, forwards and back; deadlines stay, identifiers stay unique."""

import itertools
import time
from datetime import UTC, datetime

import pytest
from harness.expect import ok
from harness.faults import FaultyServer
from harness.workload import Workload, everything

HOUR = 3600


def add_user(server, name: str, key: str) -> dict[str, object]:
    body = {"name": name, "email": "clock@example.org", "country": "France"}
    return ok(server.post("/api/users", body, idempotency_key=key), 201)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_jump_moves_no_deadline_and_no_identity(faulty: FaultyServer, jump: int) -> None:
    server = faulty.server
    before = [add_user(server, f"before {i}", f"before-{i}") for i in range(5)]
    hosts = ok(server.get("/hosts"))
    idle = server.connect()
    assert idle.get("/livez").status == 200

    faulty.inject(clock_shift=jump)
    after = [add_user(server, f"after {i}", f"after-{i}") for i in range(5)]

    shifted = datetime.fromisoformat(after[0]["created_at"]).timestamp() - time.time()
    assert abs(shifted - jump) < 60, "the program does see the clock that was set"
    ids = [user["user_id"] for user in before + after]
    assert len(set(ids)) == len(ids)
    assert all(a < b for a, b in itertools.pairwise(ids)), "they ascend through the jump"
    assert [user["user_id"] for user in everything(server, "/api/users")] == ids[::-1]

    # An hour is far past every deadline: what would be cut by the wall clock is cut now.
    assert idle.request("GET", "/livez").status == 200
    assert ok(server.post("/cache/clear"))
    assert ok(server.get("/hosts")) == hosts
    assert add_user(server, "before 0", "before-0") == before[0], "recorded answers outlive the jump"
    assert server.get("/readyz").status == 200

    faulty.heal()
    again = [add_user(server, f"again {i}", f"again-{i}") for i in range(5)]
    ids += [user["user_id"] for user in again]
    assert len(set(ids)) == len(ids)
    assert add_user(server, "after 0", "after-0") == after[0]
    assert datetime.fromisoformat(again[0]["created_at"]) <= datetime.now(UTC)


@pytest.mark.slow
def test_jumps_under_load(faulty: FaultyServer) -> None:
    with Workload(faulty.server) as workload:
        for jump in (HOUR, 0, -HOUR, HOUR, -HOUR, 0):
            faulty.inject(clock_shift=jump)
            time.sleep(0.5)
    assert not [write for write in workload.writes if write.unknown], "no deadline moved"
    workload.check()
    assert workload.longest_gap < 2
