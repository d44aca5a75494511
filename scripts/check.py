"""The static gate: formatting, include arrows, file sizes, scripts, manifests, clang-tidy. Runs all, then says which failed."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import check_manifests
import include_arrows
import tidy

ROOT = Path(__file__).resolve().parent.parent

MAX_LINES = 400
# Longer files, each with the reason why it is better whole.
LONGER: dict[str, str] = {}


def tracked(*patterns: str) -> list[str]:
    """The files git knows or would add; an ignored file is never checked."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file()})


def run(*command: str) -> list[str]:
    """What a failing tool says, nothing where it is content."""
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return [result.stdout.strip() or f"{command[0]}: status {result.returncode}"] if result.returncode else []


def check_format() -> list[str]:
    return run("clang-format-19", "--dry-run", "-Werror", *tracked("*.cpp", "*.h"))


def check_arrows() -> list[str]:
    return include_arrows.wrong_arrows(ROOT)


def check_sizes() -> list[str]:
    wrong = []
    for name in tracked("*.cpp", "*.h", "*.py", "*.sh", "*.js", "*.css", "*.html", "bench/run"):
        lines = len((ROOT / name).read_text(errors="replace").splitlines())
        limit = 100 if name.endswith(".sh") else MAX_LINES
        if lines > limit and name not in LONGER:
            wrong.append(f"{name}: {lines} lines, more than {limit}: split it, or give the reason in scripts/check.py")
    return wrong


def check_shell() -> list[str]:
    names = tracked("*.sh", ".ci/run")
    for name in tracked("bench/*", "scripts/*", "tests/*", "deploy/*"):
        if "." not in Path(name).name and (ROOT / name).read_bytes()[:20].startswith(b"#!/usr/bin/env bash"):
            names.append(name)
    return run("shellcheck", *sorted(set(names)))


def check_python() -> list[str]:
    ruff = str(ROOT / ".venv/bin/ruff")
    return run(ruff, "check", "--quiet", ".") + run(ruff, "format", "--check", "--quiet", "--diff", ".")


def check_test_names() -> list[str]:
    """pytest imports a test file by its name alone, unless its folder is a package."""
    wrong, known = [], {}
    for name in tracked("tests/**/test_*.py"):
        path = Path(name)
        if not (ROOT / path.parent / "__init__.py").exists() and (other := known.setdefault(path.name, name)) != name:
            wrong.append(f"{name}: {other} has the same name")
    return wrong


def check_deployment() -> list[str]:
    return check_manifests.findings()


def check_tidy() -> list[str]:
    return tidy.findings(ROOT)


CHECKS: dict[str, Callable[[], list[str]]] = {
    "format": check_format,
    "arrows": check_arrows,
    "sizes": check_sizes,
    "shell": check_shell,
    "python": check_python,
    "names": check_test_names,
    "manifests": check_deployment,
    "tidy": check_tidy,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checks", nargs="*", choices=[*CHECKS, []], help="all when none is named")
    failed = []
    for name in parser.parse_args().checks or CHECKS:
        started = time.monotonic()
        wrong = CHECKS[name]()
        for line in wrong:
            print(line)
        print(f"check {name}: {'FAILED' if wrong else 'ok'} in {time.monotonic() - started:.1f} s", flush=True)
        failed += [name] if wrong else []
    if failed:
        print(f"failed: {', '.join(failed)}")
    if {"format", "python"} & set(failed):
        print("make fmt mends formatting")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
