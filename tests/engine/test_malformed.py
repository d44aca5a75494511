"""A hundred thousand requests that are none: each is refused, its connection closed, and nothing of it stays behind."""

import random
import socket
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.deadline import DEADLINE, SLOWER, wait_until
from harness.process import resident_bytes, sockets
from harness.raw import exchange
from harness.server import Server

COUNT = int(100_000 / SLOWER)
THREADS = 4
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"

Maker = Callable[[random.Random], bytes]


def word(rng: random.Random, alphabet: str = string.ascii_letters, longest: int = 12) -> bytes:
    return "".join(rng.choices(alphabet, k=rng.randint(1, longest))).encode()


def control(rng: random.Random) -> bytes:
    return bytes([rng.choice([*range(9), *range(11, 13), *range(14, 32), 127])])


def with_fields(*makers: Maker) -> Maker:
    """A sound POST but for these lines."""

    def make(rng: random.Random) -> bytes:
        lines = [b"Host: a", *(maker(rng) for maker in makers)]
        rng.shuffle(lines)
        return b"POST /" + word(rng) + b" HTTP/1.1\r\n" + b"\r\n".join(lines) + b"\r\n\r\n"

    return make


def with_chunks(maker: Maker) -> Maker:
    return lambda rng: b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + maker(rng)


def line(maker: Maker) -> Maker:
    """A sound request but for its first line."""
    return lambda rng: maker(rng) + b"\r\nHost: a\r\n\r\n"


def fixed(text: bytes) -> Maker:
    return lambda _: text


MALFORMED: dict[str, tuple[int, Maker]] = {
    "no version": (400, line(lambda rng: b"GET /" + word(rng))),
    "version 0.9": (505, line(lambda rng: b"GET /" + word(rng) + b" HTTP/0.9")),
    "version 2 to 9": (505, line(lambda rng: b"GET / HTTP/%d.%d" % (rng.randint(2, 9), rng.randint(0, 9)))),
    "version garbage": (400, line(lambda rng: b"GET / " + word(rng))),
    "two spaces": (400, line(lambda rng: b"GET  /" + word(rng) + b" HTTP/1.1")),
    "space in target": (400, line(lambda rng: b"GET /" + word(rng) + b" " + word(rng) + b" HTTP/1.1")),
    "control in target": (400, line(lambda rng: b"GET /" + control(rng) + b" HTTP/1.1")),
    "high byte in target": (400, line(lambda rng: b"GET /" + bytes([rng.randint(128, 255)]) + b" HTTP/1.1")),
    "target no path": (400, line(lambda rng: b"GET " + word(rng) + b" HTTP/1.1")),
    "asterisk": (400, line(lambda rng: rng.choice([b"GET", b"HEAD", b"POST"]) + b" * HTTP/1.1")),
    "address without host": (400, line(lambda rng: b"GET http://?" + word(rng) + b" HTTP/1.1")),
    "foreign scheme": (400, line(lambda rng: b"GET ftp://" + word(rng) + b"/ HTTP/1.1")),
    "user in target": (400, line(lambda rng: b"GET http://" + word(rng) + b"@a/ HTTP/1.1")),
    "method no token": (400, line(lambda rng: word(rng) + rng.choice([b"(", b"@", b"/"]) + b" / HTTP/1.1")),
    "method connect": (501, line(lambda rng: b"CONNECT " + word(rng) + b":80 HTTP/1.1")),
    "method unknown": (501, line(lambda rng: b"X" + word(rng) + b" / HTTP/1.1\r\nConnection: close")),
    "first byte binary": (400, lambda rng: control(rng).replace(b"\r", b"\0") + rng.randbytes(20)),
    "line too long": (414, line(lambda rng: b"GET /" + b"a" * rng.randint(8192, 9000) + b" HTTP/1.1")),
    "bare line feeds": (400, fixed(b"GET / HTTP/1.1\nHost: a\n\n")),
    "bare carriage return": (400, with_fields(lambda rng: b"A: " + word(rng) + b"\r" + word(rng))),
    "no host": (400, lambda rng: b"GET /" + word(rng) + b" HTTP/1.1\r\n\r\n"),
    "empty host": (
        400,
        lambda rng: b"GET /" + word(rng) + b" HTTP/1.1\r\nHost:" + b" " * rng.randint(0, 3) + b"\r\n\r\n",
    ),
    "two hosts": (400, with_fields(lambda rng: b"Host: " + word(rng))),
    "host garbage": (
        400,
        lambda rng: b"GET / HTTP/1.1\r\nHost: " + word(rng) + rng.choice([b"/", b"@", b" "]) + b"b\r\n\r\n",
    ),
    "space before colon": (400, with_fields(lambda rng: word(rng) + b" : b")),
    "folded": (400, lambda rng: b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n " + word(rng) + b"\r\n\r\n"),
    "no colon": (400, with_fields(word)),
    "no name": (400, with_fields(lambda rng: b": " + word(rng))),
    "control in value": (400, with_fields(lambda rng: b"A: " + control(rng))),
    "control in name": (400, with_fields(lambda rng: b"A" + control(rng) + b": b")),
    "too many fields": (431, with_fields(*[lambda rng: b"A: " + word(rng)] * 101)),
    "fields too large": (431, with_fields(lambda rng: b"A: " + b"b" * rng.randint(16_384, 17_000))),
    "length no number": (400, with_fields(lambda rng: b"Content-Length: " + word(rng))),
    "length signed": (400, with_fields(lambda rng: b"Content-Length: " + rng.choice([b"+", b"-"]) + b"5")),
    "length list": (400, with_fields(fixed(b"Content-Length: 5, 5"))),
    "lengths": (400, with_fields(fixed(b"Content-Length: 5"), lambda rng: b"Content-Length: %d" % rng.randint(0, 9))),
    "length overflow": (400, with_fields(lambda rng: b"Content-Length: %d" % rng.randint(2**64, 2**70))),
    "length too large": (413, with_fields(lambda rng: b"Content-Length: %d" % rng.randint(2**20 + 1, 2**64 - 1))),
    "length and chunked": (400, with_fields(fixed(b"Content-Length: 5"), fixed(b"Transfer-Encoding: chunked"))),
    "coding unknown": (400, with_fields(lambda rng: b"Transfer-Encoding: " + word(rng) + b"x")),
    "coding twice": (400, with_fields(fixed(b"Transfer-Encoding: chunked, chunked"))),
    "chunked in 1.0": (400, fixed(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
    "expectation": (417, with_fields(lambda rng: b"Expect: " + word(rng))),
    "chunk no size": (400, with_chunks(lambda rng: b"x" + word(rng) + b"\r\n")),
    "chunk size overflow": (400, with_chunks(lambda rng: word(rng, "123456789abcdef", 1) * 17 + b"\r\n")),
    "chunk too large": (413, with_chunks(lambda rng: b"%x\r\n" % rng.randint(2**20 + 1, 2**64 - 1))),
    "chunk bare line feed": (400, with_chunks(lambda rng: b"%x\n" % rng.randint(1, 99))),
    "chunk longer than said": (400, with_chunks(lambda rng: b"3\r\nabc" + word(rng) + b"\r\n0\r\n\r\n")),
    "chunk extension too large": (400, with_chunks(lambda rng: b"1;" + b"e" * rng.randint(4097, 5000) + b"\r\n")),
    "chunk extension no name": (400, with_chunks(lambda rng: b"%x; \r\n" % rng.randint(1, 99))),
    "chunk extension only value": (400, with_chunks(lambda rng: b"1;=" + word(rng) + b"\r\n")),
    "chunk extension no value": (400, with_chunks(lambda rng: b"1;" + word(rng) + b"=\r\n")),
    "chunk extension open": (400, with_chunks(lambda rng: b'1;a="' + word(rng) + b"\r\n")),
    "chunk extension two words": (400, with_chunks(lambda rng: b"1;" + word(rng) + b" " + word(rng) + b"\r\n")),
    "chunk size then blanks": (400, with_chunks(lambda rng: b"1" + b" " * rng.randint(1, 3) + b"\r\n")),
    "chunk extension control": (400, with_chunks(lambda rng: b"1;" + control(rng) + b"\r\n")),
    "trailer too large": (431, with_chunks(lambda rng: b"0\r\nA: " + b"b" * rng.randint(8192, 9000))),
    "trailer no name": (400, with_chunks(lambda rng: b"0\r\n : " + word(rng) + b"\r\n\r\n")),
}


def refusal(port: int, sent: bytes) -> tuple[int, bytes]:
    """The status that the bytes get, and what the server says after that answer until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(field[16:]) for field in head.split(b"\r\n") if field.lower().startswith(b"content-length: "))
    return int(head[9:12]), body[length:]


def check_some(port: int, seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    names = list(MALFORMED)
    wrong = []
    for _ in range(count):
        name = rng.choice(names)
        expected, make = MALFORMED[name]
        sent = make(rng)
        status, after = refusal(port, sent + SMUGGLED)
        if status != expected or after:
            wrong.append(f"{name}: {status} instead of {expected}, then {after[:80]!r}; sent {sent[:200]!r}")
    return wrong


@pytest.mark.parametrize("name", MALFORMED)
def test_each_kind_is_refused_and_the_connection_closed(shared_server: Server, name: str) -> None:
    expected, make = MALFORMED[name]
    assert refusal(shared_server.port, make(random.Random(1)) + SMUGGLED) == (expected, b"")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_hundred_thousand_leave_nothing_behind(server: Server) -> None:
    assert check_some(server.port, 0, 2_000) == []
    memory, open_before = resident_bytes(server.pid), sockets(server.pid)
    with ThreadPoolExecutor(THREADS) as pool:
        parts = [pool.submit(check_some, server.port, seed, COUNT // THREADS) for seed in range(1, THREADS + 1)]
        wrong = [one for part in parts for one in part.result()]
    assert wrong[:10] == []
    wait_until(lambda: sockets(server.pid) <= open_before, "the sockets to be given back")
    assert resident_bytes(server.pid) < memory + 4 * 2**20
    assert exchange(server.port, SMUGGLED).status == 200
