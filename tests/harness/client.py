"""An HTTP client for tests: whole answers, with headers as sent and decimals exact."""

import http.client
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.deadline import DEADLINE


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def header(self, name: str) -> str:
        """The only value of a header; fails where it stands twice, and is empty where it is absent."""
        values = self.headers.get_all(name, [])
        assert len(values) <= 1, f"{name} stands {len(values)} times: {values}"
        return values[0] if values else ""

    def has(self, name: str) -> bool:
        return name in self.headers

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        """The body; numbers with a point become Decimals that keep each digit sent ("45.00")."""
        media_type = self.header("Content-Type").partition(";")[0].strip()
        assert media_type in ("application/json", "application/problem+json"), media_type
        return json.loads(self.body, parse_float=Decimal, object_pairs_hook=without_duplicates)


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    assert len(members) == len(pairs), f"a member stands twice: {[name for name, _ in pairs]}"
    return members


class Client:
    """One keep-alive connection, opened again where the server closed it. Not thread-safe: one for each thread."""

    def __init__(self, port: int, host: str = "127.0.0.1", deadline: float = DEADLINE) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection(host, port, timeout=deadline)

    def request(self, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """`body` as bytes or text goes out as it is; anything else goes out as JSON."""
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes | str):
            body = json.dumps(body, default=float)
            sent.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        for attempt in (1, 2):
            reused = self._connection.sock is not None
            try:
                self._connection.request(method, target, body, sent)
                response = self._connection.getresponse()
                return Answer(response.status, response.headers, response.read())
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # An idle connection may have been closed by the server; a fresh one may not.
                self._connection.close()
                if attempt == 2 or not reused:
                    raise
            except Exception:
                self._connection.close()
                raise
        raise AssertionError("unreachable")

    def get(self, target: str, **headers: str) -> Answer:
        return self.request("GET", target, headers=_names(headers))

    def head(self, target: str, **headers: str) -> Answer:
        return self.request("HEAD", target, headers=_names(headers))

    def post(self, target: str, body: Any = None, **headers: str) -> Answer:
        return self.request("POST", target, body, _names(headers))

    def delete(self, target: str, **headers: str) -> Answer:
        return self.request("DELETE", target, headers=_names(headers))

    def close(self) -> None:
        self._connection.close()


def _names(headers: dict[str, str]) -> dict[str, str]:
    """idempotency_key="x" is the header Idempotency-Key: x."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
