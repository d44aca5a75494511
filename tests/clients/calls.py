"""What each driver calls, in this order, and prints: the operation, the status, a fact that it read from the typed answer."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.server import ROOT

HERE = Path(__file__).parent
# Of each command; packages may have to be fetched first.
DEADLINE = 900

Run = Callable[..., str]
CheckCalls = Callable[[str], None]


def tool(name: str) -> str:
    """Where a language's own tool is; the test is skipped on a machine without it."""
    return shutil.which(name) or pytest.skip(f"this machine has no {name}")


def go() -> Path:
    """Go as new as the generator wants it, fetched where this machine has none."""
    version = next(line.split()[1] for line in (HERE / "go/go.mod").read_text().splitlines() if line.startswith("go "))
    found = subprocess.run([ROOT / "scripts/go_toolchain.sh", version], check=True, stdout=subprocess.PIPE, text=True)
    return Path(found.stdout.strip(), "go")


_PAGE = "<!doctype html>"

_CALLS = [
    ("loadSampleData", 200, "Sample data loaded: 5 users, 4 orders"),
    ("stats", 200, 5),
    ("listUsers", 200, 2),
    ("showUser", 200, 120.25),
    ("showUser", 404, 404),
    ("listUserOrders", 200, 2),
    ("showOrder", 200, 75.25),
    ("listOrders", 200, 4),
    ("createUser", 201, "Zoé"),
    ("createUser", 422, "email"),
    ("createOrder", 201, 0.29),
    ("randomUser", 200, "Random user added"),
    ("randomOrder", 200, "Random order added"),
    ("runMigration", 200, 5),
    ("listHosts", 200, 1),
    ("cacheStatus", 200, "memory"),
    ("clearCache", 200, "Cache cleared"),
    ("shardingInfo", 200, "embedded"),
    ("events", 200, "retry: 1000"),
    ("livez", 200, "alive"),
    ("readyz", 200, "store"),
    ("metrics", 200, "# HELP"),
    ("version", 200, "0.1.0"),
    ("openapi", 200, "3.1.0"),
    ("problem", 200, "/problems/not-found"),
    ("asset", 200, ":root"),
    ("home", 200, _PAGE),
    ("dashboard", 200, _PAGE),
    ("userPage", 200, _PAGE),
    ("docs", 200, _PAGE),
    ("confirmClearData", 200, _PAGE),
    ("confirmLoadSampleData", 200, _PAGE),
    ("formRandomUser", 303, "/?done=random-user"),
    ("formRandomOrder", 303, "/?done=random-order"),
    ("formRunMigration", 303, "/?done=run-migration"),
    ("formClearCache", 303, "/?done=clear-cache"),
    ("formLoadSampleData", 303, "/?done=load-sample-data"),
    ("formClearData", 303, "/?done=clear-data"),
    ("clearData", 200, "All data cleared"),
]

CALLS = ["\t".join(map(str, call)) for call in _CALLS]
