"""What a checkout on another system holds: the same bytes, whatever its git is told about line ends."""

import subprocess
from pathlib import Path

import pytest
from harness.server import ROOT


def line_ends_of(checkout: Path) -> dict[str, tuple[str, str, str]]:
    """Of each file, the line ends that it has in the index and in the checkout, and what the attributes say of them."""
    command = ["git", "-C", checkout, "ls-files", "--eol", "-z"]
    found = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]:
        ends, _, name = line.partition("\t")
        index, worktree, attributes = ends.split(None, 2)
        found[name] = (index.removeprefix("i/"), worktree.removeprefix("w/"), attributes.strip().removeprefix("attr/"))
    return found


def is_script(name: str) -> bool:
    return (ROOT / name).read_bytes().startswith(b"#!")


def test_every_script_has_line_feeds_and_is_to_keep_them() -> None:
    scripts = {name: state for name, state in line_ends_of(ROOT).items() if is_script(name)}
    assert {"start-cluster.sh", "stop-cluster.sh", "setup-sharding.sh", ".ci/run", "bench/run"} <= scripts.keys()
    assert {name: state for name, state in scripts.items() if state != ("lf", "lf", "text=auto eol=lf")} == {}


def test_only_what_is_about_line_ends_has_others() -> None:
    others = {name: state for name, state in line_ends_of(ROOT).items() if state[0] not in ("lf", "none")}
    assert all(name.startswith("fuzz/corpus/") and state[2] == "-text" for name, state in others.items()), others


@pytest.mark.parametrize("setting", ["core.autocrlf=true", "core.eol=crlf"])
def test_a_checkout_as_on_windows_has_the_same_bytes(tmp_path: Path, setting: str) -> None:
    checkout = tmp_path / "checkout"
    subprocess.run(["git", "clone", "--quiet", "--shared", "--config", setting, ROOT, checkout], check=True)
    files = line_ends_of(checkout)
    assert len(files) > 500
    assert {name: state for name, state in files.items() if state[0] != state[1]} == {}
