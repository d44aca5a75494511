"""The container image holds the program and what it needs, and serves as a nobody on a read-only root."""

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_image import BUILD_DEADLINE, Image, build_image
from harness.deadline import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_DEADLINE + 300)]

USER = 10001
ALLOWED = ("usr/bin/demo-app", "etc/ssl/certs/ca-certificates.crt")
MOST_MIB = 60  # 31 of them are ICU, which MongoDB's driver wants to compare passwords.

# A container in small: a mount namespace of its own, the root read-only, only the data folder writable.
ENTER = """
mount --bind "$1" "$1" && mount --bind "$2" "$1/data" && mount -o remount,ro,bind "$1" || exit 99
root=$1
shift 2
exec chroot --userspec=10001:10001 "$root" "$@"
"""


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with build_image() as image:
        yield image


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(image: Image, data: Path, *arguments: str) -> list[str]:
    return ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(image.root), str(data), *arguments]


def environment(image: Image, **settings: str) -> dict[str, str]:
    return dict(entry.split("=", 1) for entry in image.config["Env"]) | settings


def test_holds_only_the_program_its_libraries_and_certificates(image: Image) -> None:
    files = {path.relative_to(image.root).as_posix(): path for path in image.root.rglob("*") if not path.is_dir()}
    # The build tool leaves mount points for what an engine provides.
    unexpected = {
        name
        for name in files
        if name not in ALLOWED
        and ".so" not in Path(name).name
        and not name.startswith(("dev/", "proc/", "sys/", "run/"))
    }
    assert unexpected == set()
    assert "usr/bin/demo-app" in files
    size = sum(path.lstat().st_size for path in files.values())
    print(f"{len(files)} files, {size / 2**20:.1f} MiB")
    assert size < MOST_MIB * 2**20


def test_says_how_to_run_it(image: Image) -> None:
    config = image.config
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == ["/usr/bin/demo-app"]
    assert config["Cmd"] == ["serve"]
    assert config["ExposedPorts"] == {"5000/tcp": {}}
    assert config["Volumes"] == {"/data": {}}
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "/usr/bin/demo-app", "healthcheck"]
    assert config["Labels"]["org.opencontainers.image.title"] == "demo-app"
    assert (image.root / "data").stat().st_uid == USER


@pytest.fixture
def served(image: Image, tmp_path: Path, free_port: int) -> Iterator[str]:
    """The address of the image's program, started by its own entry point and command."""
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, USER, USER)
    started = [*image.config["Entrypoint"], *image.config["Cmd"]]
    settings = environment(image, PORT=str(free_port), BIND="127.0.0.1")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command(image, data, *started), env=settings, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{free_port}"
    try:
        wait_until(lambda: process.poll() is not None or answers(f"{address}/readyz"), "ready to serve")
        assert process.poll() is None, (tmp_path / "log").read_text()
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, (tmp_path / "log").read_text()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def test_serves_and_stores_as_a_nobody_on_a_read_only_root(image: Image, served: str, tmp_path: Path) -> None:
    with urllib.request.urlopen(urllib.request.Request(f"{served}/api/load-sample-data", method="POST"), timeout=5):
        pass
    with urllib.request.urlopen(f"{served}/api/stats", timeout=5) as answer:
        assert json.load(answer) == {"total_users": 5, "total_orders": 4}
    assert answers(f"{served}/")
    assert {path.stat().st_uid for path in (tmp_path / "data").rglob("*")} == {USER}


def test_healthcheck_tells_whether_it_serves(image: Image, served: str, tmp_path: Path, free_port: int) -> None:
    check = image.config["Healthcheck"]["Test"][1:]
    for port, expected in ((free_port, 0), (1, 1)):
        settings = environment(image, PORT=str(port))
        done = subprocess.run(command(image, tmp_path / "data", *check), env=settings, timeout=30, check=False)
        assert done.returncode == expected
