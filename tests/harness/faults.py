"""A server on a wall clock and a disk that do what the test says (tests/chaos/faults.c, preloaded)."""

import struct
from pathlib import Path

from harness.server import Server

LAYOUT = struct.Struct("=qiiixxxx")


class FaultyServer:
    """A server whose wall clock and disk do what the test says, from one moment to the next."""

    NO_FAULTS = bytes(LAYOUT.size)

    def __init__(self, server: Server, control: Path) -> None:
        self.server = server
        self._control = control

    def inject(
        self, clock_shift: int = 0, write_errno: int = 0, sync_errno: int = 0, sync_milliseconds: int = 0
    ) -> None:
        with self._control.open("r+b") as file:  # in place: the server has it mapped
            file.write(LAYOUT.pack(clock_shift, write_errno, sync_errno, sync_milliseconds))

    def heal(self) -> None:
        self.inject()
