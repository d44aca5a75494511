"""The requests of each scenario, as files for the driver."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from suite.process import Server


@dataclass(frozen=True)
class Plans:
    """One file a kind of request; `user` is the path of the single user that is read again and again."""

    user: str
    cached_list: Path
    cached_user: Path
    page: Path
    uncached_list: Path
    uncached_user: Path
    user_orders: Path
    orders: Path
    order_write: Path


def make(server: Server, work: Path) -> Plans:
    """Asks `server` for 1 000 of its users and spreads the requests evenly over them."""
    status, body = server.get("/api/users?limit=1000")
    if status != 200:
        raise RuntimeError(f"the list of users answered {status}")
    ids = [user["user_id"] for user in json.loads(body)]
    random.Random(1).shuffle(ids)
    user = f"/api/users/{ids[0]}"
    amounts = random.Random(2)
    lines = {
        "cached_list": ["GET /api/users"],
        "cached_user": [f"GET {user}"],
        "page": ["GET /user-dashboard"],
        "uncached_list": ["GET /api/users"],
        "uncached_user": [f"GET /api/users/{user_id}" for user_id in ids],
        "user_orders": [f"GET /api/users/{user_id}/orders" for user_id in ids],
        "orders": ["GET /api/orders"],
        "order_write": [_order(user_id, amounts) for user_id in ids],
    }
    return Plans(user, **_write(lines, work))


@dataclass(frozen=True)
class DistributedPlans:
    """`mix` is seven reads of few users to three orders of theirs."""

    users: Path
    list: Path
    orders: Path
    mix: Path


def make_distributed(ids: list[str], work: Path) -> DistributedPlans:
    chance = random.Random(3)
    few = ids[:50]
    lines = {
        "users": [f"GET /api/users/{user_id}" for user_id in ids],
        "list": ["GET /api/users"],
        "orders": [_order(user_id, chance) for user_id in ids],
        "mix": [
            _order(chance.choice(few), chance) if number % 10 >= 7 else f"GET /api/users/{chance.choice(few)}"
            for number in range(1000)
        ],
    }
    return DistributedPlans(**_write(lines, work))


def _order(user_id: str, chance: random.Random) -> str:
    return f'POST /api/orders {{"user_id":"{user_id}","amount":{chance.randrange(100, 50_000) / 100:.2f}}}'


def _write(lines: dict[str, list[str]], work: Path) -> dict[str, Path]:
    work.mkdir(parents=True, exist_ok=True)
    files = {name: work / f"{name}.plan" for name in lines}
    for name, file in files.items():
        file.write_text("\n".join(lines[name]) + "\n")
    return files
