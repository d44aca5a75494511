from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.mongo import Secantus


@pytest.fixture(scope="session")
def shared_secantus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secantus]:
    """One node for all tests that do it no harm; each takes a database of its own."""
    server = Secantus(tmp_path_factory.mktemp("secantus"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def secantus(tmp_path: Path) -> Iterator[Secantus]:
    """A node of this test's own, not started yet."""
    server = Secantus(tmp_path)
    yield server
    server.stop()
