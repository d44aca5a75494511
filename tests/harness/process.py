"""What the kernel says about a process."""

import os
import resource
import stat
from pathlib import Path


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def sockets(pid: int) -> int:
    """Of its descriptors; the others may grow by a file that is opened when first needed."""
    return sum(is_socket(entry) for entry in Path(f"/proc/{pid}/fd").iterdir())


def is_socket(descriptor: Path) -> bool:
    try:
        return stat.S_ISSOCK(descriptor.stat().st_mode)
    except FileNotFoundError:  # closed since it was listed
        return False


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def allow_descriptors(count: int, pid: int = 0) -> None:
    """Sets the soft limit of `pid` (0: this process)."""
    hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(count, hard), hard))
