"""The Flask peer: the same data, copied from the service through its API, and gunicorn to serve it."""

import json
import os
import re
import sqlite3
from pathlib import Path

from suite import places
from suite.process import Server, free_port


def start(data: Path, *, log: Path, cache_seconds: float, access_log: bool = False) -> Server:
    """On SQLite."""
    return _serve("app:app", {"DATA_DIR": data, "CACHE_SECONDS": cache_seconds}, log, access_log)


def start_distributed(mongodb_uri: str, redis_address: str | None, *, log: Path) -> Server:
    """On MongoDB, and with a Redis where there is one, whose answers outlive the run."""
    cache = {"REDIS_URL": f"redis://{redis_address}/0", "CACHE_SECONDS": 3600} if redis_address else {}
    return _serve("distributed_app:app", {"MONGODB_URI": mongodb_uri, **cache}, log, False)


def _serve(app: str, settings: dict, log: Path, access_log: bool) -> Server:
    port = free_port()
    command = [
        places.FLASK_VENV / "bin" / "gunicorn",
        "-c",
        places.FLASK / "gunicorn.conf.py",
        "--chdir",
        places.FLASK,
        "--bind",
        f"127.0.0.1:{port}",
        app,
    ]
    if access_log:
        command[1:1] = ["--access-logfile", log.with_suffix(".access")]
    env = {**settings, "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    return Server(command, port, env=env, log=log, ready="/readyz")


def copy_data(source: Server, data: Path) -> None:
    """Fills the peer's database with every user and order that `source` has, in the same order."""
    data.mkdir(parents=True)
    database = sqlite3.connect(data / "shop.db")
    database.executescript("PRAGMA journal_mode = WAL;" + (places.FLASK / "schema.sql").read_text())
    users = list(_all(source, "/api/users"))
    database.executemany(
        "INSERT INTO users (user_id, name, email, country, created_at, schema_version)"
        " VALUES (:user_id, :name, :email, :country, :created_at, :schema_version)",
        ({"created_at": None, "schema_version": None, **user} for user in reversed(users)),
    )
    orders = list(_all(source, "/api/orders"))
    database.executemany(
        "INSERT INTO orders (order_id, user_id, cents, created_at) VALUES (:order_id, :user_id, :cents, :created_at)",
        ({**order, "cents": round(float(order["amount"]) * 100)} for order in reversed(orders)),
    )
    database.execute("ANALYZE")
    database.commit()
    database.close()


def _all(source: Server, path: str):
    """Every row of a paged list, newest first."""
    target = f"{path}?limit=1000"
    while target:
        status, body, link = source.get_with_link(target)
        if status != 200:
            raise RuntimeError(f"{target} answered {status}")
        yield from json.loads(body)
        following = re.search(r'<([^>]+)>;\s*rel="?next"?', link)
        target = following[1] if following else ""
