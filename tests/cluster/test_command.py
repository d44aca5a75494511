"""`demo-app cluster` where no cluster is: what it refuses, and how it says so."""

import json
from pathlib import Path

import pytest
from harness.server import run

TOPOLOGY = {
    "config": {"name": "rs-config", "members": ["127.0.0.1:1"]},
    "shards": [{"name": "rs-shard", "members": ["127.0.0.1:2", "127.0.0.1:3"]}],
    "routers": ["127.0.0.1:4"],
}


def written(folder: Path, **members: object) -> str:
    file = folder / "topology.json"
    file.write_text(json.dumps(TOPOLOGY | members))
    return str(file)


@pytest.mark.parametrize("command", ["apply", "status"])
def test_a_wrong_topology_is_status_2_and_one_line(command: str, tmp_path: Path) -> None:
    for members, named in [({"shard": []}, '"shard"'), ({"routers": ["127.0.0.1"]}, "routers[0]")]:
        check_refused(command, written(tmp_path, **members), named)
    check_refused(command, str(tmp_path / "absent.json"), "absent.json")


def check_refused(command: str, topology: str, named: str) -> None:
    result = run("cluster", command, "--topology", topology)
    assert result.returncode == 2, result
    assert named in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("arguments", [(), ("apply", "--format", "yaml"), ("apply", "--deadline", "0"), ("drop",)])
def test_wrong_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    result = run("cluster", *arguments)
    assert result.returncode == 2, result
    assert result.stderr.startswith("demo-app: ")


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hush\nhush")
    user = {"name": "admin", "passwordFile": "password"}
    result = run("cluster", "apply", "--topology", written(tmp_path, users={"admin": user}))
    assert result.returncode == 2
    assert "users.admin.passwordFile" in result.stderr
    assert "hush" not in result.stderr + result.stdout


def test_a_secret_in_place_of_its_file_is_not_shown(tmp_path: Path) -> None:
    for admin in ({"name": "admin", "passwordFile": "hush"}, {"name": "admin", "password": "hush"}, "hush"):
        check_refused("status", written(tmp_path, users={"admin": admin}), "users.admin")
        result = run("cluster", "status", "--topology", written(tmp_path, users={"admin": admin}))
        assert "hush" not in result.stderr


def test_apply_gives_up_with_the_reason(tmp_path: Path) -> None:
    result = run("cluster", "apply", "--deadline", "1", "--topology", written(tmp_path))
    assert result.returncode == 1
    assert "gave up after 1 s without progress" in result.stderr
    assert "rs-shard: 0 of 2 members answer, waiting for 127.0.0.1:2, 127.0.0.1:3" in result.stderr
    # One line for one reason, however often it looked.
    assert result.stdout.count("wait: ") == 1


def test_a_rehearsal_tells_every_step(tmp_path: Path) -> None:
    result = run("cluster", "apply", "--dry-run", "--topology", written(tmp_path))
    assert result.returncode == 0, result
    for step in (
        "would rs-config: initiate with 1 members",
        "would rs-shard: add it as a shard",
        "would demoDB.users: shard on _id hashed",
        "would demoDB.orders: shard on user_id hashed",
    ):
        assert step in result.stdout


def test_json_is_a_value_a_line(tmp_path: Path) -> None:
    result = run("cluster", "apply", "--dry-run", "--format", "json", "--topology", written(tmp_path))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines[-1]["event"] == "end"
    assert lines[-1]["steps"] == sum(line["event"] == "step" for line in lines)


def test_status_names_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    result = run("cluster", "status", "--topology", written(tmp_path))
    assert result.returncode == 1
    for state in ("member-down", "no-primary", "no-router"):
        assert f"docs/runbook.md#{state}" in result.stdout
    report = json.loads(run("cluster", "status", "--format", "json", "--topology", written(tmp_path)).stdout)
    assert all(finding["do"] and finding["what"] for finding in report["findings"])
