"""Puts what the manifests run into the cluster's registry, under the names by which they call it.

demo-app is built of the Dockerfile, or, quicker, of the program that DEMO_APP names with its libraries; mongo holds the
mongod and mongos of MONGODB_BIN, redis Debian's Redis. Their versions are those of deploy/images. Nothing is put there twice.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import images
from nodes import REGISTRY
from processes import ClusterError
from python_image import PACKAGES, add_python, secantus_image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SEARCH_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def listed(name: str) -> str:
    """NAME:TAG, as the manifests call it."""
    text = (ROOT / "deploy/images/kustomization.yaml").read_text()
    tag = re.search(rf"^- {{name: {name}, newTag: \"?([\w.-]+)\"?}}$", text, re.MULTILINE)
    if tag is None:
        raise ClusterError(f"deploy/images names no {name}")
    return f"{name}:{tag[1]}"


def redis_image() -> images.Image:
    image = images.with_shell(needed("busybox"))
    image.add_program("/usr/bin/redis-server", needed("redis-server"))
    image.add_program("/usr/bin/redis-cli", needed("redis-cli"))
    image.links["/usr/bin/redis-sentinel"] = "redis-server"
    image.folders["/data"] = 0
    image.config = {"Env": [SEARCH_PATH], "WorkingDir": "/data", "Cmd": ["redis-server"]}
    return image


def mongo_image(folder: Path) -> images.Image:
    """Its mongod steps down before it stops, as that of 8.0 does, whatever the version."""
    image = images.with_shell(needed("busybox"))
    image.add_program("/usr/libexec/mongod", needed("mongod", folder / "mongod"))
    image.add_program("/usr/bin/mongos", needed("mongos", folder / "mongos"))
    image.links["/usr/bin/python3"] = str(add_python(image, "pymongo"))
    image.files["/usr/bin/mongod"] = HERE / "mongod/mongod.sh"
    image.files["/usr/libexec/step_down.py"] = HERE / "mongod/step_down.py"
    for program in ("getent", "install"):  # Debian's busybox has neither.
        image.add_program(f"/usr/bin/{program}", needed(program))
    image.texts["/etc/passwd"] = "root:x:0:0::/:/bin/sh\nmongodb:x:999:999::/data/db:/bin/sh\n"
    image.folders |= {"/data": 999, "/data/db": 999}
    image.config = {"Env": [SEARCH_PATH, f"PYTHONPATH={PACKAGES}"], "Cmd": ["mongod"]}
    return image


def app_image(program: Path) -> images.Image:
    """What the Dockerfile makes, of a program that is built already."""
    image = images.Image()
    image.add_program("/usr/bin/demo-app", program)
    image.files[str(CERTIFICATES)] = CERTIFICATES
    image.folders["/data"] = 10001
    image.config = {
        "User": "10001:10001",
        "Env": ["DATA_DIR=/data", "MONGOC_DISABLE_SHM=1"],
        "Entrypoint": ["/usr/bin/demo-app"],
        "Cmd": ["serve"],
        "StopSignal": "SIGTERM",
    }
    return image


def needed(program: str, where: Path | None = None) -> Path:
    found = where if where and where.exists() else shutil.which(program)
    if not found:
        raise ClusterError(f"no {program} on this machine: scripts/install_packages.sh kubernetes")
    return Path(found).resolve()


def put_app() -> str:
    if program := os.environ.get("DEMO_APP"):
        with tempfile.TemporaryDirectory() as folder:
            stripped = Path(folder) / "demo-app"
            subprocess.run(["strip", "-o", stripped, program], check=True)
            images.push(app_image(stripped), f"library/{listed('demo-app')}", REGISTRY)
        return f"the program {program}"
    for folder in ("tests", "tests/image"):
        sys.path.insert(0, str(ROOT / folder))
    import container_image  # The image that tests/image looks into, from the same store of layers.

    name = listed("demo-app")
    container_image.build(name)
    to = f"docker://{REGISTRY}/library/{name}"
    container_image.buildah("push", "--quiet", "--tls-verify=false", name, to, deadline=300)
    return "built of the Dockerfile"


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    started = time.monotonic()
    try:
        said = [f"{listed('demo-app')} ({put_app()})"]
        redis, mongo = listed("redis"), listed("mongo")
        images.push(redis_image(), f"library/{redis}", REGISTRY)
        said.append(f"{redis} (Debian's)")
        if folder := os.environ.get("MONGODB_BIN"):
            images.push(mongo_image(Path(folder)), f"library/{mongo}", REGISTRY)
            said.append(f"{mongo} ({folder})")
        else:
            images.push(secantus_image(), "library/secantusdb:test", REGISTRY)
            said.append(f"secantusdb:test in place of {mongo}, since MONGODB_BIN is not set")
    except (ClusterError, OSError, subprocess.CalledProcessError) as error:
        print(f"images: {error}", file=sys.stderr)
        return 1
    print(f"images: {', '.join(said)}; {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
