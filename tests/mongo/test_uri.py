"""A MONGODB_URI that is wrong in itself ends the start; one whose server may come back does not."""

import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from harness.deadline import SLOWER, wait_until
from harness.expect import ok
from harness.mongo import Secantus, free_port
from harness.server import Server, run
from pymongo import MongoClient

REFUSED = [
    ("localhost:27017", "mongodb://"),
    ("mongodb://", "mongodb://"),
    ("mongodb://user:secret-of-mine@", "mongodb://"),
    ("mongodb://user:1/secret-of-mine@localhost", "percent-encoded"),
    ("mongodb://user:secret-of-mine@localhost/?directConnection=true", "directConnection"),
    ("mongodb://user:secret-of-mine@localhost/?readPreference=secondary", "readPreference=primary"),
    ("mongodb://user:secret-of-mine@localhost/?w=0", "w=majority"),
    ("mongodb://user:secret-of-mine@localhost/?w=1", "w=majority"),
    ("mongodb://user:secret-of-mine@localhost/?journal=false", "journal=true"),
    ("mongodb://user:secret-of-mine@localhost/?readConcernLevel=local", "readConcernLevel=majority"),
    ("mongodb://user:secret-of-mine@localhost/?retryWrites=false", "retryWrites=true"),
    ("mongodb://user:secret-of-mine@localhost/?loadBalanced=true", "loadBalanced"),
    ("mongodb://user:secret-of-mine@localhost/?nonsense=secret-of-mine", "nonsense"),
    ("mongodb://user:secret-of-mine@localhost/admin", "database admin"),
    ("mongodb://user:secret-of-mine@localhost/config", "database config"),
    ("mongodb://user:secret-of-mine@localhost/local", "database local"),
    ("mongodb://user:secret-of-mine@localhost/?authMechanism=FOO", "SCRAM-SHA-256"),
    ("mongodb://user:secret-of-mine@localhost/?tls=true&tlsCAFile=/no/such/file", "tlsCAFile"),
    ("mongodb://user:secret-of-mine@localhost/?w=0&w=majority", "w=majority"),
    ("mongodb+srv://user:secret-of-mine@mongo/", "three parts"),
    ("mongodb://user:secret-of-mine@localhost:1/demoDB\n", "ends with a line end"),
    ("mongodb://user:secret-of-mine@localhost:1/demoDB ", "ends with a space"),
    ("mongodb://user:secret-of-mine@localhost:1/demoDB\t", "ends with a tab"),
    ("\nmongodb://user:secret-of-mine@localhost:1/demoDB", "begins with a line end"),
    ("mongodb://user:secret-of-mine@localhost:1/demoDB%0A", "control character"),
    ("mongodb://user:secret-of-mine@localhost:x?replicaSet=y", "port"),
    ("mongodb://user:secret-of-mine@localhost, other/", "white space"),
    ("mongodb://user:secret-of-mine@localhost/?authSource=", "authSource"),
    ("mongodb://user@localhost/", "password"),
]


@pytest.mark.parametrize(("uri", "named"), REFUSED)
@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_what_is_wrong_in_itself_is_refused(tmp_path: Path, command: str, uri: str, named: str) -> None:
    started = time.monotonic()
    result = run(command, settings={"PORT": "0", "DATA_DIR": str(tmp_path / "data"), "MONGODB_URI": uri})
    assert time.monotonic() - started < 2 * SLOWER
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert "MONGODB_URI: got " in result.stderr
    assert ", wants " in result.stderr
    assert named in result.stderr
    assert "secret-of-mine" not in result.stderr
    assert not (tmp_path / "data").exists(), "the embedded store is no substitute"


def store_check(server: Server) -> dict:
    return json.loads(server.get("/readyz").body)["checks"][0]


def expect_unavailable(server: Server, *reasons: str) -> None:
    """Alive, not ready, and every answer says why; the reason stands in /readyz."""

    def named() -> bool:
        check = store_check(server)
        return not check["ok"] and all(reason in check["detail"] for reason in reasons)

    wait_until(named, f"a reason with {reasons} in /readyz")
    assert server.get("/livez").status == 200
    assert server.get("/readyz").status == 503
    assert "secret-of-mine" not in server.get("/readyz").body.decode() + server.log()
    answer = server.get("/api/users")
    assert answer.status == 503, answer
    assert answer.header("Retry-After")


def test_nobody_listens(start_server) -> None:
    port = free_port()
    server = start_server(MONGODB_URI=f"mongodb://user:secret-of-mine@127.0.0.1:{port}/")
    expect_unavailable(server, "Failed to connect", f"127.0.0.1:{port}")


def test_a_name_that_nobody_knows(start_server) -> None:
    server = start_server(MONGODB_URI="mongodb://user:secret-of-mine@no-such-host.invalid/")
    expect_unavailable(server, "no-such-host.invalid")


def test_the_wrong_replica_set(start_server, shared_secantus: Secantus) -> None:
    server = start_server(MONGODB_URI=f"{shared_secantus.uri}/?replicaSet=another")
    expect_unavailable(server, "another")


def test_the_wrong_password(secantus: Secantus, start_server) -> None:
    secantus.arguments = ["--auth"]
    secantus.start()
    uri = secantus.uri.replace("//", "//user:secret-of-mine@")
    expect_unavailable(start_server(MONGODB_URI=f"{uri}/?authSource=admin"), "password")


@pytest.fixture
def users(secantus: Secantus) -> Secantus:
    """A node that asks for a login, with one user in each of three databases; each may do everything, if it gets in."""
    secantus.start()
    with MongoClient(secantus.uri) as client:
        for source in ("admin", "demoDB", "people"):
            rights = [{"role": "root", "db": "admin"}]
            client[source].command("createUser", f"of-{source}", pwd=PASSWORD, roles=rights)
    secantus.stop()
    secantus.arguments = ["--auth"]
    return secantus.start()


PASSWORD = "pass wörd/@:%"
LOGINS = [
    ("of-admin", ""),
    ("of-admin", "/"),
    ("of-admin", "?retryWrites=true"),
    ("of-admin", "/?authSource=admin"),
    ("of-admin", "/shop?authSource=admin"),
    ("of-demoDB", "/demoDB"),
    ("of-people", "/people"),
    ("of-people", "/?authSource=people"),
]


def test_a_login_is_where_the_specification_says(users: Secantus, start_server, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    for user, rest in LOGINS:
        in_uri = f"mongodb://{user}:{quote(PASSWORD, safe='')}@127.0.0.1:{users.port}{rest}"
        beside = {"MONGODB_URI": f"mongodb://{user}@127.0.0.1:{users.port}{rest}", "MONGODB_PASSWORD_FILE": str(file)}
        for settings in ({"MONGODB_URI": in_uri}, beside):
            server = start_server(**settings)
            wait_until(lambda server=server: server.get("/readyz").status == 200, f"readiness as {user} with {rest}")


def test_a_user_of_another_database_does_not_get_in(users: Secantus, start_server) -> None:
    for user, rest in [("of-demoDB", ""), ("of-admin", "/demoDB"), ("of-people", "/demoDB")]:
        uri = f"mongodb://{user}:{quote(PASSWORD, safe='')}@127.0.0.1:{users.port}{rest}"
        expect_unavailable(start_server(MONGODB_URI=uri), "password")


def test_the_data_are_in_demodb_where_no_database_is_named(secantus: Secantus, start_server) -> None:
    secantus.start()
    server = start_server(MONGODB_URI=secantus.uri)
    wait_until(lambda: server.get("/readyz").status == 200, "readiness")
    ok(server.post("/api/load-sample-data"))
    with MongoClient(secantus.uri) as client:
        assert client.demoDB.users.count_documents({}) == 5


def test_a_server_that_comes_later_is_found(secantus: Secantus, start_server) -> None:
    server = start_server(MONGODB_URI=secantus.uri)
    expect_unavailable(server, str(secantus.port))
    secantus.start()
    wait_until(lambda: server.get("/readyz").status == 200, "readiness once the server is there")
    assert ok(server.post("/api/load-sample-data"))["message"] == "Sample data loaded: 5 users, 4 orders"


def test_a_server_that_goes_and_comes_back(secantus: Secantus, start_server) -> None:
    secantus.start()
    server = start_server(MONGODB_URI=secantus.uri)
    wait_until(lambda: server.get("/readyz").status == 200, "readiness")
    ok(server.post("/api/load-sample-data"))
    secantus.stop()
    expect_unavailable(server)
    assert server.post("/api/random-user").status == 503
    secantus.start()
    wait_until(lambda: server.get("/readyz").status == 200, "readiness after the server came back")
    assert ok(server.get("/api/stats"))["total_users"] == 5
