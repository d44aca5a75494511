"""Clients that make a server hold much for little, as a process of their own: they send what the socket takes, and never
read. `python amplifier.py PORT CONNECTIONS PAYLOAD...` sends the files' bytes, in turns; it ends when its input does."""

import contextlib
import resource
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

RECEIVE_BUFFER = 4096
OPENED_A_SECOND = 500  # What the server closes is opened again, at most this often.


class Amplifiers:
    def __init__(self, port: int, payloads: list[bytes]) -> None:
        self.port = port
        self.payloads = payloads
        self.epoll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.unsent: dict[int, memoryview] = {}
        self.opened = 0

    def open_one(self) -> None:
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", self.port))
        self.sockets[one.fileno()] = one
        self.unsent[one.fileno()] = memoryview(self.payloads[self.opened % len(self.payloads)])
        self.epoll.register(one, select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET)
        self.opened += 1

    def close_one(self, number: int) -> None:
        self.epoll.unregister(number)
        self.sockets.pop(number).close()

    def serve(self, number: int, events: int) -> None:
        if events & ~select.EPOLLOUT:
            return self.close_one(number)
        try:
            while self.unsent[number]:
                sent = self.sockets[number].send(self.unsent[number][: 64 * 1024])
                self.unsent[number] = self.unsent[number][sent:]
        except BlockingIOError:
            return None
        except OSError:
            return self.close_one(number)

    def run(self, connections: int) -> None:
        started = time.monotonic()
        self.epoll.register(sys.stdin, select.EPOLLIN)
        while True:
            for number, events in self.epoll.poll(0.01):
                if number == sys.stdin.fileno():
                    return
                self.serve(number, events)
            due = int((time.monotonic() - started) * OPENED_A_SECOND)
            while len(self.sockets) < connections and self.opened < due:
                self.open_one()


@contextlib.contextmanager
def amplifiers(port: int, connections: int, payloads: list[bytes], folder: Path) -> Iterator[None]:
    files = []
    for number, payload in enumerate(payloads):
        files.append(folder / f"payload-{number}")
        files[-1].write_bytes(payload)
    command = [sys.executable, __file__, str(port), str(connections), *map(str, files)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            ended_early = process.poll()
            process.stdin.close()
    assert ended_early is None, "the amplifiers ended early"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    Amplifiers(int(sys.argv[1]), [Path(name).read_bytes() for name in sys.argv[3:]]).run(int(sys.argv[2]))
