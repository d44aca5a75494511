"""What a test does to a server from outside: a wall clock and a disk that do what it says (tests/chaos/faults.c, preloaded), and
a store that falls silent."""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from harness.server import Server

LAYOUT = struct.Struct("=qiiiiii")


@dataclass(frozen=True)
class Faults:
    """What tests/chaos/faults.c does; nothing, as it stands."""

    clock_shift: int = 0
    write_errno: int = 0
    sync_errno: int = 0
    sync_milliseconds: int = 0
    lock_errno: int = 0
    threads: int = 0
    resolver_hangs: int = 0

    def packed(self) -> bytes:
        return LAYOUT.pack(*astuple(self))


class FaultyServer:
    """A server whose wall clock and disk do what the test says, from one moment to the next."""

    def __init__(self, server: Server, control: Path) -> None:
        self.server = server
        self._control = control

    def inject(self, **faults: int) -> None:
        with self._control.open("r+b") as file:  # in place: the server has it mapped
            file.write(Faults(**faults).packed())

    def heal(self) -> None:
        self.inject()


# SQLite takes its locks for readers and writers in these bytes of the file beside a WAL (sqlite.org/walformat.html, 2.3).
FIRST_LOCK, LOCKS = 120, 8


@contextmanager
def silent_store(server: Server) -> Iterator[None]:
    """The embedded store answers nobody meanwhile: another process has all of its locks."""
    (index,) = server.data_dir.glob("*-shm")
    descriptor = os.open(index, os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX, LOCKS, FIRST_LOCK)
        yield
    finally:
        os.close(descriptor)
