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
    ("PORT", "99999999999999999999"),
    ("PORT", "5000/tcp"),
    ("PORT", "9" * 100_000),
    ("BIND", "x" * 100_000),
    ("DATA_DIR", "mongodb://u:secret-of-mine@localhost"),
    ("DATA_DIR", b"/tmp/\xff"),
    ("ENVIRONMENT", b"\xff\xfe"),
    ("CACHE_MIB", "64KB"),
    ("CACHE_MIB", "-1"),
    ("CACHE_MIB", "9999999999Gi"),
    ("IDLE_TIMEOUT", "2h"),
    ("DRAIN_DELAY", "1.5s"),
    ("LOOPS", "+1"),
    ("WORKERS", "1e3"),
    ("QUEUE", "0x10"),
    ("REDIS_HOST", "redis://:secret-of-mine@redis:6379"),
    ("REDIS_PASSWORD_FILE", "secret-of-mine"),
    ("ADMIN_TOKEN_FILE", "secret-of-mine"),
    ("MONGODB_URI", "mongodb://user:secret-of-mine@localhost/x\n"),
    ("BIND", "\x1b[31mred"),
]
SECRET = {"ADMIN_TOKEN", "MONGODB_URI"}


def refused(tmp_path: Path, *arguments: str, **settings: str | bytes) -> str:
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
def test_a_wrong_variable(tmp_path: Path, variable: str, value: str | bytes) -> None:
    line = refused(tmp_path, **{variable: value})
    assert variable in line
    assert "want" in line
    assert "secret-of-mine" not in line
    shown = isinstance(value, str) and variable not in SECRET and "secret-of-mine" not in value
    if shown and value and value.isprintable() and len(value) < 60:
        assert value in line


@pytest.mark.parametrize(("variable", "value"), [wrong for wrong in WRONG if isinstance(wrong[1], str)])
def test_a_wrong_flag(tmp_path: Path, variable: str, value: str) -> None:
    flag = "--" + variable.lower().replace("_", "-")
    line = refused(tmp_path, f"{flag}={value}")
    assert variable in line or flag in line
    assert "secret-of-mine" not in line


BLANKS = {"\n": "line end", "\r\n": "line end", " ": "space", "\t": "tab"}
RIGHT = {"PORT": "0", "BIND": "127.0.0.1", "ENVIRONMENT": "dev", "INSTANCE": "a", "REDIS_HOST": "a", "LOG_LEVEL": "info",
         "ADMIN_TOKEN": "secret-of-mine", "WORKERS": "1", "IDLE_TIMEOUT": "1", "DATA_DIR": "/tmp/secret-of-mine"}  # fmt: skip


@pytest.mark.parametrize("variable", RIGHT)
def test_blanks_around_a_value_are_named(tmp_path: Path, variable: str) -> None:
    for blank, name in BLANKS.items():
        line = refused(tmp_path, **{variable: RIGHT[variable] + blank})
        assert line.startswith(f"demo-app: {variable}: got ")
        assert f"ends with a {name}" in line
        assert variable == "DATA_DIR" or "secret-of-mine" not in line
    flag = "--" + variable.lower().replace("_", "-")
    assert "begins with a space" in refused(tmp_path, f"{flag}= {RIGHT[variable]}")


def test_usual_spellings_are_taken(start_server) -> None:
    server = start_server(BIND="localhost", LOG_LEVEL="WARN", LOG_FORMAT="JSON", CACHE_MIB="8MiB", DRAIN_DELAY="0s")
    assert server.get("/livez").status == 200
    assert '"level":"info"' not in server.log()


def test_a_variable_that_is_not_read_is_named_with_the_right_one(start_server) -> None:
    wrong = {"MONGO_URI": "MONGODB_URI", "LOGLEVEL": "LOG_LEVEL", "REDIS_URL": "REDIS_HOST", "DATADIR": "DATA_DIR"}
    server = start_server(**dict.fromkeys(wrong, "secret-of-mine"))
    lines = [line for line in server.log().splitlines() if "is not read" in line]
    assert len(lines) == len(wrong)
    for variable, meant in wrong.items():
        assert any(f'"{variable}"' in line and f'"{meant}"' in line for line in lines)
    assert "secret-of-mine" not in server.log()


def test_a_command_names_them_on_one_line_each(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path / "data"), "MONGO_URL": "secret-of-mine", "REDIS_URL": "secret-of-mine"}
    result = run("migrate", settings=settings)
    assert result.returncode == 0
    assert "MONGO_URL" in result.stderr
    assert "MONGODB_URI" in result.stderr
    assert "REDIS_URL" not in result.stderr, "this command reads nothing of Redis"
    assert result.stderr.count("\n") == 1


def test_what_kubernetes_sets_for_its_services_is_no_slip(start_server) -> None:
    services = {}
    for name, port in (("REDIS", 6379), ("DEMO_APP", 80), ("MONGO", 27017), ("HTTP", 80), ("KUBERNETES", 443)):
        address = f"tcp://10.0.0.1:{port}"
        services |= {f"{name}_SERVICE_HOST": "10.0.0.1", f"{name}_SERVICE_PORT": str(port), f"{name}_PORT": address,
                     f"{name}_PORT_{port}_TCP": address, f"{name}_PORT_{port}_TCP_ADDR": "10.0.0.1"}  # fmt: skip
    assert "is not read" not in start_server(**services).log()


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
    file.write_text("secret of mine\n\n")
    line = refused(tmp_path, REDIS_HOST="a", REDIS_PASSWORD_FILE=str(file))
    assert "REDIS_PASSWORD_FILE" in line
    assert "secret of mine" not in line


def test_an_address_that_this_machine_does_not_have(tmp_path: Path) -> None:
    result = run("serve", settings={"PORT": "0", "DATA_DIR": str(tmp_path), "BIND": "203.0.113.9", "LOG_LEVEL": "off"})
    assert result.returncode == 2, result
    assert result.stderr.startswith('demo-app: BIND: got "203.0.113.9", wants an address of this machine')


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
