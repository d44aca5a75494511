"""What the figures were measured on and with."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path

from suite import places, stores
from suite.process import Server


def describe() -> dict[str, str]:
    return {**_alone(), "nginx": _output(["nginx", "-v"]).removeprefix("nginx version: "), "Flask": _flask()}


def describe_distributed(server: Server, store: str) -> dict[str, str]:
    """`server` is the service on the store that is described as `store`."""
    version = json.loads(server.get("/sharding-info")[1])["version"]
    wanted = _wanted()
    return {
        **_alone(),
        "Flask": f"{_flask()}, PyMongo {wanted['pymongo']}, redis-py {wanted['redis']}",
        "store": f"{version}: {store}",
        "Redis": stores.redis_version(),
        **_priority(),
    }


def _priority() -> dict[str, str]:
    """How the run's session weighs against others, where somebody gave it a weight."""
    file = Path("/proc/self/autogroup")
    nice = file.read_text().split()[-1] if file.exists() else "0"
    return {} if nice == "0" else {"priority": f"nice {nice} against other sessions"}


def _alone() -> dict[str, str]:
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024**2
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "file system": _output(["stat", "-f", "-c", "%T", str(places.WORK)]),
        "service": _output([str(places.APP), "version"]),
    }


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1].strip() if found else platform.processor()


def _flask() -> str:
    wanted = _wanted()
    python = _output([str(places.FLASK_VENV / "bin" / "python"), "--version"])
    return f"{wanted['Flask']}, gunicorn {wanted['gunicorn']}, {python}"


def _wanted() -> dict[str, str]:
    return dict(re.findall(r"^(\w+)==(\S+)$", (places.FLASK / "requirements.txt").read_text(), re.MULTILINE))


def _output(command: list[str]) -> str:
    env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    except OSError:
        return "unknown"
    return (done.stdout + done.stderr).strip().splitlines()[0] if done.stdout + done.stderr else "unknown"
