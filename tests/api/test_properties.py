"""Whatever is sent, the answers are what /openapi.json says: made up from it, right and wrong, operation by operation."""

import uuid

import pytest
import schemathesis
from harness.deadline import DEADLINE, wait_until
from harness.server import Server
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

EXAMPLES = 30
ENDLESS = "/events"
# What refuses a request that is not as described. Pages and probes ignore what they do not know.
STRICT = ("/api/", "/hosts", "/cache/", "/sharding-info", "/version")
CURSORS = ("cursor", "users", "orders")


def make_lawful(case: schemathesis.Case) -> None:
    """What no schema can tell: an amount has two decimals, a cursor is one that was given, a key stands for one request."""
    if isinstance(case.body, dict) and isinstance(case.body.get("amount"), float):
        case.body["amount"] = round(case.body["amount"], 2)
    for name in CURSORS:
        case.query.pop(name, None)
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


def answer_to(case: schemathesis.Case) -> schemathesis.Response:
    """Asked again for a while where the service has too much to do: that is the machine's fault."""
    answers = []

    def is_answered() -> bool:
        answers.append(case.call(timeout=20))
        return answers[-1].status_code != 503

    wait_until(is_answered, f"{case.operation.label} to be answered", DEADLINE)
    return answers[-1]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_answers_are_as_described(server: Server, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    wrong, asked = [], 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == ENDLESS or (mode == GenerationMode.NEGATIVE and not operation.path.startswith(STRICT)):
            continue
        assert server.post("/api/load-sample-data").status == 200

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def conforms(case: schemathesis.Case) -> None:
            if mode == GenerationMode.POSITIVE:
                make_lawful(case)
            case.validate_response(answer_to(case))

        try:
            conforms()
            asked += 1
        except Unsatisfiable:
            continue  # Nothing that one could send is wrong here.
        except (Exception, BaseExceptionGroup) as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)
    assert asked >= (30 if mode == GenerationMode.POSITIVE else 10)
