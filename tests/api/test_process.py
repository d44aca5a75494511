"""The process and its folder: ports, locks, restarts, logs."""

import json
import re
import signal
import socket

import pytest
from harness.deadline import DEADLINE, wait_until
from harness.expect import ok
from harness.raw import RawConnection, exchange
from harness.server import Server, run


def test_a_port_in_use_is_one_line_and_status_1(server: Server, tmp_path) -> None:
    settings = {"PORT": str(server.port), "BIND": "127.0.0.1", "DATA_DIR": str(tmp_path / "data")}
    result = run("serve", settings=settings)
    assert result.returncode == 1, result
    assert str(server.port) in result.stderr
    ok(server.get("/api/stats"))


def test_two_processes_never_share_a_folder(sample_server: Server) -> None:
    result = run("serve", settings={"PORT": "0", "DATA_DIR": str(sample_server.data_dir)})
    assert result.returncode == 1, result
    assert str(sample_server.data_dir) in result.stdout + result.stderr
    assert ok(sample_server.get("/api/stats"))["total_users"] == 5


def test_a_folder_is_free_again_after_a_kill(sample_server: Server) -> None:
    sample_server.kill()
    sample_server.start()
    assert ok(sample_server.get("/api/stats"))["total_users"] == 5


def test_a_file_that_is_no_store_is_refused_and_left_alone(server: Server) -> None:
    assert server.stop() == 0
    stores = [file for file in server.data_dir.iterdir() if file.read_bytes()[:6] == b"SQLite"]
    assert len(stores) == 1
    for leftover in server.data_dir.iterdir():
        leftover.unlink()
    stores[0].write_bytes(b"this is no database\n" * 500)
    result = run("serve", settings={"PORT": "0", "DATA_DIR": str(server.data_dir)})
    assert result.returncode in (1, 2), result
    assert (result.stderr + result.stdout).strip()
    assert stores[0].read_bytes() == b"this is no database\n" * 500


@pytest.mark.sanitized
def test_data_survives_a_restart_and_a_kill(server: Server) -> None:
    ids = set()
    for end in (server.stop, server.kill, server.kill):
        ids |= {ok(server.post("/api/random-user"))["user_id"] for _ in range(20)}
        end()
        server.start()
        assert {user["user_id"] for user in ok(server.get("/api/users"))} == ids


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_when_asked(server: Server, sent: signal.Signals) -> None:
    ok(server.post("/api/random-user"))
    assert server.stop(sent) == 0


def test_a_second_sigterm_ends_at_once(start_server) -> None:
    server = start_server(DRAIN_DELAY="600")
    server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: server.get("/readyz").status == 503, "readyz says that it drains")
    assert server.get("/livez").status == 200
    ok(server.get("/api/stats"))
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=DEADLINE)
    server.process = None


def test_draining_answers_and_closes(start_server) -> None:
    server = start_server(DRAIN_DELAY="2")
    with RawConnection(server.port) as connection:
        request = b"GET /api/stats HTTP/1.1\r\nHost: x\r\n\r\n"
        assert connection.send(request).read_answer().header("Connection").lower() != "close"
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: server.get("/readyz").status == 503, "readyz says that it drains")
    with RawConnection(server.port) as connection:
        answer = connection.send(request).read_answer()
        assert (answer.status, answer.header("Connection").lower()) == (200, "close")
        assert connection.is_closed()
    # Another SIGTERM would end it at once.
    assert server.process.wait(timeout=DEADLINE) == 0
    server.process = None


def test_an_idle_connection_does_not_hold_up_the_end(server: Server) -> None:
    with RawConnection(server.port), RawConnection(server.port) as half:
        half.send(b"GET /livez HTT")
        assert server.stop() == 0


def test_a_new_connection_after_the_end_is_refused(server: Server) -> None:
    port = server.port
    assert server.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)


# What the server refuses itself, with as much as its log can know of each.
REFUSED = {
    b"GET /livez HTTP/1.1\r\n\r\n": ("-", ""),
    b"POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n": ("POST", "/api/users"),
    b"FOO /api/users HTTP/1.1\r\nHost: a\r\n\r\n": ("-", "/api/users"),
}


def test_json_logs_hold_one_access_line_a_request(start_server) -> None:
    server = start_server(LOG_FORMAT="json")
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    for _ in range(3):
        ok(server.get("/api/stats", traceparent=f"00-{trace}-00f067aa0ba902b7-01"))
    request_id = server.get("/api/users/nobody").header("X-Request-Id")
    assert request_id
    refused = {sent: exchange(server.port, sent) for sent in REFUSED}
    assert server.stop() == 0
    # The one line for whoever started it is no log line.
    lines = [json.loads(line) for line in server.log().splitlines() if not line.startswith("listening on ")]
    text = [json.dumps(line) for line in lines]
    assert sum(trace in line for line in text) == 3
    missed = [line for line in lines if request_id in json.dumps(line)]
    assert len(missed) == 1
    assert "/api/users/{user_id}" in json.dumps(missed[0])
    assert 404 in missed[0].values()
    for sent, answer in refused.items():
        of_it = [line for line in lines if line.get("request_id") == answer.header("X-Request-Id")]
        method, path = REFUSED[sent]
        assert [(line["method"], line["path"], line["status"]) for line in of_it] == [(method, path, answer.status)], (
            sent
        )


def test_text_logs_hold_no_control_characters(start_server) -> None:
    server = start_server(LOG_FORMAT="text")
    server.get("/%0a%1b[31mred")
    server.get("/x", user_agent="a\x7fb", traceparent="\x7f")
    assert server.stop() == 0
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", server.log())
