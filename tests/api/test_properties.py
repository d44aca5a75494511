"""Whatever is sent, the answers are what /openapi.json says: made up from it, right and wrong, operation by operation."""

import pytest
import schemathesis
from harness.server import Server
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

EXAMPLES = 30
# An endless stream has no whole answer; a page's action answers with a page.
LEFT_OUT = {"/events"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_answers_are_as_described(server: Server, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    wrong = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in LEFT_OUT:
            continue

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
            case.call_and_validate(timeout=20)

        try:
            conforms()
        except Exception as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)
