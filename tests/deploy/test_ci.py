""".ci/run: what fails is a failure, and only time that is gone lets the end-to-end tests be left out."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from harness.server import ROOT

MAKE = """#!/usr/bin/env bash
echo "$1" >>"$ASKED"
case $1 in
  kubernetes-binaries) exit "$BINARIES" ;;
  e2e) exit "$E2E" ;;
  test) exit "$TEST" ;;
esac
"""


def run(folder: Path, **statuses: str) -> tuple[int, str, list[str]]:
    (folder / "checkout/.ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci/run", folder / "checkout/.ci/run")
    subprocess.run(["git", "init", "--quiet", folder / "checkout"], check=True)
    (folder / "checkout/.git/info/exclude").write_text("*\n")
    (folder / "make").write_text(MAKE)
    (folder / "make").chmod(0o755)
    settings = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "ASKED": str(folder / "asked")}
    settings |= {"BINARIES": "0", "E2E": "0", "TEST": "0"} | statuses
    done = subprocess.run(
        [folder / "checkout/.ci/run"],
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, (folder / "asked").read_text().split()


@pytest.mark.parametrize(
    ("statuses", "status", "line"),
    [
        ({}, 0, "e2e      ok"),
        ({"TEST": "2"}, 1, "test     FAILED"),
        ({"E2E": "2"}, 1, "e2e      FAILED"),
        ({"BINARIES": "124"}, 0, "e2e      left out"),
        ({"BINARIES": "2"}, 1, "e2e      FAILED: its Kubernetes could not be built"),
    ],
)
def test_what_fails_is_a_failure(tmp_path: Path, statuses: dict[str, str], status: int, line: str) -> None:
    found, said, asked = run(tmp_path, **statuses)
    assert (found, line in said) == (status, True), said
    assert "cluster-down" not in asked


def test_a_cluster_that_outlived_its_time_is_taken_away(tmp_path: Path) -> None:
    status, _, asked = run(tmp_path, E2E="124")
    assert (status, asked[-1]) == (1, "cluster-down")
