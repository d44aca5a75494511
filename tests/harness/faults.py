"""A server on a wall clock and a disk that do what the test says (tests/chaos/faults.c, preloaded)."""

import struct
from dataclasses import astuple, dataclass
from pathlib import Path

from harness.server import Server

LAYOUT = struct.Struct("=qiiiiixxxx")


@dataclass(frozen=True)
class Faults:
    """What tests/chaos/faults.c does; nothing, as it stands."""

    clock_shift: int = 0
    write_errno: int = 0
    sync_errno: int = 0
    sync_milliseconds: int = 0
    lock_errno: int = 0
    threads: int = 0

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
