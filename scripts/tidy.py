"""Runs clang-tidy on every source of src/, two at a time, and remembers by content, for every checkout, which were clean."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

CLANG_TIDY = "clang-tidy-19"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
FORGOTTEN_AFTER = 30 * 24 * 3600  # seconds in which no run asked for a mark


def sources_seen(source: Path, include_root: Path) -> list[Path]:
    """`source` and every header of ours that it includes, directly or not."""
    seen: set[Path] = set()
    waiting = [source]
    while waiting:
        file = waiting.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        for name in INCLUDE.findall(file.read_text(errors="replace")):
            waiting += [include_root / name, file.parent / name]
    return sorted(seen)


def key_of(root: Path, entry: dict[str, str]) -> str:
    digest = hashlib.sha256()
    command = entry["command"].replace(str(root), "")
    for part in (tool_version(), command, (root / ".clang-tidy").read_text()):
        digest.update(part.encode() + b"\0")
    for file in sources_seen(Path(entry["file"]), root / "src"):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def tool_version() -> str:
    return subprocess.run([CLANG_TIDY, "--version"], check=True, capture_output=True, text=True).stdout


def examine(root: Path, entry: dict[str, str], clean: Path) -> str:
    """What clang-tidy finds in one source; nothing where it is, or was, clean."""
    mark = clean / key_of(root, entry)
    if mark.exists():
        mark.touch()
        return ""
    # gcc's own warnings are the compiler's business; some of its flags clang does not know.
    command = [CLANG_TIDY, "--quiet", "-p", str(root / "build"), "--extra-arg=-Wno-everything", entry["file"]]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if result.returncode == 0 and not result.stdout.strip():
        mark.touch()
        return ""
    return result.stdout.strip() or f"{entry['file']}: {CLANG_TIDY} ended with status {result.returncode}"


def findings(root: Path) -> list[str]:
    entries = json.loads((root / "build/compile_commands.json").read_text())
    entries = [entry for entry in entries if Path(entry["file"]).is_relative_to(root / "src")]
    # The tests' macros expand to what no check likes; the compilers' warnings and the sanitizers hold them.
    entries = [entry for entry in entries if not entry["file"].endswith("_test.cpp")]
    clean = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "demo-app/tidy"
    clean.mkdir(parents=True, exist_ok=True)
    for mark in clean.iterdir():
        if mark.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
            mark.unlink(missing_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [found for found in pool.map(lambda entry: examine(root, entry, clean), entries) if found]


if __name__ == "__main__":
    found = findings(Path(__file__).resolve().parent.parent)
    print("\n".join(found) or "clang-tidy: clean")
    sys.exit(1 if found else 0)
