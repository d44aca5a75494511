"""A gate before a server: a TCP proxy that a test opens, slows, cuts or closes, also for connections that are open."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Way:
    """What happens to bytes: how long they wait, whether they arrive at all, after how many of a reply all ends."""

    refuses: bool = False  # New connections are reset, open ones ended.
    silent: bool = False  # Nothing arrives any more, in either direction, and nobody is told.
    delay: float = 0  # Seconds that each piece of a reply waits.
    cut_after: int | None = None  # A reply's bytes that still arrive; then the connection is reset.
    garbage: bytes | None = None  # What the client gets in place of each piece of a reply.


OPEN = Way()
REFUSED = Way(refuses=True)
SILENT = Way(silent=True)


class Gate:
    """Listens on `port` of `host` and leads to `target` of 127.0.0.1, as `way` says.

    A server that tells its clients its own address sends them past a gate: in its replies that address is replaced by
    the gate's, which has to be as long, as that of 127.0.0.2 with the same port is.
    """

    def __init__(self, target: int, port: int = 0, host: str = "127.0.0.1") -> None:
        self._target = target
        self._way = OPEN
        self._changed: asyncio.Event
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._listening = socket.create_server((host, port))
        self.port: int = self._listening.getsockname()[1]
        self.address = f"{host}:{self.port}"
        self._names = (f"127.0.0.1:{target}".encode(), self.address.encode())
        self.connections = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def set(self, way: Way) -> None:
        self._call(lambda: self._set(way))

    def close(self) -> None:
        self._call(self._cut_all)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def __enter__(self) -> "Gate":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, action: Callable[[], None]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (action(), done.set()))
        assert done.wait(5), "the gate hangs"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._changed = asyncio.Event()
        server = self._loop.run_until_complete(asyncio.start_server(self._lead, sock=self._listening))
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _set(self, way: Way) -> None:
        self._way = way
        self._changed.set()
        self._changed = asyncio.Event()
        if way.refuses:
            self._cut_all()

    def _cut_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _lead(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if self._way.refuses:
            _reset(client)
            return
        self.connections += 1
        try:
            server_reader, server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _reset(client)
            return
        pair = {client, server}
        self._open |= pair
        tasks = [
            asyncio.create_task(self._carry(client_reader, server, reply=False)),
            asyncio.create_task(self._carry(server_reader, client, reply=True)),
        ]
        with contextlib.suppress(OSError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for writer in pair:
            _reset(writer) if self._way.refuses or self._way.cut_after is not None else writer.close()
        self._open -= pair

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, reply: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                while self._way.silent:
                    await self._changed.wait()
                way = self._way
                if reply and len(self._names[0]) == len(self._names[1]):
                    data = data.replace(*self._names)
                if reply and way.delay:
                    await asyncio.sleep(way.delay)
                if reply and way.cut_after is not None:
                    writer.write(data[: way.cut_after])
                    await writer.drain()
                    return
                writer.write(way.garbage if reply and way.garbage is not None else data)
                await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection the hard way, as a machine that restarts does."""
    with contextlib.suppress(OSError):
        raw = writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    if writer.transport is not None:
        writer.transport.abort()
