"""Open-loop load on a site while something happens to it."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from harness.kubernetes import Site, read

OPEN_LOOP = Path(__file__).parent / "open_loop.py"
LONGEST = 1800  # seconds; whatever becomes of the test, the load ends.


class Load:
    """`with Load(site, rate=200) as load: …`, then load.result; it is not looked at when the body fails.

    With `node` the requests come from that node and go to the Service: no gateway stands between them and the pods.
    """

    def __init__(
        self, site: Site, rate: float = 100, writes: float = 0.0, node: str = "", targets: Sequence[str] = ()
    ) -> None:
        address = f"{service_address(site)}:80" if node else f"{site.address}:{site.port}"
        how = ("--rate", str(rate), "--seconds", str(LONGEST), "--writes", str(writes))
        which = ("--targets", *targets) if targets else ()
        prefix = ["nsenter", f"--net=/run/netns/demo-{node}"] if node else []
        self.command = [*prefix, sys.executable, str(OPEN_LOOP), address, "--host", site.host, *how, *which]
        self.result: dict = {}

    def __enter__(self) -> "Load":
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.began = time.monotonic()
        time.sleep(1)  # Under way before anything happens.
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(1)
        self.process.terminate()
        output, _ = self.process.communicate(timeout=60)
        self.result = json.loads(output)

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def check_none_failed(self) -> None:
        assert self.result["failed"] == 0, json.dumps(self.result, indent=1)
        assert self.result["sent"] > 0

    def check_none_failed_after(self, seconds: float) -> None:
        assert self.result["last_failure_s"] <= seconds, json.dumps(self.result, indent=1)
        assert self.result["good"] > 0

    def __str__(self) -> str:
        shown = ("sent", "failed", "p50_ms", "p99_ms", "longest_gap_s")
        return ", ".join(f"{name} {self.result[name]}" for name in shown)


def service_address(site: Site) -> str:
    return read("get", "service", "-n", site.namespace, "demo-app")["spec"]["clusterIP"]
