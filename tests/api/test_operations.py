"""What operators and machines read: health, version, topology, metrics, the documents."""

import re

import pytest
from harness.expect import is_count, ok
from harness.server import Server, run
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.sanitized

# Method and path of every row of the contract.
CONTRACT = {
    "/": {"get"},
    "/user-dashboard": {"get"},
    "/api/stats": {"get"},
    "/api/users": {"get", "post"},
    "/api/users/{user_id}": {"get"},
    "/api/users/{user_id}/orders": {"get"},
    "/api/users/{user_id}/orders/{order_id}": {"get"},
    "/api/orders": {"get", "post"},
    "/api/load-sample-data": {"post"},
    "/api/random-user": {"post"},
    "/api/random-order": {"post"},
    "/api/run-migration": {"post"},
    "/api/clear-data": {"delete"},
    "/hosts": {"get"},
    "/cache/status": {"get"},
    "/cache/clear": {"post"},
    "/sharding-info": {"get"},
    "/livez": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
    "/version": {"get"},
    "/openapi.json": {"get"},
    "/docs": {"get"},
}
METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_store_says_what_it_is(start_server) -> None:
    server = start_server(ENVIRONMENT="dev")
    info = ok(server.get("/sharding-info"))
    assert info["sharding_enabled"] is False
    assert is_count(info["shards"])
    assert (info["mode"], info["connected_to"], info["environment"]) == ("embedded", "sqlite", "dev")


def test_the_environment_is_local_by_default(shared_server: Server) -> None:
    assert ok(shared_server.get("/sharding-info"))["environment"] == "local"


@pytest.mark.parametrize("target", ["/livez", "/readyz"])
def test_it_is_alive_and_ready(shared_server: Server, target: str) -> None:
    assert shared_server.get(target).status == 200


def test_version(shared_server: Server) -> None:
    version = ok(shared_server.get("/version"))["version"]
    printed = run("version")
    assert printed.returncode == 0
    assert re.match(r"\d+\.\d+\.\d+", version)
    assert version in printed.stdout


def samples(server: Server) -> dict[str, list[tuple[dict[str, str], float]]]:
    answer = server.get("/metrics")
    assert answer.status == 200
    assert answer.header("Content-Type").startswith("text/plain; version=0.0.4")
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def requests_counted(server: Server, route: str, status: str) -> float:
    counted = samples(server)["http_server_request_duration_seconds_count"]
    return sum(value for labels, value in counted if route in labels.values() and status in labels.values())


def test_requests_are_counted_by_route_template_and_status(shared_server: Server) -> None:
    before = requests_counted(shared_server, "/api/users/{user_id}", "200")
    missed = requests_counted(shared_server, "/api/users/{user_id}", "404")
    for _ in range(5):
        ok(shared_server.get("/api/users/user_1"))
    for _ in range(3):
        shared_server.get("/api/users/nobody-of-this-name")
    assert requests_counted(shared_server, "/api/users/{user_id}", "200") == before + 5
    assert requests_counted(shared_server, "/api/users/{user_id}", "404") == missed + 3
    assert "nobody-of-this-name" not in shared_server.get("/metrics").text


def test_unknown_paths_make_no_series(shared_server: Server) -> None:
    for i in range(20):
        shared_server.get(f"/made-up-{i}")
    assert "made-up" not in shared_server.get("/metrics").text


def test_the_document_is_sound_and_complete(shared_server: Server) -> None:
    document = ok(shared_server.get("/openapi.json"))
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()
    for path, methods in CONTRACT.items():
        assert path in document["paths"], path
        assert methods <= document["paths"][path].keys(), path
    for path, item in document["paths"].items():
        assert (item.keys() & METHODS) <= METHODS
        for method in item.keys() & METHODS:
            operation = item[method]
            assert operation.get("summary") or operation.get("description"), f"{method} {path}"
            assert operation["responses"], f"{method} {path}"


def test_what_the_document_names_is_routed(shared_server: Server) -> None:
    document = ok(shared_server.get("/openapi.json"))
    for path, item in document["paths"].items():
        target = path.replace("{user_id}", "user_1").replace("{order_id}", "order_1")
        target = re.sub(r"{[^}]+}", "x", target)
        allowed = shared_server.request("PATCH", target).header("Allow").lower()
        assert {name.strip() for name in allowed.split(",")} - {"head", "options"} == item.keys() & METHODS, path


@pytest.mark.parametrize("target", ["/", "/user-dashboard", "/docs"])
def test_pages_need_nothing_from_outside(shared_server: Server, target: str) -> None:
    answer = shared_server.get(target)
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert "default-src" in answer.header("Content-Security-Policy")
    for address in re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'\s>)]+)""", answer.text):
        assert not re.match(r"(\w+:)?//", address), address
        if address.startswith("/"):
            # A switch of language or theme leads back to the page.
            assert shared_server.get(address.replace("&amp;", "&")).status in (200, 303), address


@pytest.mark.parametrize("target", ["/", "/api/users", "/nothing", "/livez"])
def test_answers_do_not_let_themselves_be_sniffed(shared_server: Server, target: str) -> None:
    assert shared_server.get(target).header("X-Content-Type-Options") == "nosniff"
