"""Fixtures of every black-box test. Each server has its own folder and port, and must end with status 0."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from harness.deadline import SLOWER
from harness.server import Server

StartServer = Callable[..., Server]


def pytest_configure(config: pytest.Config) -> None:
    config.option.timeout = float(config.getini("timeout")) * SLOWER


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--alone", choices=["only", "never"], help="tests marked alone: these only, or all others")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    choice = config.getoption("--alone")
    if choice is None:
        return
    others = [item for item in items if (item.get_closest_marker("alone") is not None) != (choice == "only")]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def _starter(new_folder: Callable[[], Path], stack: ExitStack) -> StartServer:
    def start(arguments: tuple[str, ...] = ("serve",), folder: Path | None = None, **settings: str) -> Server:
        server = Server(folder or new_folder(), settings, arguments)
        stack.callback(server.close)
        return server.start()

    return start


@pytest.fixture
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Starts servers: start_server(ADMIN_TOKEN="…"), or on the folder of another one with folder=…."""
    with ExitStack() as stack:
        yield _starter(lambda: tmp_path_factory.mktemp("server"), stack)


@pytest.fixture
def server(start_server: StartServer) -> Server:
    """A server of this test's own, without any data."""
    return start_server()


@pytest.fixture
def sample_server(server: Server) -> Server:
    """A server of this test's own, with the sample data."""
    assert server.post("/api/load-sample-data").status == 200
    return server


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with the sample data for a whole module, whose tests change none of it."""
    with ExitStack() as stack:
        server = _starter(lambda: tmp_path_factory.mktemp("shared"), stack)()
        assert server.post("/api/load-sample-data").status == 200
        yield server
