"""Servers that speak MongoDB's protocol and answer what a test tells them to: for states that no real one holds still."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

import bson

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
Answer = Callable[[str, dict], dict]


class WireServer:
    """Listens on a free port of loopback. `answer` gets each command's name and text, on a thread of its connection."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while len(header := self._read(stream, 16)) == 16:
                length, request, _, code = struct.unpack("<iiii", header)
                body = self._read(stream, length - 16)
                if len(body) < length - 16:
                    return
                try:
                    connection.sendall(self._reply(request, code, body))
                except OSError:
                    return

    @staticmethod
    def _read(stream, size: int) -> bytes:
        try:
            return stream.read(size)
        except OSError:
            return b""

    def _reply(self, request: int, code: int, body: bytes) -> bytes:
        if code == OP_QUERY:
            start = body.index(b"\0", 4) + 9
            command = bson.decode(body[start : start + struct.unpack_from("<i", body, start)[0]])
            document = bson.encode(self._answer(next(iter(command)), command))
            return self._message(request, OP_REPLY, struct.pack("<iqii", 8, 0, 0, 1) + document)
        command = bson.decode(body[5 : 5 + struct.unpack_from("<i", body, 5)[0]])
        document = bson.encode(self._answer(next(iter(command)), command))
        return self._message(request, OP_MSG, struct.pack("<IB", 0, 0) + document)

    @staticmethod
    def _message(request: int, code: int, body: bytes) -> bytes:
        return struct.pack("<iiii", 16 + len(body), 1, request, code) + body

    def close(self) -> None:
        """As a process that was killed: nobody listens, and every connection ends."""
        for end in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def batch(name: str, documents: list[dict]) -> dict:
    """A cursor's only batch."""
    return {"cursor": {"id": bson.Int64(0), "ns": name, "firstBatch": documents}, "ok": 1.0}
