"""Tables of the report, and numbers as people read them."""

from statistics import median


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def verdict_table(verdicts) -> str:
    rows = [[v.what, v.must, v.measured, "met" if v.met else "**missed**"] for v in verdicts]
    return table(["what", "must", "measured", ""], rows)


def count(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def spread(values: list[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def rates(values: list[float]) -> str:
    return f"{count(median(values))} ({count(min(values))}–{count(max(values))})"
