"""Renders manifests/ from deploy/: each file can be applied by itself, in the order of FILES."""

import argparse
import itertools
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
MANIFESTS = ROOT / "manifests"

# What each file is made of, as folders of deploy/overlays.
FILES = {
    "namespaces": ("dev/namespace", "test/namespace"),
    "mongodb-config": ("dev/mongo-config",),
    "mongodb-shard": ("dev/mongo-shard",),
    "mongodb-mongos": ("dev/mongo-mongos",),
    "redis-dev": ("dev/redis",),
    "web-deployment": ("dev/demo-app",),
    "mongodb-test": ("test/mongo",),
    "redis-test": ("test/redis",),
    "test-deployment": ("test/demo-app",),
    "dashboard-admin": ("dashboard",),
}
ENVIRONMENTS = ("dev", "test")
# Components that a file of manifests/options adds to what is there, and those it builds upon; None for both environments.
OPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "gateway": ((), ENVIRONMENTS),
    "ingress": ((), ENVIRONMENTS),
    "second-shard": ((), ("dev",)),
    "hpa": ((), ("dev",)),
    "monitoring": ((), ENVIRONMENTS),
    "tls": (("gateway",), ENVIRONMENTS),
}
HEAD = "# Rendered from deploy/ by `make manifests`: change it there.\n"


class RenderError(Exception):
    """What kustomize complains of."""


def kustomize() -> Path:
    tool = subprocess.run([ROOT / "scripts/manifest_tools.sh", "kustomize"], stdout=subprocess.PIPE, text=True)
    if tool.returncode != 0:
        raise RenderError("there is no kustomize (above)")
    return Path(tool.stdout.strip())


def build(program: Path, folder: Path) -> str:
    done = subprocess.run([program, "build", folder], capture_output=True, text=True)
    # A warning is about what another version of it will refuse.
    if done.returncode != 0 or done.stderr:
        raise RenderError(f"{folder}: {done.stderr.strip()}")
    return done.stdout


def build_with(program: Path, environment: str, components: tuple[str, ...]) -> str:
    """An environment with components, as a user's own kustomization names them."""
    with tempfile.TemporaryDirectory(prefix="own-", dir=DEPLOY) as folder:
        lines = [
            "apiVersion: kustomize.config.k8s.io/v1beta1",
            "kind: Kustomization",
            f"namespace: {environment}",
            f"resources: [../overlays/{environment}]",
            f"components: [{', '.join(f'../components/{name}' for name in components)}]",
        ]
        (Path(folder) / "kustomization.yaml").write_text("\n".join(lines) + "\n")
        return build(program, Path(folder))


def objects(text: str) -> list[str]:
    return text.split("\n---\n") if text else []


def added(program: Path, name: str) -> str:
    """What an option makes new or other than it was."""
    below, environments = OPTIONS[name]
    found = []
    for environment in environments:
        before = {part.strip() for part in objects(build_with(program, environment, below))}
        after = objects(build_with(program, environment, (*below, name)))
        found += [part.strip() + "\n" for part in after if part.strip() not in before]
    return "---\n".join(found)


def combinations(environment: str) -> list[tuple[str, ...]]:
    """Every set of components that an environment may have."""
    names = [name for name, (_, environments) in OPTIONS.items() if environment in environments]
    return [some for count in range(len(names) + 1) for some in itertools.combinations(names, count)]


def render() -> dict[str, str]:
    """The text of every file, by its path below manifests/."""
    program = kustomize()

    def file(name: str) -> tuple[str, str]:
        parts = [build(program, DEPLOY / ("" if part == "dashboard" else "overlays") / part) for part in FILES[name]]
        return f"{name}.yaml", HEAD + "---\n".join(parts)

    def option(name: str) -> tuple[str, str]:
        return f"options/{name}.yaml", HEAD + added(program, name)

    with ThreadPoolExecutor() as pool:
        return dict([*pool.map(file, FILES), *pool.map(option, OPTIONS)])


def stale(rendered: dict[str, str]) -> list[str]:
    there = {str(path.relative_to(MANIFESTS)): path.read_text() for path in MANIFESTS.glob("**/*.yaml")}
    names = sorted(there.keys() | rendered.keys())
    return [f"manifests/{name}" for name in names if there.get(name) != rendered.get(name)]


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        rendered = render()
    except RenderError as error:
        print(f"render: {error}", file=sys.stderr)
        return 1
    for name in stale(rendered):
        file = ROOT / name
        text = rendered.get(str(file.relative_to(MANIFESTS)))
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
