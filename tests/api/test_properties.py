"""Whatever is sent, the answers are what /openapi.json says: made up from it, right and wrong, operation by operation."""

import pytest
import schemathesis
from harness.server import Server
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

EXAMPLES = 30
# The pages speak HTML, and have tests of their own; /events never ends.
INTERFACE = ("/api/", "/hosts", "/cache/", "/sharding-info", "/livez", "/readyz", "/metrics", "/version")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_answers_are_as_described(server: Server, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    wrong = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if not operation.path.startswith(INTERFACE):
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
            # Some rules no schema can tell: a cursor is one that was given, a key stands for one request.
            case.call_and_validate(timeout=20, excluded_checks=[positive_data_acceptance])

        try:
            conforms()
        except Unsatisfiable:
            continue  # Nothing that one could send is wrong here.
        except (Exception, BaseExceptionGroup) as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)
