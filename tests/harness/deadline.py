"""How long a test waits before it says that something does not come. No timing is asserted with these."""

import os
import time
from collections.abc import Callable

# The sanitizer builds are several times slower.
SLOWER = float(os.environ.get("DEMO_SLOWER", "1"))
DEADLINE = 10 * SLOWER


def wait_until(condition: Callable[[], object], what: str, deadline: float = DEADLINE) -> None:
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"not within {deadline:.0f} s: {what}"
        time.sleep(0.01)
