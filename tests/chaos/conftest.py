"""Faults that only the kernel could cause: a wall clock that is set, a disk that fails."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.faults import Faults, FaultyServer
from harness.server import Server

NONE = Faults()


@pytest.fixture(scope="session")
def faults_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture
def preload(faults_library: Path, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The settings under which a program has these faults, until the test says something else."""

    def settings(faults: Faults = NONE) -> dict[str, str]:
        (tmp_path / "control").write_bytes(faults.packed())
        return {"LD_PRELOAD": str(faults_library), "DEMO_FAULTS": str(tmp_path / "control")}

    return settings


@pytest.fixture
def start_faulty(
    start_server: Callable[..., Server], preload: Callable[..., dict[str, str]], tmp_path: Path
) -> Callable[..., FaultyServer]:
    def start(**settings: str) -> FaultyServer:
        return FaultyServer(start_server(**preload(), **settings), tmp_path / "control")

    return start


@pytest.fixture
def faulty(start_faulty: Callable[..., FaultyServer]) -> FaultyServer:
    return start_faulty()
