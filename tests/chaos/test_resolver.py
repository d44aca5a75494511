"""A resolver that never answers: who waits for the store is told so in time, and the process ends when it is told to."""

from collections.abc import Callable
from pathlib import Path

from harness.deadline import DEADLINE
from harness.faults import Faults
from harness.server import Server


def test_a_resolver_that_hangs_keeps_nobody(tmp_path: Path, preload: Callable[..., dict[str, str]]) -> None:
    uri = "mongodb+srv://mongo.nowhere.example/"
    server = Server(tmp_path, {"MONGODB_URI": uri, **preload(Faults(resolver_hangs=1))})
    try:
        server.start(6 * DEADLINE)
        assert server.get("/livez").status == 200
        answer = server.get("/api/users")
        assert answer.status == 503
        assert "mongo.nowhere.example" in answer.text or "prepared" in answer.text
        assert server.stop() == 0
    finally:
        if server.process is not None:
            server.kill()
