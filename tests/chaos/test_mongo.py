"""MongoDB in trouble: nothing acknowledged is lost, nothing is there twice, nobody waits past the deadline."""

import secrets
import time
from collections.abc import Callable, Iterator

import pymongo
import pytest
from harness.caller import Caller, getting
from harness.client import Answer, Client
from harness.deadline import DEADLINE, SLOWER, wait_until
from harness.expect import ok
from harness.gate import OPEN, REFUSED, SILENT, Gate, Way
from harness.history import History
from harness.mongo import Secantus
from harness.server import Server
from harness.workload import Workload

# An operation's own limit (limits::kOperation), and what the row adds to it.
OPERATION = 10.0
MARGIN = 0.5
# How long the driver waits for a reply (limits::kSocket).
SOCKET = 6.0
LIFETIME = 30.0  # of what is known of a user
# Of who asks for what memory has, when its lifetime ends and the store does not answer: 0.25 s, and room.
PATIENCE = 1.0

# For ten writes to get through whatever goes on.
ENOUGH = 6 * DEADLINE

NOT_PRIMARY = 10107
PRIMARY_STEPPED_DOWN = 189


@pytest.fixture(scope="module")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secantus]:
    one = Secantus(tmp_path_factory.mktemp("mongo"), "--sync-on-commit").start()
    yield one
    one.stop()


def fail(mongo: Secantus, times: int | str, *commands: str, **how: object) -> None:
    """The next `times` of `commands` fail: errorCode=10107, closeConnection=True; "off" heals."""
    mode = times if isinstance(times, str) else {"times": times}
    command = {"configureFailPoint": "failCommand", "mode": mode, "data": {"failCommands": [*commands], **how}}
    with pymongo.MongoClient(mongo.uri, directConnection=True, serverSelectionTimeoutMS=5000) as client:
        client.admin.command(command)


@pytest.fixture
def gate(mongo: Secantus) -> Iterator[Gate]:
    with Gate(mongo.port, mongo.port, "127.0.0.2") as one:
        yield one


@pytest.fixture
def server(gate: Gate, start_server: Callable[..., Server], request: pytest.FixtureRequest) -> Server:
    database = "chaos_" + request.node.name.partition("[")[0][-30:]
    one = start_server(MONGODB_URI=f"mongodb://{gate.address}/{database}")
    wait_until(lambda: one.get("/readyz").status == 200, "the service to reach its store")
    return one


def order_once(server: Server, key: str) -> Answer:
    """An order of user_2, on a connection that waits longer than the service may take."""
    client = Client(server.port, deadline=3 * DEADLINE)
    return client.post("/api/orders", {"user_id": "user_2", "amount": 1}, idempotency_key=key)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_primary_steps_down_again_and_again(server: Server, mongo: Secantus) -> None:
    with Workload(server) as workload:
        for code in (NOT_PRIMARY, PRIMARY_STEPPED_DOWN) * 3:
            workload.wait_for_writes(10, ENOUGH)
            fail(mongo, 10, "insert", "update", "find", "aggregate", errorCode=code)
        fail(mongo, "off")
        workload.wait_for_writes(10, ENOUGH)
    print(workload.conclude())


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_replies_are_cut(server: Server, gate: Gate) -> None:
    with Workload(server) as workload:
        for length in (0, 1, 16, 40) * 2:
            workload.wait_for_writes(10, ENOUGH)
            gate.set(Way(cut_after=length))
            time.sleep(0.2)
            gate.set(OPEN)
        workload.wait_for_writes(10, ENOUGH)
    print(workload.conclude())


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_store_is_killed_under_load(server: Server, mongo: Secantus) -> None:
    with Workload(server) as workload:
        for _ in range(3):
            workload.wait_for_writes(10, ENOUGH)
            mongo.kill()
            time.sleep(0.5)
            mongo.start()
            workload.wait_for_writes(10, ENOUGH)
    print(workload.conclude())


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_history_of_thousands_of_operations(server: Server, mongo: Secantus) -> None:
    """As test_sharded_mongo.py has it with a hundred thousand."""
    body = {"name": "one", "email": "one@example.org", "country": "Belgium"}
    with History(server, [ok(server.post("/api/users", body), 201)["user_id"]]) as history:
        history.wait_for(1000, ENOUGH)
        fail(mongo, 10, "insert", "find", "aggregate", errorCode=PRIMARY_STEPPED_DOWN)
        history.wait_for(2500, ENOUGH)
        mongo.kill()
        time.sleep(0.5)
        mongo.start()
        history.wait_for(5000, ENOUGH)
    print(history.conclude())


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize(
    "way", [Way(delay=2), SILENT, REFUSED, Way(garbage=b"\x10\0\0\0garbage!????")], ids=["slow", "stuck", "gone", "mad"]
)
def test_a_store_in_trouble_keeps_nobody_waiting(server: Server, gate: Gate, way: Way) -> None:
    """Row 8: reads and orders within the deadline, /livez at once, what is cached still served, well again by itself."""
    assert server.post("/api/load-sample-data").status == 200
    assert server.get("/api/users/user_1").status == 200  # cached now, for 30 s
    with Caller(getting(server, "/livez")) as alive, Caller(getting(server, "/api/users/user_1")) as cached:
        gate.set(way)
        for _ in range(3):
            started = time.monotonic()
            answer = server.connect().get("/api/users/user_2?")  # another target, in no cache
            assert answer.status in (200, 503), answer.body
            assert time.monotonic() - started < (OPERATION + MARGIN) * SLOWER
            started = time.monotonic()
            answer = order_once(server, secrets.token_hex(8))
            assert answer.status in (201, 503), answer.body
            assert time.monotonic() - started < (OPERATION + MARGIN) * SLOWER
        gate.set(OPEN)
        healed = time.monotonic()
        wait_until(lambda: server.connect().get("/api/users/user_3").status == 200, "it to be well again", deadline=30)
        assert time.monotonic() - healed < 5 * SLOWER
        wait_until(lambda: server.get("/readyz").status == 200, "it to be ready again")
    assert alive.statuses() == {200}
    assert sorted(took for _, _, took in alive.answers)[int(len(alive.answers) * 0.99)] < 0.05 * SLOWER
    assert cached.statuses() == {200}


@pytest.mark.slow
@pytest.mark.parametrize("milliseconds", [3000, 4000, 7000])
def test_an_order_of_slow_commands_ends_at_the_deadline(server: Server, mongo: Secantus, milliseconds: int) -> None:
    """Three commands, none of which is too slow alone: the deadline is of all of them, and of the driver's second try."""
    assert server.post("/api/load-sample-data").status == 200
    key = secrets.token_hex(8)
    fail(mongo, "alwaysOn", "find", "insert", blockConnection=True, blockTimeMS=milliseconds)
    try:
        for _ in range(2):  # with a connection that is there, and one that must be made
            started = time.monotonic()
            answer = order_once(server, key)
            assert time.monotonic() - started < (OPERATION + MARGIN) * SLOWER
            assert answer.status == 503, answer.body
    finally:
        fail(mongo, "off")
    wait_until(lambda: order_once(server, key).status == 201, "the same key to settle it", deadline=30)
    assert server.get("/api/users/user_2").json()["order_count"] == 2


@pytest.mark.slow
def test_an_insertion_that_gets_no_reply_is_tried_once_more(server: Server, mongo: Secantus, gate: Gate) -> None:
    """As when a router waits for a primary whose machine is gone: whoever asks it next is answered."""
    fail(mongo, 1, "insert", blockConnection=True, blockTimeMS=int(2000 * OPERATION))
    started = time.monotonic()
    added = server.post("/api/users", {"name": "Ada", "email": "ada@shop.example", "country": "Belgium"})
    assert added.status == 201, added.text
    assert time.monotonic() - started < SOCKET, "only then the driver gave up"
    assert [user["name"] for user in server.get("/api/users").json()] == ["Ada"]
    silent = f'"message":"a command of MongoDB failed","command":"insert","server":"{gate.address}"'
    wait_until(lambda: silent in server.log(), "the log to name who did not answer")


@pytest.mark.slow
def test_what_memory_has_waits_for_no_store(server: Server, gate: Gate) -> None:
    """Neither when an order fails of which nobody knows whether it is there (that concerns its own user), nor when the
    lifetime ends while the store does not answer."""
    assert server.post("/api/load-sample-data").status == 200
    assert server.get("/api/users/user_1").status == 200
    kept = time.monotonic()
    with Caller(getting(server, "/api/users/user_1")) as cached:
        gate.set(SILENT)
        assert server.connect().post("/api/orders", {"user_id": "user_2", "amount": 1}).status == 503
        time.sleep(LIFETIME + 2 - (time.monotonic() - kept))
        gate.set(OPEN)
    assert cached.statuses() == {200}
    assert max(took for _, _, took in cached.answers) < PATIENCE * SLOWER


def test_a_store_that_is_not_there_is_named(start_server: Callable[..., Server], mongo: Secantus) -> None:
    with Gate(mongo.port, mongo.port, "127.0.0.2") as gate:
        gate.set(REFUSED)
        server = start_server(MONGODB_URI=f"mongodb://{gate.address}/absent")
        assert server.get("/readyz").status == 503
        wait_until(lambda: gate.address in server.get("/readyz").text, "the first look to name it", deadline=10)
        assert server.get("/livez").status == 200
        assert server.get("/api/users").status == 503
        gate.set(OPEN)
        wait_until(lambda: server.get("/readyz").status == 200, "it to become ready by itself", deadline=30)
        assert server.get("/api/users").status == 200
