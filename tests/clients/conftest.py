"""Clients that generators make of /openapi.json call every operation of a real server: `make everything`."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calls import CALLS, DEADLINE, HERE, CheckCalls, Run
from harness.expect import ok
from harness.server import Server

TOKEN = "clients-token"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent != HERE:
            continue
        item.add_marker(pytest.mark.timeout(2 * DEADLINE))
        if not os.environ.get("DEMO_CLIENTS"):
            item.add_marker(
                pytest.mark.skip(reason="generated clients are tried by `make everything` (DEMO_CLIENTS=1)")
            )


@pytest.fixture
def served(start_server: Callable[..., Server]) -> Iterator[Server]:
    yield start_server(ADMIN_TOKEN=TOKEN)


@pytest.fixture
def description(served: Server, tmp_path: Path) -> Path:
    """The description in a file, as the server gives it."""
    file = tmp_path / "openapi.json"
    file.write_bytes(served.get("/openapi.json").body)
    return file


@pytest.fixture
def arguments(served: Server) -> list[str]:
    """What each driver is given: the server's address, the admin token, and the name of a style sheet."""
    sheet = re.search(r"/assets/([^\"]+\.css)", served.get("/").text)
    assert sheet
    return [f"http://127.0.0.1:{served.port}", TOKEN, sheet[1]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command in the test's folder, and gives what it printed."""

    def run(*command: str | Path, cwd: Path = tmp_path, **variables: str) -> str:
        result = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=DEADLINE,
        )
        assert result.returncode == 0, f"{' '.join(map(str, command))}\n{result.stdout[-8000:]}"
        return result.stdout

    return run


@pytest.fixture
def check_calls(served: Server) -> CheckCalls:
    """Holds what a driver printed (operation, status, and one fact of the answer that it read) against what is so."""

    def check(printed: str) -> None:
        operations = {
            operation["operationId"]
            for item in ok(served.get("/openapi.json"))["paths"].values()
            for operation in item.values()
        }
        assert {call.split("\t")[0] for call in CALLS} == operations
        assert printed.splitlines() == CALLS

    return check
