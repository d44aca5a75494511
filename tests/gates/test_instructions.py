"""A cached answer takes as many instructions as instructions.json says for this compiler, 2 % more or less.

Fewer is as much a finding as more: the committed figure is to be lowered then. `make gates-update` writes what was
counted into instructions.json.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cached_reads import fill, per_request, read
from instructions import CountedServer, toolchain

COMMITTED = Path(__file__).parent / "instructions.json"
TOLERANCE = 0.02


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountedServer]:
    server = CountedServer(tmp_path_factory.mktemp("callgrind"))
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def paths(server: CountedServer) -> dict[str, str]:
    return fill(server)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["list", "user"])
def test_cached_read_takes_the_committed_instructions(
    server: CountedServer, paths: dict[str, str], tmp_path: Path, which: str
) -> None:
    known = json.loads(COMMITTED.read_text())
    update = bool(os.environ.get("UPDATE_INSTRUCTIONS"))
    if toolchain() not in known and not update:
        pytest.skip(f"instructions.json has no figure for {toolchain()}; make gates-update adds it")
    path = paths[which]
    # One connection: how many requests a wake-up finds ready would change the count.
    read(server, path, 200, 1, tmp_path)

    def instructions(requests: int) -> int:
        server.forget()
        read(server, path, requests, 1, tmp_path)
        return server.instructions()

    counted = round(per_request(instructions, 1000))
    print(f"cached {which}: {counted} instructions a request")
    if update:
        known.setdefault(toolchain(), {})[which] = counted
        COMMITTED.write_text(json.dumps(known, indent=2) + "\n")
        return
    committed = known[toolchain()][which]
    assert abs(counted / committed - 1) <= TOLERANCE, (
        f"{counted} instructions a request instead of {committed}: if that is meant, make gates-update"
    )
