"""Images made of files: the same ones for the same contents, with the libraries that a program is linked with."""

import io
import json
import re
import sys
import tarfile
from pathlib import Path

import pytest
from harness.server import ROOT

sys.path.insert(0, str(ROOT / "scripts/kubernetes"))
import check_manifests  # noqa: E402
import images  # noqa: E402
import workload_images  # noqa: E402


def entries(image: images.Image) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(image.layer())) as archive:
        return {entry.name: entry for entry in archive}


def test_the_same_contents_are_the_same_bytes(tmp_path: Path) -> None:
    layers = []
    for name in ("one", "other"):
        file = tmp_path / name
        file.write_text("text")
        layers.append(images.Image(files={"/a": file}, texts={"/b": "b"}, folders={"/data": 999}).layer())
    assert layers[0] == layers[1]
    (tmp_path / "one").write_text("texts")
    assert (
        images.Image(files={"/a": tmp_path / "one"}).layer() != images.Image(files={"/a": tmp_path / "other"}).layer()
    )


def test_a_program_brings_its_libraries() -> None:
    image = images.Image()
    image.add_program("/usr/bin/python3", Path(sys.executable).resolve())
    names = entries(image)
    assert "usr/bin/python3" in names
    assert any("libc.so" in name for name in names)
    assert any("ld-linux" in name for name in names)


def test_folders_have_their_owner_and_links_their_target(tmp_path: Path) -> None:
    image = images.Image(folders={"/data": 999, "/tmp": 0}, links={"/bin/sh": "busybox"})
    found = entries(image)
    assert (found["data"].uid, found["data"].mode) == (999, 0o755)
    assert found["tmp"].mode == 0o1777
    assert found["bin/sh"].linkname == "busybox"


def test_the_image_of_a_built_program_is_run_as_that_of_the_dockerfile() -> None:
    text = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    said = dict(re.findall(r"^(USER|ENV|ENTRYPOINT|CMD|STOPSIGNAL) (.*)$", text, re.MULTILINE))
    assert workload_images.app_image(Path(sys.executable).resolve()).config == {
        "User": said["USER"],
        "Env": said["ENV"].split(),
        "Entrypoint": json.loads(said["ENTRYPOINT"]),
        "Cmd": json.loads(said["CMD"]),
        "StopSignal": said["STOPSIGNAL"],
    }


def test_images_are_called_as_the_manifests_call_them() -> None:
    names = ("demo-app", "mongo", "redis")
    assert {workload_images.listed(name) for name in names} == check_manifests.listed_images()
    with pytest.raises(workload_images.ClusterError, match="names no postgres"):
        workload_images.listed("postgres")
