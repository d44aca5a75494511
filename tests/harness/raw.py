"""Exact bytes over a socket, for what no HTTP library would send."""

import socket
from dataclasses import dataclass

from harness.deadline import DEADLINE


@dataclass(frozen=True)
class RawAnswer:
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        values = [value for other, value in self.headers if other.lower() == name.lower()]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else ""


class RawConnection:
    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection((host, port), timeout=DEADLINE)
        self._buffer = b""

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> "RawConnection":
        self.socket.sendall(data)
        return self

    def finish_sending(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def _receive(self) -> bool:
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self._buffer += data
        return bool(data)

    def read_head(self) -> RawAnswer:
        """The next answer's status line and headers, with no body."""
        while b"\r\n\r\n" not in self._buffer:
            assert self._receive(), f"closed in the head, after {self._buffer!r}"
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        version, status, reason = lines[0].split(" ", 2)
        assert version == "HTTP/1.1", lines[0]
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        return RawAnswer(int(status), reason, headers, b"")

    def read_answer(self, method: str = "GET") -> RawAnswer:
        answer = self.read_head()
        if method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            return answer
        length = int(answer.header("Content-Length"))
        while len(self._buffer) < length:
            assert self._receive(), f"closed in the body, after {len(self._buffer)} of {length} bytes"
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return RawAnswer(answer.status, answer.reason, answer.headers, body)

    def read_until(self, text: bytes) -> bytes:
        """What comes until `text` has."""
        while text not in self._buffer:
            assert self._receive(), f"closed before {text!r}, after {self._buffer!r}"
        found, _, self._buffer = self._buffer.partition(text)
        return found + text

    def read_to_end(self) -> bytes:
        """Everything until the server closes."""
        while self._receive():
            pass
        rest, self._buffer = self._buffer, b""
        return rest

    def is_closed(self) -> bool:
        """Waits for the server to close, and fails where more bytes come instead."""
        return self.read_to_end() == b""


def exchange(port: int, data: bytes, method: str = "GET") -> RawAnswer:
    with RawConnection(port) as connection:
        return connection.send(data).read_answer(method)
