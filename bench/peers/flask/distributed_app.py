"""The endpoints that the distributed part compares, as one would write them with Flask, PyMongo and redis-py, on the
service's own collections."""

import hashlib
import json
import os
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import redis
from bson.decimal128 import Decimal128
from flask import Flask, Response, abort, jsonify, request
from pymongo import DESCENDING, MongoClient
from pymongo.errors import DuplicateKeyError

KEPT_SECONDS = int(os.environ.get("CACHE_SECONDS", "30"))
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

app = Flask(__name__)
app.json.sort_keys = False
# One client for all threads, with a pool of connections; what is written is on the disks of a majority.
database = MongoClient(
    os.environ["MONGODB_URI"], w="majority", journal=True, readConcernLevel="majority"
).get_default_database("demoDB")
cache = redis.Redis.from_url(os.environ["REDIS_URL"]) if "REDIS_URL" in os.environ else None


def ulid() -> str:
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -5, -5))


def sums_of(user_ids: list[str]) -> dict[str, dict]:
    """How many orders each has and what they come to."""
    group = {"_id": "$user_id", "orders": {"$sum": 1}, "spent": {"$sum": "$amount"}}
    rows = database.orders.aggregate([{"$match": {"user_id": {"$in": user_ids}}}, {"$group": group}])
    return {row["_id"]: row for row in rows}


def user_json(user: dict, total: dict | None) -> dict:
    shown = {name: user[name] for name in ("name", "email", "country")}
    if "created_at" in user:
        shown |= {"created_at": user["created_at"].isoformat() + "Z", "schema_version": user["schema_version"]}
    spent = float(total["spent"].to_decimal()) if total else 0
    return {"user_id": user["_id"], **shown, "order_count": total["orders"] if total else 0, "total_spent": spent}


@app.get("/readyz")
def ready():
    database.command("ping")
    return jsonify(status="ready")


@app.get("/api/users")
def list_users():
    limit = min(max(request.args.get("limit", 100, type=int), 1), 1000)
    users = list(database.users.find().sort("seq", DESCENDING).limit(limit))
    totals = sums_of([user["_id"] for user in users])
    return jsonify([user_json(user, totals.get(user["_id"])) for user in users])


@app.get("/api/users/<user_id>")
def get_user(user_id: str):
    key = f"flask:user:{user_id}"
    if cache and (kept := cache.get(key)):
        return Response(kept, mimetype="application/json")
    user = database.users.find_one({"_id": user_id})
    if user is None:
        abort(404)
    body = json.dumps(user_json(user, sums_of([user_id]).get(user_id)))
    if cache:
        cache.setex(key, KEPT_SECONDS, body)
    return Response(body, mimetype="application/json")


@app.post("/api/orders")
def place_order():
    order = request.get_json()
    amount = checked_amount(order)
    user = database.users.find_one({"_id": order["user_id"]}, {"name": 1})
    if user is None:
        abort(404)
    now = datetime.now(UTC)
    placed = {"_id": "order_" + ulid(), "user_id": user["_id"], "seq": ulid(), "amount": amount, "created_at": now}
    placed = claimed(request.headers.get("Idempotency-Key"), placed)
    with suppress(DuplicateKeyError):  # The same key again: it is there already.
        database.orders.insert_one(placed)
    if cache:
        cache.delete(f"flask:user:{user['_id']}")
    answer = {"order_id": placed["_id"], "user_id": user["_id"], "user_name": user["name"]}
    answer |= {"amount": float(placed["amount"].to_decimal()), "created_at": placed["created_at"].isoformat()}
    return jsonify(answer), 201


def checked_amount(order) -> Decimal128:
    if not isinstance(order, dict) or not isinstance(order.get("user_id"), str):
        abort(422)
    try:
        amount = Decimal(str(order.get("amount")))
    except InvalidOperation:
        abort(422)
    if amount != round(amount, 2) or not 0 < amount <= 1_000_000:
        abort(422)
    return Decimal128(round(amount, 2))


def claimed(key: str | None, order: dict) -> dict:
    """The order that `key` stands for: this one, or the one of an earlier request."""
    if not key:
        return order
    fingerprint = hashlib.sha256(request.get_data()).hexdigest()
    record = {"_id": "flask-" + key, "fingerprint": fingerprint, "kind": "flask", "at": datetime.now(UTC)}
    try:
        database.requests.insert_one({**record, "answer": order})
    except DuplicateKeyError:
        earlier = database.requests.find_one({"_id": record["_id"]})
        if earlier["fingerprint"] != fingerprint:
            abort(422)
        return earlier["answer"]
    return order
