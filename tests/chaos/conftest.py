"""Faults that only the kernel could cause: a wall clock that is set, a disk that fails."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.faults import FaultyServer
from harness.server import Server


@pytest.fixture(scope="session")
def faults_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture
def start_faulty(
    start_server: Callable[..., Server], faults_library: Path, tmp_path: Path
) -> Callable[..., FaultyServer]:
    def start(**settings: str) -> FaultyServer:
        control = tmp_path / "control"
        control.write_bytes(FaultyServer.NO_FAULTS)
        return FaultyServer(start_server(LD_PRELOAD=str(faults_library), DEMO_FAULTS=str(control), **settings), control)

    return start


@pytest.fixture
def faulty(start_faulty: Callable[..., FaultyServer]) -> FaultyServer:
    return start_faulty()
