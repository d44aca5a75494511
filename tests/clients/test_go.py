"""A client in Go, made by oapi-codegen. That of openapi-generator is in test_java.py."""

import shutil
from pathlib import Path

from calls import HERE, CheckCalls, Run, go

FILES = HERE / "go"


def test_every_operation(
    description: Path, arguments: list[str], run: Run, check_calls: CheckCalls, tmp_path: Path
) -> None:
    for name in ("go.mod", "go.sum", "generator.yaml", "drive.go"):
        shutil.copy(FILES / name, tmp_path)
    run(go(), "tool", "oapi-codegen", "-config", "generator.yaml", description)
    run(go(), "vet", ".")
    run(go(), "build", "-o", "drive", ".")
    check_calls(run(tmp_path / "drive", *arguments))
