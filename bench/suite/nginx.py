"""nginx, made to send exactly as many bytes as the service does for the same paths."""

import grp
import os
import pwd
import socket
from dataclasses import dataclass, field
from pathlib import Path

from suite import places
from suite.process import Server, free_port

WAYS = ("return", "sendfile", "buffers")
_LARGEST_TOKEN = 3000  # nginx refuses a configuration token beyond one 4 KiB buffer; quoting makes it longer
_PADDING = "X-Padding: \r\n"


@dataclass(frozen=True)
class Constant:
    """A response to imitate: its type and body, and how many bytes it has with its head."""

    path: str
    content_type: str
    body: bytes
    size: int


def capture(server: Server, path: str) -> Constant:
    """The response of `server` to a plain GET, of which one has been sent before so that caches are warm."""
    _exchange(server.port, path)
    head, body = _exchange(server.port, path)
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    lower = {name.lower(): value for name, value in lines.items()}
    return Constant(path, lower["content-type"], body, len(head) + 4 + len(body))


def _exchange(port: int, path: str) -> tuple[str, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += _some(connection)
        head, body = received.split(b"\r\n\r\n", 1)
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += _some(connection)
    return head.decode(), body


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise RuntimeError("the connection ended in the middle of a response")
    return received


@dataclass
class Nginx:
    """A running nginx; `ports` by way, `sizes` of its responses by path and way."""

    server: Server
    ports: dict[str, int]
    sizes: dict[str, dict[str, int]] = field(default_factory=dict)

    def by_way(self, way: str) -> "View":
        return View(self.server, self.ports[way])


class View:
    """A server seen through one of its ports."""

    def __init__(self, server: Server, port: int):
        self._server = server
        self.port = port

    def __getattr__(self, name: str):
        return getattr(self._server, name)


def start(constants: list[Constant], *, work: Path, access_log: bool = False) -> Nginx:
    """Starts nginx twice: once to see how long its own heads are, once with the padding that makes sizes equal."""
    bare = _run(constants, {}, work, access_log)
    try:
        sizes = _sizes(bare, constants)
    finally:
        bare.server.stop()
    padding = {
        (constant.path, way): max(0, constant.size - sizes[constant.path][way] - len(_PADDING))
        for constant in constants
        for way in sizes[constant.path]
    }
    nginx = _run(constants, padding, work, access_log)
    nginx.sizes = _sizes(nginx, constants)
    return nginx


def _run(constants: list[Constant], padding: dict, work: Path, access_log: bool) -> Nginx:
    work.mkdir(parents=True, exist_ok=True)
    ports = {way: free_port() for way in WAYS}
    files, returns, texts = [], [], []
    for number, constant in enumerate(constants):
        (work / f"body-{number}").write_bytes(constant.body)
        pieces = [constant.body[at : at + _LARGEST_TOKEN] for at in range(0, len(constant.body), _LARGEST_TOKEN)]
        names = [f"$body_{number}_{index}" for index in range(len(pieces))]
        # The values of geo are taken as they stand: a "$" in a body is no variable.
        for name, piece in zip(names, pieces, strict=True):
            texts.append(b"    geo %s { default %s; }\n" % (name.encode(), _quoted(piece)))
        returns.append(_location(constant, padding, "return", f"return 200 {''.join(names)};"))
        # Both ways of sending a file have the same head.
        files.append(_location(constant, padding, "sendfile", f"alias {work}/body-{number};"))
    values = {f"{way}_port": str(port) for way, port in ports.items()}
    values |= {"work": str(work), "access_log": f"{work}/access.log combined buffer=64k" if access_log else "off"}
    # Where root starts it, its worker would be somebody who may not read the files.
    values["user"] = f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"
    text = places.NGINX_TEMPLATE.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    written = text.encode()
    for name, lines in (("texts", texts), ("return_locations", returns), ("file_locations", files)):
        written = written.replace(f"@{name}@".encode(), b"".join(lines))
    (work / "nginx.conf").write_bytes(written)
    command = ["nginx", "-p", work, "-c", work / "nginx.conf"]
    server = Server(command, ports["sendfile"], env={}, log=work / "nginx.log", ready=constants[0].path)
    return Nginx(server, ports)


def _quoted(text: bytes) -> bytes:
    return b"'" + text.replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


def _line(text: str) -> bytes:
    return text.encode() + b"\n"


def _location(constant: Constant, padding: dict, way: str, answer: str) -> bytes:
    size = padding.get((constant.path, way), 0)
    header = f"add_header X-Padding {'x' * size};" if size else ""
    return _line(
        f"        location = {constant.path} {{ default_type '{constant.content_type}';"
        f" add_header Last-Modified ''; {header} {answer} }}"
    )


def _sizes(nginx: Nginx, constants: list[Constant]) -> dict[str, dict[str, int]]:
    found = {}
    for constant in constants:
        found[constant.path] = {}
        for way, port in nginx.ports.items():
            head, body = _exchange(port, constant.path)
            if not head.startswith("HTTP/1.1 200") or body != constant.body:
                raise RuntimeError(f"nginx does not answer {constant.path} with the same bytes: {head}")
            found[constant.path][way] = len(head) + 4 + len(body)
    return found
