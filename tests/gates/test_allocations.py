"""A cached answer is ready bytes: sending it allocates nothing."""

import struct
import subprocess
from pathlib import Path

import pytest
from cached_reads import fill, per_request, read

# What the background (health checks, live numbers) allocates in the same time, spread over 20 000 requests.
BACKGROUND = 0.02


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("counter") / "allocation_counter.so"
    source = Path(__file__).parent / "allocation_counter.c"
    subprocess.run(
        ["cc", "-std=gnu17", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", source, "-o", library], check=True
    )
    return library


@pytest.mark.parametrize("log_level", ["warning", "info"])
@pytest.mark.parametrize("which", ["list", "user"])
def test_cached_read_allocates_nothing(start_server, tmp_path: Path, counter: Path, which: str, log_level: str) -> None:
    count_file = tmp_path / "count"
    count_file.write_bytes(bytes(8))
    server = start_server(LOOPS="1", LOG_LEVEL=log_level, LD_PRELOAD=str(counter), ALLOCATION_COUNT=str(count_file))
    path = fill(server)[which]
    read(server, path, 1000, 16, tmp_path)

    def allocations(requests: int) -> int:
        before = struct.unpack("=Q", count_file.read_bytes())[0]
        read(server, path, requests, 16, tmp_path)
        return struct.unpack("=Q", count_file.read_bytes())[0] - before

    assert struct.unpack("=Q", count_file.read_bytes())[0] > 100, "nothing is counted"
    each = per_request(allocations, 20_000)
    print(f"cached {which}, log level {log_level}: {each:.4f} allocations a request")
    assert each < BACKGROUND
