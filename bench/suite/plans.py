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
    work.mkdir(parents=True, exist_ok=True)
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
        "order_write": [
            f'POST /api/orders {{"user_id":"{user_id}","amount":{amounts.randrange(100, 50_000) / 100:.2f}}}'
            for user_id in ids
        ],
    }
    for name, requests in lines.items():
        (work / f"{name}.plan").write_text("\n".join(requests) + "\n")
    return Plans(user, **{name: work / f"{name}.plan" for name in lines})
