"""The commands, their help and their exit status."""

import re

import pytest
from harness.expect import ok
from harness.server import Server, run

COMMANDS = ["serve", "healthcheck", "load", "version"]


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), *((command, "--help") for command in COMMANDS)])
def test_help(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 0, result
    assert "demo-app" in result.stdout
    assert result.stderr == ""


def test_the_help_names_every_command_and_setting() -> None:
    overview = run("--help").stdout
    for command in COMMANDS:
        assert command in overview
    serving = run("serve", "--help").stdout
    for variable in (
        "PORT",
        "BIND",
        "ENVIRONMENT",
        "DATA_DIR",
        "ADMIN_TOKEN",
        "ADMIN_TOKEN_FILE",
        "LOG_FORMAT",
        "LOG_LEVEL",
    ):
        assert variable in serving or "--" + variable.lower().replace("_", "-") in serving, variable


@pytest.mark.parametrize("arguments", [("dance",), ("version", "x"), ("healthcheck", "--nonsense"), ("load", "--users=-1"),
                                       ("load", "--users=many"), ("load", "--orders"), ("load", "x"), ("--nonsense",)])  # fmt: skip
def test_wrong_usage_is_status_2_and_one_line(arguments: tuple[str, ...], tmp_path) -> None:
    result = run(*arguments, settings={"DATA_DIR": str(tmp_path / "data")})
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert result.stderr.strip()


def test_version() -> None:
    result = run("version")
    assert result.returncode == 0
    assert re.search(r"\d+\.\d+\.\d+", result.stdout)


def test_healthcheck_of_a_ready_server(server: Server) -> None:
    assert run("healthcheck", settings={"PORT": str(server.port)}).returncode == 0
    assert run("healthcheck", f"--port={server.port}").returncode == 0


def test_healthcheck_of_nobody(server: Server) -> None:
    port = server.port
    assert server.stop() == 0
    result = run("healthcheck", settings={"PORT": str(port)})
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1, result.stderr


def test_healthcheck_with_a_wrong_port() -> None:
    assert run("healthcheck", settings={"PORT": "x"}).returncode == 2


def test_load_is_reproducible_and_resumes(start_server, tmp_path) -> None:
    figures = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        arguments = ("load", "--users", "200", "--orders", "1000", "--seed", "42")
        for _ in range(2):  # The second time there is nothing left to do.
            result = run(*arguments, settings={"DATA_DIR": str(folder / "data")})
            assert result.returncode == 0, result
        server = start_server(folder=folder)
        stats = ok(server.get("/api/stats"))
        assert (stats["total_users"], stats["total_orders"]) == (200, 1000)
        users = ok(server.get("/api/users?limit=1000"))
        assert sum(user["order_count"] for user in users) == 1000
        figures.append([(user["name"], user["email"], user["order_count"], user["total_spent"]) for user in users])
    assert figures[0] == figures[1]


def test_load_refuses_a_store_in_use(server: Server) -> None:
    result = run("load", "--users", "1", "--orders", "1", settings={"DATA_DIR": str(server.data_dir)})
    assert result.returncode == 1
    assert str(server.data_dir) in result.stderr
