"""Runs the load driver beside the server and reads what it saw."""

import itertools
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from suite import places
from suite.process import DRIVER_CORES, Server

_keys = itertools.count(1)


@dataclass(frozen=True)
class Load:
    """One kind of requests: lines of "GET /path" or "POST /path {json}", sent in turn over `connections`."""

    plan: Path
    connections: int = 64


@dataclass
class Seen:
    """What one load did: to the client, and to the server's processor time."""

    answers: dict[str, int]
    rate: float  # accepted answers a second
    cpu: float  # the server's processor seconds for 1 000 answers
    latency_us: dict
    rejected_us: dict
    lost: int  # broken, never sent or unanswered

    @property
    def accepted(self) -> int:
        return sum(count for status, count in self.answers.items() if int(status) < 400)


def start(server: Server, load: Load, *, seconds: float, rate: float = 0, requests: int = 0, cores: str = DRIVER_CORES):
    return subprocess.Popen(
        ["taskset", "-c", cores, places.DRIVER, "--port", str(server.port), "--plan", load.plan]
        + ["--connections", str(load.connections), "--seconds", str(seconds), "--rate", str(rate)]
        + ["--requests", str(requests)]
        + ["--key-prefix", f"bench-{next(_keys)}-"],
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process) -> dict:
    output, _ = process.communicate(timeout=120)
    if process.returncode != 0:
        raise RuntimeError("the load driver failed")
    return json.loads(output)


def send_all(server: Server, load: Load) -> None:
    """Each request of the plan once."""
    finish(start(server, load, seconds=100, requests=len(load.plan.read_text().splitlines())))


def drive(server: Server, load: Load, *, seconds: float, rate: float = 0, allow_refusals: bool = False) -> Seen:
    """Loads `server` and returns what was seen. Any answer but 2xx is an error unless refusals are expected."""
    before = server.cpu_seconds()
    raw = finish(start(server, load, seconds=seconds, rate=rate))
    used = server.cpu_seconds() - before
    seen = summarise(raw, used)
    refused = sum(seen.answers.values()) - seen.accepted
    if not allow_refusals and (refused or seen.lost or not seen.accepted):
        raise RuntimeError(f"{load.plan.name} was not answered cleanly: {raw}")
    return seen


def summarise(raw: dict, cpu_seconds: float) -> Seen:
    answers = raw["status"]
    total = sum(answers.values())
    accepted = sum(count for status, count in answers.items() if int(status) < 400)
    return Seen(
        answers=answers,
        rate=accepted / raw["seconds"],
        cpu=cpu_seconds * 1000 / max(total, 1),
        latency_us=raw["latency_us"],
        rejected_us=raw["rejected_us"],
        lost=raw["broken"] + raw["never_sent"] + raw["unanswered"],
    )
