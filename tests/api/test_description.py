"""What /openapi.json says holds for every reader of it, whatever program: numbers, names, kinds of answers."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from harness.client import Answer
from harness.expect import ok
from harness.server import Server
from jsonschema import Draft202012Validator

METHODS = ("get", "post", "delete")
# In the place of each part of a path that is given; what there is no such thing of is a problem.
GIVEN = {"user_id": "user_1", "order_id": "order_1", "kind": "not-found", "file": "app.css"}
BODIES = {
    "createUser": {"name": "Zoé", "email": "zoe@ecam.be", "country": "France"},
    "createOrder": {"user_id": "user_1", "amount": 0.07},
}
ENDLESS = "events"


@pytest.fixture(scope="module")
def document(shared_server: Server) -> dict[str, Any]:
    return ok(shared_server.get("/openapi.json"))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and item[method]["operationId"] != ENDLESS:
                yield path, method.upper(), item[method]


def schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every part of the document that is a schema of one kind of value, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str | list) or "enum" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from schemas(part)


def test_every_amount_of_whole_cents_is_valid(document: dict[str, Any]) -> None:
    """In binary floating point, in which most validators count; ajv, and the one here."""
    amount = Draft202012Validator(document["components"]["schemas"]["Amount"])
    some = random.Random(1).sample(range(1, 100_000_000), 5000)
    refused = [cents / 100 for cents in (*range(1, 5000), *some, 100_000_000) if not amount.is_valid(cents / 100)]
    assert refused == []
    for wrong in (0, -0.01, 1_000_000.01, "1"):
        assert not amount.is_valid(wrong)


def test_every_number_says_how_large_it_may_be(document: dict[str, Any]) -> None:
    """Without a format, generated clients read 32 bits."""
    numbers = [schema for schema in schemas(document) if {"integer", "number"} & set(kinds(schema))]
    assert len(numbers) > 30
    for schema in numbers:
        assert schema.get("format") in (("int32", "int64") if "integer" in kinds(schema) else ("double",)), schema


def kinds(schema: dict[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def test_every_enumeration_says_its_type(document: dict[str, Any]) -> None:
    assert [schema for schema in schemas(document) if "enum" in schema and kinds(schema) != ["string"]] == []


def test_no_schema_has_the_name_of_another_ones_constructor(document: dict[str, Any]) -> None:
    names = document["components"]["schemas"].keys()
    assert [name for name in names if name.removeprefix("New") in names - {name}] == []


@pytest.mark.parametrize(
    ("header", "status"),
    [({"If-Match": '"another"'}, 412), ({"Content-Encoding": "gzip", "Content-Type": "application/json"}, 415)],
)
def test_every_write_names_how_it_may_be_refused(
    sample_server: Server, document: dict[str, Any], header: dict[str, str], status: int
) -> None:
    """By its own number: a generated client reads it as what it is."""
    writes = [write for write in operations(document) if write[1] != "GET"]
    for path, method, operation in writes:
        answer = sample_server.request(method, path, BODIES.get(operation["operationId"], {}), header)
        assert answer.status == status, path
        assert str(status) in operation["responses"], path


def test_every_problem_may_be_a_page(document: dict[str, Any]) -> None:
    problems = [kinds["content"] for kinds in document["components"]["responses"].values() if "content" in kinds]
    for content in problems:
        assert ("application/problem+json" not in content) or "text/html" in content


def resolve(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    for step in part.get("$ref", "").split("/")[1:]:
        part = (document if step == "components" else part)[step]
    return part


def closed(part: Any) -> Any:
    """The same, with no member of an object that is not listed: some generated clients refuse those."""
    if isinstance(part, dict):
        more = {"additionalProperties": False} if "properties" in part and "type" in part else {}
        return more | {name: closed(value) for name, value in part.items()}
    return [closed(value) for value in part] if isinstance(part, list) else part


def check_is_described(document: dict[str, Any], operation: dict[str, Any], answer: Answer) -> None:
    responses = operation["responses"]
    found = resolve(document, responses.get(str(answer.status), responses["default"]))
    kind = answer.header("Content-Type").partition(";")[0]
    said = f"{operation['operationId']}: {answer.status} {kind}"
    assert kind in (found.get("content") or {"": None}), said
    if kind == "application/json" and operation["operationId"] != "openapi":
        schema = {"components": document["components"]} | found["content"][kind]["schema"]
        Draft202012Validator(closed(schema)).validate(answer.json())


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("query", ["", "?no-such-parameter=1"])
def test_every_operation_answers_what_it_lists(
    sample_server: Server, document: dict[str, Any], accept: str, query: str
) -> None:
    for path, method, operation in operations(document):
        assert sample_server.post("/api/load-sample-data").status == 200
        body = BODIES.get(operation["operationId"])
        answer = sample_server.request(method, path.format(**GIVEN) + query, body, {"Accept": accept})
        check_is_described(document, operation, answer)
        if answer.status == 200 and (tag := answer.headers.get("ETag")):
            again = sample_server.request("GET", path.format(**GIVEN), headers={"Accept": accept, "If-None-Match": tag})
            assert again.status in (200, 304), path  # Figures may have changed.
            assert "304" in operation["responses"], path
