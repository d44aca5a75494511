"""A wrong value ends the start in under a second, with status 2 and one line that says what to mend."""

import os
import time
from pathlib import Path

import pytest
from harness.client import Client
from harness.deadline import SLOWER
from harness.expect import ok
from harness.raw import RawConnection
from harness.server import run

WRONG = [
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "http"),
    ("PORT", "80 "),
    ("PORT", "0x50"),
    ("PORT", ""),
    ("BIND", "everywhere"),
    ("BIND", "256.0.0.1"),
    ("BIND", "localhost:80"),
    ("BIND", ""),
    ("ENVIRONMENT", ""),
    ("ENVIRONMENT", "a b"),
    ("ENVIRONMENT", "<script>"),
    ("ENVIRONMENT", "x" * 33),
    ("MONGODB_URI", "http://x"),
    ("MONGODB_URI", "mongodb://u:secret-of-mine@localhost:1/?w=0"),
    ("DATA_DIR", ""),
    ("REDIS_HOST", "host:port:more"),
    ("REDIS_HOST", "redis:65536"),
    ("REDIS_HOST", "redis://redis:6379"),
    ("REDIS_SENTINELS", "::::"),
    ("REDIS_MASTER_NAME", ""),
    ("REDIS_USERNAME", "\x01"),
    ("MONGODB_PASSWORD_FILE", "/does/not/exist"),
    ("REDIS_PASSWORD_FILE", "/does/not/exist"),
    ("ADMIN_TOKEN", ""),
    ("ADMIN_TOKEN", "short"),
    ("ADMIN_TOKEN", "secret-of-mine with spaces"),
    ("ADMIN_TOKEN", "secret-of-mine-" + "x" * 300),
    ("ADMIN_TOKEN_FILE", "/does/not/exist"),
    ("ADMIN_TOKEN_FILE", "/tmp"),
    ("ADMIN_TOKEN_FILE", "/dev/null"),
    ("ADMIN_TOKEN_FILE", "/dev/zero"),
    ("IDLE_TIMEOUT", "0"),
    ("LOG_FORMAT", "xml"),
    ("LOG_FORMAT", "JSON "),
    ("LOG_LEVEL", "verbose"),
    ("LOG_LEVEL", ""),
    ("PORT", "1\n2"),
    ("BIND", "\x1b[31mred"),
]
SECRET = {"ADMIN_TOKEN", "MONGODB_URI"}


def refused(tmp_path: Path, *arguments: str, **settings: str) -> str:
    """The one line of a start that must fail at once."""
    fastest = float("inf")
    for _ in range(3):
        started = time.monotonic()
        result = run("serve", *arguments, settings={"PORT": "0", "DATA_DIR": str(tmp_path / "data")} | settings)
        fastest = min(fastest, time.monotonic() - started)
        if fastest < 1:
            break
    assert result.returncode == 2, result
    assert fastest < SLOWER, "the contract: in under a second"
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.endswith("\n")
    assert "\x1b" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_variable(tmp_path: Path, variable: str, value: str) -> None:
    line = refused(tmp_path, **{variable: value})
    assert variable in line
    assert "want" in line
    if variable in SECRET:
        assert "secret-of-mine" not in line
    elif value and value.isprintable() and len(value) < 60:
        assert value in line


@pytest.mark.parametrize(("variable", "value"), [wrong for wrong in WRONG if "\n" not in wrong[1]])
def test_a_wrong_flag(tmp_path: Path, variable: str, value: str) -> None:
    flag = "--" + variable.lower().replace("_", "-")
    line = refused(tmp_path, f"{flag}={value}")
    assert variable in line or flag in line
    assert "secret-of-mine" not in line


def test_a_secret_of_a_file_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("secret of mine\n")
    assert "secret of mine" not in refused(tmp_path, ADMIN_TOKEN_FILE=str(file))


def test_a_pipe_that_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token")
    assert "ADMIN_TOKEN_FILE" in refused(tmp_path, ADMIN_TOKEN_FILE=str(tmp_path / "token"))


def test_two_sources_of_a_token_are_one_too_many(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("long-enough-a-token\n")
    line = refused(tmp_path, ADMIN_TOKEN="another-token-here", ADMIN_TOKEN_FILE=str(file))
    assert "ADMIN_TOKEN" in line
    assert "another-token-here" not in line


@pytest.mark.parametrize(
    ("named", "settings"),
    [
        ("REDIS_HOST", {"REDIS_HOST": "a", "REDIS_SENTINELS": "b", "REDIS_MASTER_NAME": "c"}),
        ("REDIS_MASTER_NAME", {"REDIS_SENTINELS": "b"}),
        ("REDIS_SENTINELS", {"REDIS_MASTER_NAME": "c"}),
        ("REDIS_PASSWORD_FILE", {"REDIS_HOST": "a", "REDIS_USERNAME": "d"}),
    ],
)
def test_settings_of_redis_that_contradict_each_other(tmp_path: Path, named: str, settings: dict[str, str]) -> None:
    line = refused(tmp_path, **settings)
    assert line.startswith(f"demo-app: {named}: ")
    assert "want" in line


def test_a_password_of_redis_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret of mine\n")
    line = refused(tmp_path, REDIS_HOST="a", REDIS_PASSWORD_FILE=str(file))
    assert "REDIS_PASSWORD_FILE" in line
    assert "secret of mine" not in line


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "DATA_DIR" in refused(tmp_path, DATA_DIR=str(file))


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    assert "DATA_DIR" in refused(tmp_path, DATA_DIR="/proc/demo-app")


@pytest.mark.parametrize(
    "arguments", [("--nonsense",), ("--port",), ("--port=1", "--port=2"), ("surplus",), ("--nonsense=1",)]
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused(tmp_path, *arguments)


def test_flags_win_over_the_environment(start_server) -> None:
    server = start_server(arguments=("serve", "--environment=from-flag"), ENVIRONMENT="from-variable")
    assert ok(server.get("/sharding-info"))["environment"] == "from-flag"


def test_a_flag_and_its_value_may_be_two_words(start_server) -> None:
    server = start_server(arguments=("serve", "--environment", "two-words"))
    assert ok(server.get("/sharding-info"))["environment"] == "two-words"


def test_serving_is_the_default_command(start_server) -> None:
    assert ok(start_server(arguments=()).get("/api/stats"))["total_users"] == 0


def test_the_environment_is_named_where_it_is_odd_but_allowed(start_server) -> None:
    assert ok(start_server(ENVIRONMENT="Dev_1.2-x").get("/sharding-info"))["environment"] == "Dev_1.2-x"


def test_ipv6(start_server) -> None:
    server = start_server(BIND="::1")
    assert ok(Client(server.port, "::1").get("/api/stats"))["total_users"] == 0


def test_an_idle_connection_is_closed_after_its_timeout(start_server) -> None:
    with RawConnection(start_server(IDLE_TIMEOUT="1").port) as connection:
        assert connection.send(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").read_answer().status == 200
        assert connection.is_closed()
