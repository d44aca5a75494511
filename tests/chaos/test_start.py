"""What the machine refuses at the start is said in one line that names what to mend, and no half-started server goes wrong."""

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness.expect import ok
from harness.faults import Faults
from harness.server import Server, run

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="giving files away and changing attributes need root")
NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")

Preload = Callable[..., dict[str, str]]


def expect_refusal(result: subprocess.CompletedProcess[str], *names: str) -> None:
    assert result.returncode == 2, result.stderr
    assert result.stderr.count("\n") == 1
    for name in ("DATA_DIR", *names):
        assert name in result.stderr
    assert "in use" not in result.stderr


@pytest.mark.parametrize("reason", [errno.ENOLCK, errno.EIO, errno.EBADF])
def test_a_lock_that_cannot_be_had_is_not_another_process(preload: Preload, tmp_path: Path, reason: int) -> None:
    settings = {"PORT": "0", "DATA_DIR": str(tmp_path / "data")}
    result = run("serve", settings=settings | preload(Faults(lock_errno=reason)))
    expect_refusal(result, str(tmp_path / "data" / "demo.lock"), os.strerror(reason))


def test_a_lock_that_another_has_is_another_process(server: Server) -> None:
    result = run("serve", settings={"PORT": "0", "DATA_DIR": str(server.data_dir)})
    assert result.returncode == 1
    assert result.stderr == (
        f"demo-app: {server.data_dir} is in use by process {server.pid}; one process at a time can use it\n"
    )


@pytest.fixture
def closed_store(server: Server) -> Path:
    ok(server.post("/api/load-sample-data"))
    server.kill()  # which leaves the log beside the file
    return server.data_dir


@contextmanager
def immutable(path: Path) -> Iterator[None]:
    done = subprocess.run(["chattr", "+i", path], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("this file system knows no chattr +i")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", path], check=True)


@contextmanager
def mounted_read_only(path: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", path, path], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", path], check=True)
        yield
    finally:
        subprocess.run(["umount", path], check=True)


@needs_root
@pytest.mark.parametrize("name", [".", "demo.lock", "demo.db", "demo.db-wal", "demo.db-shm"])
def test_what_root_may_not_write_either(closed_store: Path, name: str) -> None:
    with immutable(closed_store / name):
        result = run("serve", settings={"PORT": "0", "DATA_DIR": str(closed_store)})
    expect_refusal(result, str(closed_store / name if name != "." else closed_store), "not permitted")


@needs_root
def test_a_folder_that_is_mounted_read_only(closed_store: Path) -> None:
    with mounted_read_only(closed_store):
        result = run("serve", settings={"PORT": "0", "DATA_DIR": str(closed_store)})
    expect_refusal(result, str(closed_store), "Read-only file system")


@needs_root
@pytest.mark.parametrize("name", [".", "demo.lock", "demo.db", "demo.db-wal", "demo.db-shm"])
def test_what_belongs_to_another_user(closed_store: Path, name: str) -> None:
    """As when a container ran as root once and does not any more."""
    for parent in closed_store.parents[:-2]:
        parent.chmod(0o755)
    for path in (closed_store, *closed_store.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    os.chown(closed_store / name, 0, 0)
    (closed_store / name).chmod(0o755 if name == "." else 0o644)
    result = run("serve", settings={"PORT": "0", "DATA_DIR": str(closed_store)}, prefix=AS_NOBODY)
    expect_refusal(result, str(closed_store / name if name != "." else closed_store), "Permission denied")


def test_a_thread_that_cannot_begin_ends_the_start_in_order(preload: Preload, tmp_path: Path) -> None:
    for threads in range(1, 100):
        settings = {"LOOPS": "2", "WORKERS": "2", "LOG_LEVEL": "error"}
        server = Server(tmp_path, settings | preload(Faults(threads=threads)))
        try:
            server.start()
        except AssertionError as ended:
            said = str(ended).split("\n", 1)
            assert said[0] == "demo-app ended with status 1:", threads
            server.log_file.unlink()
            assert said[1].count("\n") == 1, (threads, said[1])
        else:
            assert server.stop() == 0
            assert threads > 5
            return
    raise AssertionError("it never has enough threads")
