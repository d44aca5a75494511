"""`cluster apply` on one server that is a replica set's primary, wherever the tests run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.mongo import Secantus
from harness.server import run
from pymongo import MongoClient


@pytest.fixture(scope="module")
def topology(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("replica-set")
    server = Secantus(folder).start()
    try:
        for who in ("admin", "app"):
            (folder / f"{who}.password").write_text(f"secret-of-{who}\n")
        users = {who: {"name": who, "passwordFile": f"{who}.password"} for who in ("admin", "app")}
        file = folder / "topology.json"
        replica_set = {"name": "secantus", "members": [f"127.0.0.1:{server.port}"]}
        file.write_text(json.dumps({"replicaSet": replica_set, "users": users}))
        yield file
    finally:
        server.stop()


def apply(topology: Path) -> list[dict]:
    result = run("cluster", "apply", "--format", "json", "--topology", str(topology))
    assert result.returncode == 0, result
    assert "secret" not in result.stdout
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_users_and_indexes_are_made_once(topology: Path) -> None:
    assert apply(topology)[-1]["steps"] > 0
    for _ in range(4):
        assert [event["event"] for event in apply(topology)] == ["end"]
    status = run("cluster", "status", "--topology", str(topology))
    assert status.returncode == 0, status.stdout
    assert "all is well" in status.stdout


def test_a_changed_password_is_mended(topology: Path) -> None:
    apply(topology)
    (topology.parent / "app.password").write_text("secret-of-tomorrow\n")
    steps = [event["text"] for event in apply(topology) if event["event"] == "step"]
    assert steps == ["secantus: give the user app the password of app.password"]
    host = json.loads(topology.read_text())["replicaSet"]["members"][0]
    with MongoClient(host, username="app", password="secret-of-tomorrow", directConnection=True) as client:
        assert client.demoDB.users.index_information().keys() >= {"users_by_seq"}


def test_a_lost_index_is_built_again_and_a_strange_one_stays(topology: Path) -> None:
    apply(topology)
    host = json.loads(topology.read_text())["replicaSet"]["members"][0]
    with MongoClient(host, username="admin", password="secret-of-admin", directConnection=True) as client:
        client.demoDB.users.drop_index("users_by_seq")
        client.demoDB.users.create_index("email", name="strange")
        steps = [event["text"] for event in apply(topology) if event["event"] == "step"]
        assert steps == ["demoDB.users: build the index users_by_seq (seq -1)"]
        assert client.demoDB.users.index_information().keys() >= {"users_by_seq", "strange"}


def test_another_index_of_the_same_fields_is_not_replaced(topology: Path) -> None:
    apply(topology)
    host = json.loads(topology.read_text())["replicaSet"]["members"][0]
    with MongoClient(host, username="admin", password="secret-of-admin", directConnection=True) as client:
        client.demoDB.requests.drop_index("requests_by_age")
        client.demoDB.requests.create_index("at", name="requests_by_age", expireAfterSeconds=1)
        result = run("cluster", "apply", "--topology", str(topology))
        assert result.returncode == 1
        assert "nothing is dropped here" in result.stderr
        assert client.demoDB.requests.index_information()["requests_by_age"]["expireAfterSeconds"] == 1
        client.demoDB.requests.drop_index("requests_by_age")
        apply(topology)
