"""What the contract says of every answer of a kind."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from harness.client import Answer

SERVER_TIMING = re.compile(r'[\w-]+(;(dur=\d+(\.\d+)?|desc=("[^"]*"|[\w-]+)))*')


def problem(answer: Answer, status: int, *named: str) -> dict[str, Any]:
    """RFC 9457 with the member `error`; its detail has to name each of `named`."""
    assert answer.status == status, f"{answer.status}: {answer.body[:500]!r}"
    assert answer.header("Content-Type") == "application/problem+json"
    members = answer.json()
    names = {"type", "title", "detail", "error", "instance"}
    assert names <= members.keys(), members
    assert all(isinstance(members[name], str) for name in names), members
    assert members["status"] == status
    assert members["error"] == members["detail"] != ""
    assert members["type"].startswith("/"), members["type"]
    for name in named:
        assert name in members["detail"], f"{name} is not named in: {members['detail']}"
    return members


def ok(answer: Answer, status: int = 200) -> Any:
    """The JSON of an answer that has to have succeeded."""
    assert answer.status == status, f"{answer.status}: {answer.body[:500]!r}"
    assert answer.header("Content-Type") == "application/json"
    return answer.json()


def is_money(value: object) -> bool:
    """A JSON number written with exactly two decimals."""
    return isinstance(value, Decimal) and re.fullmatch(r"\d+\.\d\d", str(value)) is not None


def is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_time(value: object) -> bool:
    """RFC 3339 with an offset."""
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def check_user(user: dict[str, Any]) -> None:
    assert {"user_id", "name", "email", "country", "order_count", "total_spent"} <= user.keys(), user
    assert all(isinstance(user[name], str) for name in ("user_id", "name", "email", "country")), user
    assert is_count(user["order_count"]), user
    assert is_money(user["total_spent"]), user
    assert ("created_at" in user) == ("schema_version" in user), user
    if "created_at" in user:
        assert is_time(user["created_at"]), user
        assert user["schema_version"] == 1, user


def check_order(order: dict[str, Any]) -> None:
    assert {"order_id", "user_id", "user_name", "amount", "created_at"} <= order.keys(), order
    assert all(isinstance(order[name], str) for name in ("order_id", "user_id", "user_name")), order
    assert is_money(order["amount"]), order
    assert is_time(order["created_at"]), order


def cache_status(answer: Answer) -> str:
    """ "hit", or why the answer did not come from the cache ("miss", "stale"…), after RFC 9211."""
    name, *parameters = [part.strip() for part in answer.header("Cache-Status").split(";")]
    assert re.fullmatch(r"[\w.*/:-]+|\"[^\"]*\"", name), answer.header("Cache-Status")
    forwarded = [part.partition("=")[2] for part in parameters if part.startswith("fwd=")]
    assert ("hit" in parameters) != bool(forwarded), answer.header("Cache-Status")
    return forwarded[0] if forwarded else "hit"


def next_link(answer: Answer) -> str | None:
    """The target of rel="next" in the Link header."""
    link = answer.header("Link")
    if not link:
        return None
    found = re.fullmatch(r'<([^>]+)>\s*;\s*rel="next"', link)
    assert found, link
    assert found[1].startswith("/"), link
    return found[1]
