"""Cached reads in exact numbers, for counting what each of them costs.

A count is taken over N requests and over 2N; their difference belongs to N requests alone, without what starting and
stopping the count, opening connections and the background cost.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from harness.server import DEMO_APP, Server

HTTP_LOAD = DEMO_APP.parent / "bench" / "driver" / "http_load"


def fill(server: Server) -> dict[str, str]:
    """Adds 100 users, always the same, and returns what is gated: the path of their list, and of one of them."""
    for number in range(100):
        user = {"name": f"User {number:03}", "email": f"user{number:03}@shop.example", "country": "Belgium"}
        created = server.post("/api/users", user)
        assert created.status == 201, created.text
    return {"list": "/api/users", "user": f"/api/users/{created.json()['user_id']}"}


def read(server: Server, path: str, requests: int, connections: int, folder: Path) -> None:
    """Reads `path` exactly `requests` times over keep-alive connections; each answer must be a 200."""
    plan = folder / "plan"
    plan.write_text(f"GET {path}\n")
    command = [HTTP_LOAD, "--port", str(server.port), "--plan", plan, "--connections", str(connections)]
    command += ["--requests", str(requests), "--seconds", "100"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=True)
    assert json.loads(done.stdout)["status"] == {"200": requests}, done.stdout


def per_request(count: Callable[[int], int], requests: int) -> float:
    """What one request costs, where count(n) is what n requests cost together with everything else."""
    return (count(2 * requests) - count(requests)) / requests
