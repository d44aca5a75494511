"""SQLite the way a careful Flask application uses it: one connection a thread, WAL, every commit on the disk."""

import os
import sqlite3
import threading
from pathlib import Path

PATH = Path(os.environ.get("DATA_DIR", "data")) / "shop.db"

_local = threading.local()

# SQLite allows one writer at a time. Waiting here wakes the next one at once; SQLite's own busy handler sleeps.
write_lock = threading.Lock()


def connection() -> sqlite3.Connection:
    """This thread's connection."""
    if not hasattr(_local, "connection"):
        opened = sqlite3.connect(PATH, timeout=5, isolation_level=None, cached_statements=64)
        opened.row_factory = sqlite3.Row
        opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("PRAGMA synchronous = FULL")
        opened.execute("PRAGMA cache_size = -65536")
        _local.connection = opened
    return _local.connection


def create() -> None:
    """Makes the file and its tables where they are missing."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    connection().executescript((Path(__file__).parent / "schema.sql").read_text())
