"""What the distributed part must reach, held against what was measured."""

from statistics import median

from suite.targets import FLASK, OURS, Verdict, ratio_of


def judge(results: dict) -> list[Verdict]:
    return [*_against_flask(results), *_bursts(results), *_redis_outage(results), *_store_outage(results)]


def _against_flask(results: dict):
    for name, load in results["loads"].items():
        least = 10 if " hit" in f" {name}" else 4 if name.startswith("single read") else None
        if least:
            ratio = ratio_of(load, "cpu", FLASK, OURS)
            yield Verdict(f"{name}: less CPU than Flask", f"≥ {least} ×", f"{ratio:.2f} ×", ratio >= least)


def _bursts(results: dict):
    same, different = results["bursts"].values()
    reads = max(burst["reads"] for burst in same)
    yield Verdict("1 000 misses of one user at once: reads of the store (worst)", "1", f"{reads:.0f}", reads == 1)
    worst = max(burst["commands"] for burst in different)
    yield Verdict("misses of 64 users at once: commands to the store (worst)", "≤ 4", f"{worst:.0f}", round(worst) <= 4)


def added(latency: dict, moment: str) -> float:
    """How much longer, in ms, the slowest hundredth takes than where there never was a Redis: the median pair."""
    pairs = zip(latency[moment]["p99"], latency["without"]["p99"], strict=True)
    return median(one - other for one, other in pairs)


def _redis_outage(results: dict):
    for name, found in results["redis_outage"].items():
        for moment, when, most in (("as it goes", "that second", 50), ("gone", "from then on", 1)):
            waited = median(found["waited_ms"][moment])
            yield Verdict(f"{name}, {when}: waited for it (p99)", f"≤ {most} ms", f"≤ {waited:g} ms", waited <= most)


def _store_outage(results: dict):
    answers = results["store_outage"]["peers"][OURS]["answers"]
    other = sum(number for status, number in answers.items() if status not in ("200", "201", "503"))
    yield Verdict("a part of the store gone: answers other than 2xx and 503", "0", str(other), other == 0)
