"""Requests that arrive together: the server is held while they are sent, so that the sender's own pace does not count."""

import re
import socket
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

from suite.process import Server

DEADLINE = 30  # seconds for an answer


@dataclass
class Burst:
    """What a burst was answered with."""

    answers: Counter = field(default_factory=Counter)  # by status and by what Cache-Status says
    # What the store was sent, after the receipts of all answers: of what several share, each counts its part.
    commands: float = 0


def send_together(server: Server, paths: list[str]) -> Burst:
    """One request on a connection of its own for each path."""
    burst = Burst()
    with ExitStack() as stack:
        address = ("127.0.0.1", server.port)
        sockets = [stack.enter_context(socket.create_connection(address, timeout=DEADLINE)) for _ in paths]
        server.pause()
        try:
            for connection, path in zip(sockets, paths, strict=True):
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        finally:
            server.resume()
        for connection in sockets:
            _note(burst, _head_of_answer(connection))
    return burst


def _head_of_answer(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        some = connection.recv(65536)
        if not some:
            raise RuntimeError("a connection of the burst ended without an answer")
        received += some
    return received.partition(b"\r\n\r\n")[0].decode()


def _note(burst: Burst, head: str) -> None:
    status = head.split(" ", 2)[1]
    how = re.search(r"^Cache-Status: demo-app; (hit|fwd=miss; collapsed|fwd=miss)", head, re.MULTILINE)
    burst.answers[f"{status} {how[1] if how else ''}"] += 1
    # Those that shared one read show the receipt of the one that made it.
    commands = re.search(
        r'^Server-Timing:.*store;[^,]*desc="(\d+) commands?(?: [a-z]{5,})?(?: for (\d+))?', head, re.MULTILINE
    )
    if commands and how and how[1] == "fwd=miss":
        burst.commands += int(commands[1]) / int(commands[2] or 1)
