"""The store's files are removed or replaced while it serves: writes 503 and unready, with a sentence; well when they are back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.deadline import wait_until
from harness.expect import ok, problem
from harness.server import Server

ADA = {"name": "Ada", "email": "ada@example.org", "country": "UK"}
FILES = ["demo.lock", "demo.db", "demo.db-wal", "demo.db-shm"]


def expect_refused(server: Server) -> None:
    answer = server.post("/api/users", ADA, idempotency_key="refused")
    problem(answer, 503)
    assert "was moved, removed or replaced" in answer.json()["detail"]
    wait_until(lambda: server.get("/readyz").status == 503, "unready")
    assert b"was moved, removed or replaced" in server.get("/readyz").body
    assert server.get("/livez").status == 200


def expect_well(server: Server) -> None:
    wait_until(lambda: server.get("/readyz").status == 200, "ready again")
    ok(server.post("/api/users", ADA, idempotency_key="well"), 201)


def remove_all(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def test_everything_removed(sample_server: Server) -> None:
    ok(sample_server.get("/api/users/user_1"))
    remove_all(sample_server.data_dir)
    expect_refused(sample_server)
    assert ok(sample_server.get("/api/users/user_2"))["name"] == "Bob Martin", "reads go on"


def test_the_second_process_gets_a_folder_of_its_own(
    sample_server: Server, start_server: Callable[..., Server]
) -> None:
    """One cannot keep it out of an empty folder, but what is acknowledged is in the file that is there."""
    remove_all(sample_server.data_dir)
    second = start_server(DATA_DIR=str(sample_server.data_dir))
    user = ok(second.post("/api/users", ADA), 201)
    expect_refused(sample_server)
    assert sample_server.stop() == 0
    assert sorted(path.name for path in sample_server.data_dir.iterdir()) == sorted(FILES)
    second.kill()
    second.start()
    assert ok(second.get(f"/api/users/{user['user_id']}"))["name"] == "Ada"


@pytest.mark.parametrize("name", FILES)
def test_one_file_moved_and_back(sample_server: Server, tmp_path: Path, name: str) -> None:
    file = sample_server.data_dir / name
    file.rename(tmp_path / name)
    expect_refused(sample_server)
    shutil.copy(tmp_path / name, file)  # the same bytes are not the same file
    expect_refused(sample_server)
    (tmp_path / name).rename(file)
    expect_well(sample_server)


def test_the_folder_moved_replaced_and_back(sample_server: Server, tmp_path: Path) -> None:
    folder = sample_server.data_dir
    folder.rename(tmp_path / "away")
    expect_refused(sample_server)
    shutil.copytree(tmp_path / "away", folder)
    expect_refused(sample_server)
    shutil.rmtree(folder)
    (tmp_path / "away").rename(folder)
    expect_well(sample_server)
