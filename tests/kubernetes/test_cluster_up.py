"""make cluster-up where it may not start one, and where another one is to be used. (tests/e2e starts real ones.)"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.server import ROOT

PYTHON = "/usr/bin/python3"  # Also another user can run it.
NOBODY = 65534


@pytest.fixture
def scripts() -> Iterator[Path]:
    """A copy that everybody can read, wherever this checkout is."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "scripts", Path(folder) / "scripts")
        Path(folder).chmod(0o755)
        yield Path(folder) / "scripts"


def run(scripts: Path, action: str, **settings: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", **settings}
    who = NOBODY if os.geteuid() == 0 and not settings else None
    command = [PYTHON, scripts / "kubernetes/cluster.py", action]
    return subprocess.run(command, cwd="/", env=variables, capture_output=True, text=True, timeout=60, user=who)


@pytest.mark.parametrize("action", ["up", "down"])
def test_whoever_is_not_root_is_told_so_in_one_line(scripts: Path, action: str) -> None:
    result = run(scripts, action)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (3, "", 1)
    assert "needs root" in result.stderr


def stub(folder: Path, status: int) -> dict[str, str]:
    program = folder / "kubectl"
    program.write_text(f'#!/bin/sh\necho "$KUBECONFIG $*" >>{folder}/asked\necho "what it says" >&2\nexit {status}\n')
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "KUBECONFIG": "/somewhere/else"}


def test_another_cluster_is_used_as_it_is(scripts: Path, tmp_path: Path) -> None:
    settings = stub(tmp_path, status=0)
    result = run(scripts, "up", **settings)
    assert (result.returncode, result.stderr) == (0, "")
    assert "/somewhere/else answers: that cluster is used" in result.stdout
    assert (tmp_path / "asked").read_text() == "/somewhere/else get --raw /readyz\n"
    result = run(scripts, "down", **settings)
    assert (result.returncode, result.stderr) == (0, "")
    assert "nothing to stop" in result.stdout
    assert (tmp_path / "asked").read_text().count("\n") == 1


def test_another_cluster_that_does_not_answer_is_an_error(scripts: Path, tmp_path: Path) -> None:
    result = run(scripts, "up", **stub(tmp_path, status=1))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "what it says" in result.stderr
