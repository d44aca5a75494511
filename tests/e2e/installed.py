"""What the end-to-end tests run on."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.kubernetes import Site
from harness.server import ROOT


@dataclass(frozen=True)
class Cluster:
    own: bool  # Made by this project on this machine, so that its nodes may be cut off and killed.
    binaries: Path | None = None


@dataclass(frozen=True)
class Installation:
    dev: Site
    test: Site | None  # Nothing where there is no MongoDB.
    seconds: float  # What start-cluster.sh took.
    said: str

    @property
    def has_mongodb(self) -> bool:
        return self.test is not None


class ScriptFailed(Exception):
    def __init__(self, command: list[str], status: int, said: str) -> None:
        super().__init__(f"{' '.join(command)}: status {status}\n{said[-4000:]}")
        self.status = status
        self.said = said

    def last_line(self) -> str:
        return (self.said.strip().splitlines() or [""])[-1]


def run_script(*command: str | Path, deadline: float) -> str:
    """Runs a command from the top of the project; all that it printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=deadline,
        check=False,
    )
    if done.returncode != 0:
        raise ScriptFailed([str(word) for word in command], done.returncode, done.stdout)
    return done.stdout
