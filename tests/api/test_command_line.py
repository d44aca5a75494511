"""The commands, their help and their exit status."""

import re
import socket
import threading

import pytest
from harness.expect import ok
from harness.mongo import free_port
from harness.server import ROOT, Server, run

GUIDE = (ROOT / "docs/guide.md").read_text()
SETTINGS_OF_THE_GUIDE = "\n".join(
    line for line in GUIDE.partition("## Settings")[2].partition("\n## ")[0].splitlines() if line.startswith("| `")
)
# The first two columns of a row name variables; other words in capitals there are none.
SETTINGS_OF_THE_GUIDE = re.sub(r"^(\|[^|]*\|[^|]*\|).*$", r"\1", SETTINGS_OF_THE_GUIDE, flags=re.MULTILINE)

ADDRESS = {"--port", "--bind"}
MONGODB = {"--mongodb-uri", "--mongodb-password-file"}
STORE = {"--data-dir"} | MONGODB
CLUSTER = {"--topology", "--format"}
# Each command with all that it takes; serve takes every setting of the guide.
OPTIONS = {
    "serve": {"--" + name.lower().replace("_", "-") for name in re.findall(r"`([A-Z_]+)`", SETTINGS_OF_THE_GUIDE)},
    "healthcheck": ADDRESS,
    "load": {"--users", "--orders", "--seed"} | STORE,
    "migrate": STORE,
    "cluster apply": CLUSTER | {"--dry-run", "--deadline"},
    "cluster status": CLUSTER | {"--watch"} | MONGODB,
    "version": set(),
}


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), *((*name.split(), "--help") for name in OPTIONS)])
def test_help(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 0, result
    assert "demo-app" in result.stdout
    assert result.stderr == ""


def test_the_help_names_every_command() -> None:
    overview = run("--help").stdout
    assert all(re.search(rf"^  {name} ", overview, re.MULTILINE) for name in OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_command_shows_its_own_options_and_no_others(name: str) -> None:
    text = run(*name.split(), "--help").stdout
    assert set(re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE)) == OPTIONS[name]
    if OPTIONS[name]:
        example = re.search(rf"^Example: demo-app {name} (.+)$", text, re.MULTILINE)
        assert example is not None, text
        assert set(re.findall(r"--[a-z-]+", example[1])) <= OPTIONS[name]
    for option, described in re.findall(r"^  (--[a-z-]+)(?: [^\n]+)?\n      (.+)$", text, re.MULTILINE):
        switch = option in ("--watch", "--dry-run")
        assert switch or re.search("default: .|has to be given", described), described


def test_each_default_is_the_guides() -> None:
    text = run("serve", "--help").stdout
    for row in SETTINGS_OF_THE_GUIDE.splitlines():
        names, usual = (cell.strip().replace("`", "") for cell in row.split("|")[1:3])
        first = names.split(",")[0].split(" or ")[0]
        described = re.search(rf"^.*; {first} in the environment; default: (.+)$", text, re.MULTILINE)
        assert described is not None, first
        assert described[1] == usual.split(", ")[0] or described[1] == usual, first


@pytest.mark.parametrize("arguments", [("refresh", "--help"), ("refresh",), ("dance", "-h"), ("--help", "dance"), ("cluster",),
                                       ("cluster", "dance", "--help"), ("serve", "surplus", "--help")])  # fmt: skip
def test_what_is_no_command_is_told_what_there_is(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert "cluster" not in arguments or "status" in result.stderr
    assert "refresh" not in arguments or "migrate" in result.stderr


@pytest.mark.parametrize("arguments", [("dance",), ("version", "x"), ("healthcheck", "--nonsense"), ("load", "--users=-1"),
                                       ("load", "--users=many"), ("load", "--orders"), ("load", "x"), ("--nonsense",),
                                       ("load", "--users=1"), ("load", "--users=1", "--orders=1", "--seed=-1"),
                                       ("load", "--users=1e3", "--orders=1"), ("load", "--users=0x10", "--orders=1"),
                                       ("load", "--users=", "--orders=1"), ("load", "--users=1", "--orders=1", "--seed=18446744073709551616"),
                                       ("load", "--users=1", "--users=1", "--orders=1"), ("cluster", "apply", "--deadline=0"),
                                       ("cluster", "apply", "--dry-run=yes"), ("cluster", "status", "--format=xml"),
                                       ("cluster", "status", "--topology="), ("serve", "--"), ("serve", "-"), ("--port",),
                                       ("--port", "--bind=::1"), ("",)])  # fmt: skip
def test_wrong_usage_is_status_2_and_one_line(arguments: tuple[str, ...], tmp_path) -> None:
    result = run(*arguments, settings={"DATA_DIR": str(tmp_path / "data")})
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.strip()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [("--admin-tokn=secret-of-mine",), ("--admin-token", "long-enough", "secret-of-mine"),
                                       ("--admin-token=short", "--mongodb-uri", "secret-of-mine"), ("--mongodb-uri=secret-of-mine",),
                                       ("--redis-password-file", "secret-of-mine"), ("--admin-token-file", "secret-of-mine")])  # fmt: skip
def test_a_secret_of_the_command_line_is_not_shown(arguments: tuple[str, ...]) -> None:
    result = run("serve", *arguments)
    assert result.returncode == 2, result
    assert "secret-of-mine" not in result.stderr


@pytest.mark.parametrize("argument", ["version", "--version"])
def test_version(argument: str) -> None:
    result = run(argument)
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


def healthcheck_of(port: int) -> str:
    """The one line of a healthcheck that fails."""
    result = run("healthcheck", settings={"PORT": str(port)})
    assert result.returncode == 1, result
    assert result.stderr.count("\n") == 1, result.stderr
    assert f"127.0.0.1:{port}" in result.stderr
    return result.stderr


def test_healthcheck_says_what_is_true() -> None:
    assert "nothing listens" in healthcheck_of(free_port())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        # Connections are made, and nothing is ever read or answered.
        assert "no answer" in healthcheck_of(silent.getsockname()[1])
        assert "within 2 s" in healthcheck_of(silent.getsockname()[1])


@pytest.mark.parametrize(("answer", "said"), [(b"", "without an answer"), (b"HTTP/1.1 503 x\r\n\r\n", "HTTP/1.1 503"),
                                              (b"SSH-2.0-\x1b[31m", "SSH-2.0-")])  # fmt: skip
def test_healthcheck_of_something_else(answer: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        served = threading.Thread(target=serve)
        served.start()
        line = healthcheck_of(listener.getsockname()[1])
        served.join()
    assert said in line
    assert "\x1b" not in line


def test_healthcheck_with_a_wrong_port() -> None:
    for port in ("x", "0"):
        result = run("healthcheck", settings={"PORT": port})
        assert result.returncode == 2
        assert result.stderr.startswith("demo-app: PORT: got ")


def test_a_command_reads_its_own_settings_only() -> None:
    assert run("healthcheck", settings={"PORT": str(free_port()), "WORKERS": "x"}).returncode == 1
    assert run("version", settings={"PORT": "x"}).returncode == 0


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
