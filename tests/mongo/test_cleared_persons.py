"""Clearing the data clears the persons: no collection names them, also not the records of earlier requests."""

import uuid

import pymongo
import pytest
from harness.deadline import wait_until
from harness.expect import ok, problem
from harness.mongo import Secantus
from harness.server import Server

ADA = {"name": "Nomen Nescio", "email": "nn@example.org", "country": "Utopia"}
TRACES = ("Nomen Nescio", "nn@example.org", "Utopia")


@pytest.fixture
def database(shared_secantus: Secantus):
    with pymongo.MongoClient(shared_secantus.uri) as client:
        yield client[f"clearing_{uuid.uuid4().hex[:12]}"]


@pytest.fixture
def server(start_server, shared_secantus: Secantus, database) -> Server:
    server = start_server(MONGODB_URI=f"{shared_secantus.uri}/{database.name}")
    wait_until(lambda: server.get("/readyz").status == 200, "readiness")
    return server


def traces(database, texts: tuple[str, ...] = TRACES) -> list[tuple[str, str]]:
    """Where one of the texts stands in clear."""
    documents = [
        (name, str(document)) for name in database.list_collection_names() for document in database[name].find()
    ]
    assert documents
    return [(name, text) for name, document in documents for text in texts if text in document]


@pytest.mark.parametrize("clear", ["clear-data", "load-sample-data"])
def test_no_collection_names_who_was_cleared(server: Server, database, clear: str) -> None:
    user = ok(server.post("/api/users", ADA, idempotency_key="user"), 201)
    order = {"user_id": user["user_id"], "amount": 1.5}
    ok(server.post("/api/orders", order, idempotency_key="order"), 201)
    ok(server.post("/api/random-order", idempotency_key="random-order"))
    name = ok(server.post("/api/random-user", idempotency_key="random-user"))["user_name"]
    assert {collection for collection, _ in traces(database, (*TRACES, name))} == {"users"}
    fingerprints = [record["fingerprint"] for record in database["requests"].find()]
    assert len(set(fingerprints)) == 4

    if clear == "clear-data":
        ok(server.delete("/api/clear-data", idempotency_key="clear"))
        assert traces(database, (*TRACES, name)) == []
    else:
        ok(server.post("/api/load-sample-data", idempotency_key="clear"))
        assert traces(database) == []
    records = {record["_id"]: record for record in database["requests"].find()}
    assert [key for key, record in records.items() if "fingerprint" in record] == ["clear"]
    totals = ok(server.get("/api/stats"))
    for target, body, key in (
        ("/api/users", ADA, "user"),
        ("/api/orders", order, "order"),
        ("/api/random-user", None, "random-user"),
        ("/api/random-order", None, "random-order"),
    ):
        problem(server.post(target, body, idempotency_key=key), 409)
    assert ok(server.get("/api/stats")) == totals
    assert traces(database) == []


def test_records_of_the_first_version_are_cleared(server: Server, database) -> None:
    """It recorded what was asked as it was, and the whole answer."""
    user = ok(server.post("/api/users", ADA, idempotency_key="user"), 201)
    asked = "POST /api/users\n" + "\n".join(ADA.values())
    for ended in (None, True):
        answer = {"answer.name": ADA["name"], "answer.email": ADA["email"], "answer.country": ADA["country"]}
        change = {"fingerprint": asked} | answer | ({"ended": True} if ended else {})
        database["requests"].update_one({"_id": "user"}, {"$set": change})
        assert ok(server.post("/api/users", ADA, idempotency_key="user"), 201) == user
        problem(server.post("/api/users", ADA | {"name": "Other"}, idempotency_key="user"), 422)
    ok(server.delete("/api/clear-data"))
    assert traces(database) == []
    problem(server.post("/api/users", ADA, idempotency_key="user"), 409)
