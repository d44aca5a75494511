"""A shell or a supervisor may start the program with its standard streams closed: what is opened next must not take their
place, or the log goes to a client, and what a command prints into the store."""

import itertools
import os
import sqlite3
from pathlib import Path

import pytest
from harness.deadline import wait_until
from harness.mongo import free_port
from harness.raw import RawConnection
from harness.server import Server, run

CLOSED = [subset for size in (1, 2, 3) for subset in itertools.combinations((0, 1, 2), size)]


def closing(streams: tuple[int, ...]) -> tuple[str, ...]:
    """What runs a program with these streams closed."""
    return ("sh", "-c", 'exec "$0" "$@" ' + " ".join(f"{stream}>&-" for stream in streams))


def is_ready(port: int) -> bool:
    return run("healthcheck", settings={"PORT": str(port)}).returncode == 0


@pytest.mark.parametrize("streams", CLOSED)
def test_no_byte_of_the_log_reaches_a_client_or_a_file(tmp_path: Path, streams: tuple[int, ...]) -> None:
    port = free_port()
    server = Server(tmp_path, {"PORT": str(port), "LOG_LEVEL": "debug"}, prefix=closing(streams))
    server.launch()
    try:
        wait_until(lambda: is_ready(port), "readiness")
        for stream in streams:
            assert os.readlink(f"/proc/{server.pid}/fd/{stream}") == "/dev/null"
        for _ in range(20):
            with RawConnection(port) as connection:
                connection.send(b"GET /api/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                assert connection.read_answer().body == b"[]"
                assert connection.is_closed()
    finally:
        server.close()
    for file in server.data_dir.iterdir():
        assert b"listening on" not in file.read_bytes()
        assert b"draining" not in file.read_bytes()


def test_what_a_command_prints_stays_out_of_the_store(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    arguments = ("load", "--users", "5", "--orders", "5")
    for _ in range(2):
        result = run(*arguments, settings={"DATA_DIR": str(folder)}, prefix=closing((0, 1, 2)))
        assert result.returncode == 0
    (database,) = folder.glob("*.db")
    with sqlite3.connect(database) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(
    "arguments", [("version",), ("--help",), ("nonsense",), ("healthcheck",), ("cluster", "status")]
)
def test_a_command_ends_as_it_does_with_its_streams(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    topology = tmp_path / "topology.json"
    topology.write_text("{}")
    settings = {"PORT": str(free_port())}
    if arguments[0] == "cluster":
        arguments += ("--topology", str(topology))
    usual = run(*arguments, settings=settings)
    assert run(*arguments, settings=settings, prefix=closing((0, 1, 2))).returncode == usual.returncode
