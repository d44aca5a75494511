"""Holds every #include of src/ against the layers: http -> service -> {store, cache} -> domain -> base, never back."""

import re
import sys
from pathlib import Path

# What the files of a folder may include, besides their own folder. The longest folder that matches a path counts.
ALLOWED: dict[str, set[str]] = {
    "base": set(),
    "domain": {"base"},
    "config": {"base"},
    "store": {"domain", "base"},
    "store/sqlite": {"store", "domain", "base"},
    "mongo": {"domain", "base"},
    "store/mongo": {"store", "mongo", "domain", "base"},
    "cluster": {"mongo", "base"},
    "cache": {"base"},
    "cache/redis": {"cache", "base"},
    "service": {"store", "cache", "domain", "base"},
    "http": {"service", "store", "cache", "config", "domain", "base"},
    "cli": {"cluster", "config", "store", "domain", "base"},
}
# Tests run on real things: theirs may name the embedded store.
TESTS_MAY: set[str] = {"store/sqlite"}
# The one place that names a backend and may see everything.
ROOT_FILES = {"main.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def layer_of(path: str) -> str | None:
    """The layer of a path relative to src/, None for a file at its root or in an unknown folder."""
    parts = Path(path).parts[:-1]
    for length in range(len(parts), 0, -1):
        if (layer := "/".join(parts[:length])) in ALLOWED:
            return layer
    return None


def wrong_arrows(root: Path) -> list[str]:
    """One line for each include that points the wrong way."""
    source = root / "src"
    wrong = []
    for file in sorted([*source.rglob("*.cpp"), *source.rglob("*.h")]):
        name = file.relative_to(source).as_posix()
        if name in ROOT_FILES:
            continue
        layer = layer_of(name)
        if layer is None:
            wrong.append(f"src/{name}: belongs to no layer of scripts/include_arrows.py")
            continue
        allowed = ALLOWED[layer] | (TESTS_MAY if name.endswith("test.cpp") else set())
        for included in INCLUDE.findall(file.read_text()):
            target = layer_of(included)
            if target != layer and target not in allowed:
                wrong.append(f"src/{name}: {layer} may not include {included}")
    return wrong


if __name__ == "__main__":
    findings = wrong_arrows(Path(__file__).resolve().parent.parent)
    print("\n".join(findings) or "every include points the right way")
    sys.exit(1 if findings else 0)
