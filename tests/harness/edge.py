"""A gateway as far as a look through it goes: answers each host name with a status of its own, over HTTP and HTTPS."""

import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Edge:
    """`statuses` by host; what it does not know is 404."""

    def __init__(self, folder: Path, statuses: dict[str, int]) -> None:
        self.asked: list[str] = []
        edge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"].partition(":")[0]
                edge.asked.append(f"{host}{self.path}")
                self.send_response(statuses.get(host, 404))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
        key, certificate = folder / "edge.key", folder / "edge.crt"
        made = (
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=x",
        )
        subprocess.run(["openssl", "req", *made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.servers[1].socket = context.wrap_socket(self.servers[1].socket, server_side=True)
        self.http, self.https = (f"127.0.0.1:{server.server_port}" for server in self.servers)
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
