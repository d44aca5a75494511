"""The container image, built with buildah and mounted, without any container engine."""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.server import ROOT

BASE = "docker.io/library/debian:bookworm-slim"
# Kept between runs: with it a change of the sources builds in minutes, without installing packages again.
STORE = ROOT / "build" / "image"
BUILD_DEADLINE = 1500


# It compiles for minutes, and has the time that other tests leave. In a session of its own: Linux shares the processors
# among sessions first, and the browser has one, too.
IDLE = [
    "setsid",
    "--wait",
    "sh",
    "-c",
    '{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec chrt --idle 0 "$@"',
    "idle",
]


def buildah(*arguments: str | Path, deadline: float = 120) -> str:
    done = subprocess.run(_command(*arguments), capture_output=True, text=True, timeout=deadline, check=False)
    assert done.returncode == 0, f"buildah {arguments[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout.strip()


def _command(*arguments: str | Path) -> list[str | Path]:
    place = STORE / _storage_driver()
    where = ["--storage-driver", place.name, "--root", place / "root", "--runroot", place / "run"]
    return [*IDLE, "buildah", *where, *arguments]


@functools.cache
def _storage_driver() -> str:
    """Layers on top of each other where the kernel lets us mount them, else vfs, which copies each and is slow."""
    probe = STORE / "probe"
    command = ["buildah", "--storage-driver", "overlay", "--root", probe / "root", "--runroot", probe / "run", "info"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    shutil.rmtree(probe, ignore_errors=True)
    return "overlay" if done.returncode == 0 else "vfs"


@dataclass(frozen=True)
class Image:
    root: Path  # Its files, mounted.
    config: dict  # As Docker sees it.


class CannotBuild(Exception):
    """Something that building needs is not on this machine."""


@contextmanager
def build_image() -> Iterator[Image]:
    """Builds it from the tree as it is and mounts it; skips the test that asks where that cannot be done."""
    try:
        build("demo-app:tested")
    except CannotBuild as reason:
        pytest.skip(str(reason))
    container = buildah("from", "--pull-never", "demo-app:tested")
    try:
        described = json.loads(buildah("inspect", "--type", "image", "demo-app:tested"))
        yield Image(Path(buildah("mount", container)), described["Docker"]["config"])
    finally:
        buildah("rm", container)


def build(tag: str) -> None:
    """From the tree as it is; what did not change since the last time is not built again."""
    for tool in ("buildah", "mmdebstrap"):
        if shutil.which(tool) is None:
            raise CannotBuild(f"{tool} is not installed")
    if os.geteuid() != 0:
        raise CannotBuild("building and mounting an image needs root")
    if not _root_is_mounted():
        raise CannotBuild("buildah cannot work where / is no mount point, as in a chroot")
    STORE.mkdir(parents=True, exist_ok=True)
    _provide_base()
    buildah(
        *("build", "--isolation", "chroot", "--format", "docker", "--layers", "--pull-never"),
        *("--tag", tag, ROOT),
        deadline=BUILD_DEADLINE,
    )


def _root_is_mounted() -> bool:
    mounts = Path("/proc/self/mountinfo")
    return mounts.exists() and any(line.split()[4] == "/" for line in mounts.read_text().splitlines())


def _provide_base() -> None:
    """The base image: as stored by an earlier run, from its registry, or made of the same packages."""
    if BASE in buildah("images", "--format", "{{.Name}}:{{.Tag}}"):
        return
    try:
        subprocess.run(_command("pull", BASE), capture_output=True, timeout=30, check=True)
        return
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pass  # Registries are out of reach on some machines; Debian's mirror may not be.
    archive = STORE / "base.tar"
    made = subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", "--dpkgopt=force-unsafe-io", "bookworm", archive],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if made.returncode != 0:
        raise CannotBuild(f"neither {BASE} nor Debian's packages can be had: {made.stderr[-300:]}")
    container = buildah("from", "scratch")
    buildah("add", container, archive, "/")
    buildah("commit", "--rm", container, BASE)
    archive.unlink()
