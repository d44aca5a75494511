"""The service's endpoints that the benchmark compares, as one would write them with Flask and SQLite."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import database
from flask import Flask, Response, jsonify, render_template, request
from response_cache import cached, forget

app = Flask(__name__)
app.json.sort_keys = False
database.create()

USER = """
SELECT user_id, name, email, country, created_at, schema_version,
       (SELECT COUNT(*) FROM orders WHERE orders.user_id = users.user_id) AS order_count,
       (SELECT COALESCE(SUM(cents), 0) FROM orders WHERE orders.user_id = users.user_id) AS cents
FROM users
"""


class Refused(Exception):
    """A request that cannot be done, with the status and the sentence that say why."""

    def __init__(self, status: int, error: str):
        super().__init__(error)
        self.status = status
        self.error = error


@app.errorhandler(Refused)
def refuse(problem: Refused):
    return jsonify(status=problem.status, detail=problem.error, error=problem.error), problem.status


def user_json(row) -> dict:
    user = dict(row)
    user["total_spent"] = user.pop("cents") / 100
    return {name: value for name, value in user.items() if value is not None}


@app.get("/readyz")
def ready():
    database.connection().execute("SELECT 1")
    return jsonify(status="ready")


@app.get("/api/users")
@cached
def list_users():
    limit = min(max(request.args.get("limit", 100, type=int), 1), 1000)
    rows = database.connection().execute(USER + "ORDER BY seq DESC LIMIT ?", (limit,))
    return jsonify([user_json(row) for row in rows])


@app.get("/api/users/<user_id>")
@cached
def get_user(user_id: str):
    row = database.connection().execute(USER + "WHERE user_id = ?", (user_id,)).fetchone()
    if row is None:
        raise Refused(404, "No such user")
    return jsonify(user_json(row))


@app.get("/user-dashboard")
@cached
def dashboard():
    db = database.connection()
    return Response(
        render_template(
            "dashboard.html",
            users=[user_json(row) for row in db.execute(USER + "ORDER BY seq DESC LIMIT 20")],
            orders=db.execute(
                "SELECT order_id, name AS user_name, cents / 100.0 AS amount, orders.created_at AS created_at"
                " FROM orders JOIN users USING (user_id) ORDER BY orders.seq DESC LIMIT 20"
            ).fetchall(),
            totals=db.execute(
                "SELECT (SELECT COUNT(*) FROM users) AS users, COUNT(*) AS orders, COALESCE(SUM(cents), 0) AS cents"
                " FROM orders"
            ).fetchone(),
            countries=db.execute(
                "SELECT country, SUM(cents) / 100.0 AS spent FROM orders JOIN users USING (user_id)"
                " GROUP BY country ORDER BY spent DESC LIMIT 10"
            ).fetchall(),
            days=db.execute(
                "SELECT substr(created_at, 1, 10) AS day, COUNT(*) AS orders FROM orders"
                " GROUP BY day ORDER BY day DESC LIMIT 30"
            ).fetchall(),
        ),
        mimetype="text/html",
    )


@app.post("/api/orders")
def place_order():
    order = request.get_json()
    key = request.headers.get("Idempotency-Key", "")
    fingerprint = hashlib.sha256(request.get_data()).hexdigest()
    cents = checked_cents(order)
    with database.write_lock:
        db = database.connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            answer = earlier_answer(db, key, fingerprint) or insert_order(db, order["user_id"], cents, key, fingerprint)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
    forget()
    return Response(answer, status=201, mimetype="application/json")


def checked_cents(order) -> int:
    if not isinstance(order, dict) or not isinstance(order.get("user_id"), str):
        raise Refused(422, "user_id must be text")
    try:
        cents = Decimal(str(order.get("amount"))) * 100
    except InvalidOperation:
        raise Refused(422, "amount must be a number") from None
    if cents != int(cents) or not 0 < cents <= 100_000_000:
        raise Refused(422, "amount must be above 0 and at most 1000000, with two decimals")
    return int(cents)


def earlier_answer(db, key: str, fingerprint: str) -> str | None:
    row = db.execute("SELECT fingerprint, answer FROM requests WHERE key = ?", (key,)).fetchone() if key else None
    if row and row["fingerprint"] != fingerprint:
        raise Refused(422, "This Idempotency-Key was used for another request")
    return row["answer"] if row else None


def insert_order(db, user_id: str, cents: int, key: str, fingerprint: str) -> str:
    user = db.execute("SELECT name FROM users WHERE user_id = ?", (user_id,)).fetchone()
    if user is None:
        raise Refused(404, "No such user")
    order_id = "order_" + secrets.token_hex(13)
    created_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    db.execute(
        "INSERT INTO orders (order_id, user_id, cents, created_at) VALUES (?, ?, ?, ?)",
        (order_id, user_id, cents, created_at),
    )
    answer = json.dumps(
        {
            "order_id": order_id,
            "user_id": user_id,
            "user_name": user["name"],
            "amount": cents / 100,
            "created_at": created_at,
        }
    )
    if key:
        db.execute("INSERT INTO requests (key, fingerprint, answer) VALUES (?, ?, ?)", (key, fingerprint, answer))
    return answer
