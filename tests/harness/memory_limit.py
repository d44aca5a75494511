"""A real limit on a process' memory: a control group of its own, or where none can be made RLIMIT_AS."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.deadline import wait_until

VERSION_1 = Path("/sys/fs/cgroup/memory")
VERSION_2 = Path("/sys/fs/cgroup")


class MemoryGroup:
    """A control group. What starts with `prefix` in front runs in it."""

    def __init__(self, folder: Path, limit_file: str, bytes_: int) -> None:
        self.folder = folder
        (folder / limit_file).write_text(str(bytes_))
        self.prefix = ("sh", "-c", f'echo $$ >{folder}/cgroup.procs && exec "$@"', "sh")

    def peak(self) -> int:
        """The most it ever held, page cache and the kernel's share included."""
        for name in ("memory.max_usage_in_bytes", "memory.peak"):
            if (self.folder / name).exists():
                return int((self.folder / name).read_text())
        return 0

    def close(self) -> None:
        wait_until(lambda: not (self.folder / "cgroup.procs").read_text(), "the group to be empty")
        self.folder.rmdir()


@contextmanager
def memory_group(bytes_: int) -> Iterator[MemoryGroup | None]:
    """None where this user may make no group, or the memory controller is elsewhere."""
    name = f"demo-app-test-{os.getpid()}-{id(object())}"
    for parent, limit_file in ((VERSION_1, "memory.limit_in_bytes"), (VERSION_2, "memory.max")):
        folder = parent / name
        try:
            folder.mkdir()
        except OSError:
            continue
        if not (folder / limit_file).exists():
            folder.rmdir()
            continue
        group = MemoryGroup(folder, limit_file, bytes_)
        try:
            yield group
        finally:
            group.close()
        return
    yield None


def status_bytes(pid: int, field: str) -> int:
    """VmSize, RssAnon and so on of /proc/PID/status."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no {field}")


def limit_address_space(pid: int, resident: int) -> None:
    """Lets a running process grow to about `resident` bytes: what it maps and does not use counts, too."""
    size = status_bytes(pid, "VmSize") - status_bytes(pid, "VmRSS") + resident
    resource.prlimit(pid, resource.RLIMIT_AS, (size, size))
