"""A client in TypeScript, typed by openapi-typescript; ajv holds each of its answers against the schemas."""

import shutil
from pathlib import Path

from calls import HERE, CheckCalls, Run, tool

FILES = HERE / "typescript"


def test_every_operation(
    description: Path, arguments: list[str], run: Run, check_calls: CheckCalls, tmp_path: Path
) -> None:
    npm, node = tool("npm"), tool("node")
    for name in ("package.json", "package-lock.json", "drive.ts"):
        shutil.copy(FILES / name, tmp_path)
    run(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    run(node, "node_modules/openapi-typescript/bin/cli.js", description, "--output", "api.d.ts")
    compiler = [node, "node_modules/typescript/bin/tsc", "--strict", "--skipLibCheck"]
    run(*compiler, "--module", "nodenext", "--target", "es2022", "drive.ts")
    check_calls(run(node, "drive.js", *arguments))
