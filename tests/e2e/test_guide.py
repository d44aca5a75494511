"""The guide, followed to the letter: each block of commands in it, one after the other."""

import re
from collections.abc import Iterator

import pytest
from harness.kubernetes import DEADLINE, wait_for, wait_for_rollout
from harness.server import ROOT
from installed import Installation, ScriptFailed, run_script

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("mongodb")]

GUIDE = ROOT / "docs/kubernetes.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator:
    text = GUIDE.read_text()
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 2
        yield pytest.param(block[1], id=f"line {line}")


@pytest.mark.parametrize("commands", list(blocks()))
def test_does_what_it_shows(installation: Installation, commands: str) -> None:
    said = run_script("bash", "-euo", "pipefail", "-c", commands, deadline=400)
    print(said)
    for site in (installation.dev, installation.test):
        wait_for(site.is_ready, f"{site.host} to be well", DEADLINE)


def test_leaves_everything_as_it_was(installation: Installation) -> None:
    for namespace in ("dev", "test"):
        wait_for_rollout(namespace, "deployment/demo-app")
        wait_for_rollout(namespace, "statefulset/redis")


def test_a_command_that_fails_is_seen() -> None:
    with pytest.raises(ScriptFailed, match="status 1"):
        run_script("bash", "-euo", "pipefail", "-c", "false | cat", deadline=10)
