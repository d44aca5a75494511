"""The service itself, as users start it."""

import json
import os
import subprocess
import time
from pathlib import Path

from suite import places
from suite.process import SERVER_CORES, Server, free_port


def start(data: Path, *, log: Path, cores: str = SERVER_CORES, **settings) -> Server:
    """Starts the service on `data`; `settings` are its environment variables, access log off unless they say so."""
    port = free_port()
    env = {
        "PORT": port,
        "BIND": "127.0.0.1",
        "DATA_DIR": data,
        "LOG_LEVEL": "warning",
        "LOG_FORMAT": "json",
        "LOOPS": 1,
    }
    return Server([places.APP, "serve"], port, env={**env, **settings}, log=log, ready="/readyz", cores=cores)


def load(data: Path, *, users: int, orders: int, **settings) -> None:
    command = [places.APP, "load", "--users", users, "--orders", orders, "--seed", 1]
    env = {**os.environ, "DATA_DIR": str(data), "LOG_LEVEL": "warning", **settings}
    done = subprocess.run([*map(str, command)], env=env, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"demo-app load failed: {done.stdout}{done.stderr}")


def cache_status(server: Server) -> dict:
    return json.loads(server.get("/cache/status")[1])


def await_redis(server: Server) -> None:
    """Until Redis takes part in its cache, and what memory keeps is coherent by it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        shown = cache_status(server)
        if shown["redis_available"] and shown["redis"]["trusted"]:
            return
        time.sleep(0.05)
    raise RuntimeError(f"Redis takes no part: {shown['redis']}")
