"""What no sound client sends: 400 for what is no JSON object, 422 for what is none of ours."""

import pytest
from harness.expect import ok, problem
from harness.server import Server

pytestmark = pytest.mark.sanitized

JSON = {"Content-Type": "application/json"}
ADA = b'"name":"Ada","email":"ada@example.org","country":"UK"'


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"}",
        b"nul",
        b"[]",
        b'"text"',
        b"12",
        b"null",
        b"{}{}",
        b"{} x",
        b"{,}",
        b'{"a":1,}',
        b"{'a':1}",
        b"{a:1}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":01}',
        b'{"a":+1}',
        b'{"a":.5}',
        b'{"a":1.}',
        b'{"a":0x1}',
        b'{"a":"\n"}',
        b'{"a":"\\x"}',
        b'{"a":"\\u12"}',
        b'{"a":1}// x',
        b'/**/{"a":1}',
        b"\xef\xbb\xbf{}",
        b" ",
        b"\0",
        b'{"a":1e99999999999}',
    ],
)
def test_what_is_no_json_object_is_400(shared_server: Server, body: bytes) -> None:
    problem(shared_server.request("POST", "/api/users", body, JSON), 400)


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"\xff"}',
        b'{"name":"\xc3"}',
        b'{"name":"\xc0\xaf"}',
        b'{"name":"\xed\xa0\x80"}',
        b'{"name":"\xf4\x90\x80\x80"}',
        b'{"\xfe":1}',
        b'{"name":"\\ud800"}',
        b'{"name":"\\udc00\\ud800"}',
    ],
)
def test_invalid_text_is_400(shared_server: Server, body: bytes) -> None:
    problem(shared_server.request("POST", "/api/users", body, JSON), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"{" + ADA + b',"name":"Eve"}',
        b"{" + ADA + b',"n\\u0061me":"Eve"}',
        b"{" + ADA + b',"more":{"a":1,"a":2}}',
        b"{" + ADA + b',"more":[{"a":1,"a":1}]}',
    ],
)
def test_duplicate_members_are_400(shared_server: Server, body: bytes) -> None:
    problem(shared_server.request("POST", "/api/users", body, JSON), 400)


def nested(depth: int) -> bytes:
    """An object of `depth` levels in all."""
    return b'{"name":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_depth_64_is_read_and_65_is_400(shared_server: Server) -> None:
    problem(shared_server.request("POST", "/api/users", nested(64), JSON), 422, "name")
    problem(shared_server.request("POST", "/api/users", nested(65), JSON), 400)
    problem(shared_server.request("POST", "/api/users", nested(400_000), JSON), 400)


def test_escapes_mean_what_they_say(server: Server) -> None:
    body = rb'{"n\u0061me":"\u0041d\u00e9 \ud834\udd1e","email":"a\u0040b","country":"\/\\\""}'
    user = ok(server.request("POST", "/api/users", body, JSON), 201)
    assert (user["name"], user["email"], user["country"]) == ("Adé 𝄞", "a@b", '/\\"')


def test_white_space_is_free(server: Server) -> None:
    ok(server.request("POST", "/api/users", b"\r\n\t {" + ADA.replace(b",", b" ,\n") + b"}\n ", JSON), 201)


@pytest.mark.parametrize("target", ["/api/random-user", "/api/random-order", "/api/run-migration", "/cache/clear"])
def test_actions_take_an_empty_object_and_refuse_members(sample_server: Server, target: str) -> None:
    ok(sample_server.request("POST", target, b"{}", JSON))
    problem(sample_server.request("POST", target, b'{"surprise":1}', JSON), 422, "surprise")
