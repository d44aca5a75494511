"""What /metrics says."""

from prometheus_client.parser import text_string_to_metric_families

from harness.server import Server


def value(server: Server, name: str, **labels: str) -> float:
    """The sum of all samples of `name` that have these labels."""
    total = 0.0
    answer = server.get("/metrics")
    assert answer.status == 200, answer.text
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                total += sample.value
    return total
