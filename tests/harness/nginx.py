"""nginx before a server, as an operator would put it there."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from harness.client import Client
from harness.deadline import wait_until
from harness.redis import free_port
from harness.server import Server

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream demo {{ server 127.0.0.1:{upstream}; {keepalive} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://{name};
      {location}
    }}
  }}
}}
"""


class Nginx:
    """`location` are the lines beside proxy_pass, `keepalive` those of the upstream, which is then named in proxy_pass."""

    def __init__(self, folder: Path, server: Server, location: str = "", keepalive: str = "") -> None:
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            pytest.skip("nginx is not on PATH")
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.client = Client(self.port)
        name = "demo" if keepalive else f"127.0.0.1:{server.port}"
        written = CONFIGURATION.format(
            folder=folder, upstream=server.port, port=self.port, name=name, location=location, keepalive=keepalive
        )
        (folder / "nginx.conf").write_text(written)
        self._log = (folder / "nginx.log").open("wb")
        command = [program, "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        wait_until(self._listens, "nginx to listen")

    def _listens(self) -> bool:
        assert self._process.poll() is None, Path(self._log.name).read_text()
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.close()
