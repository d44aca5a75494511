"""A client in Python, made by openapi-python-client."""

import sys
from pathlib import Path

from calls import HERE, CheckCalls, Run

FILES = HERE / "python"


def test_every_operation(
    description: Path, arguments: list[str], run: Run, check_calls: CheckCalls, tmp_path: Path
) -> None:
    tools = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", tools)
    pip = [sys.executable, "-m", "pip", "--python", tools / "bin/python"]
    run(*pip, "install", "--quiet", "--require-hashes", "-r", FILES / "requirements.txt")
    generate = [tools / "bin/openapi-python-client", "generate", "--meta", "none", "--fail-on-warning"]
    run(*generate, "--path", description, "--config", FILES / "generator.yaml", "--output-path", "demo_client")
    printed = run(tools / "bin/python", FILES / "drive.py", *arguments, PYTHONPATH=str(tmp_path))
    check_calls(printed)
