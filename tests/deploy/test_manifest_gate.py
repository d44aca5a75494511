"""The static gate of the deployment: each check of it must be able to fail."""

import subprocess
from pathlib import Path

import check_manifests as gate
import pytest
import render_manifests as render

# The first one builds the tools, once for the machine.
pytestmark = pytest.mark.timeout(1800)

POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: careless, namespace: dev}
spec:
  selector: {matchLabels: {app: careless}}
  template:
    metadata: {labels: {app: careless}}
    spec:
      containers: [{name: careless, image: "careless:1"}]
"""


def test_what_was_not_rendered_is_found() -> None:
    rendered = {
        str(path.relative_to(render.MANIFESTS)): path.read_text() for path in render.MANIFESTS.glob("**/*.yaml")
    }
    assert render.stale(rendered) == []
    assert render.stale(rendered | {"redis-dev.yaml": ""}) == ["manifests/redis-dev.yaml"]
    assert render.stale(rendered | {"new.yaml": ""}) == ["manifests/new.yaml"]
    del rendered["options/hpa.yaml"]
    assert render.stale(rendered) == ["manifests/options/hpa.yaml"]


def test_images_stand_in_one_list() -> None:
    listed = sorted(gate.listed_images())
    rendered = {"a.yaml": "".join(f"- image: {image}\n" for image in listed)}
    assert gate.wrong_images(rendered, {"base.yaml": "  image: mongo\n"}) == []
    assert gate.wrong_images(rendered, {"base.yaml": "  image: mongo:8.0\n"})
    assert gate.wrong_images(rendered, {"base.yaml": "- image: registry/mongo\n"})
    assert gate.wrong_images({"a.yaml": rendered["a.yaml"] + "  image: busybox:1\n"}, {})
    assert gate.wrong_images({"a.yaml": f"image: {listed[0]}\n"}, {})


def test_what_kustomize_complains_of_is_told(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [absent.yaml]\n")
    with pytest.raises(render.RenderError, match=r"absent\.yaml"):
        render.build(render.kustomize(), tmp_path)
    (tmp_path / "kustomization.yaml").write_text("commonLabels: {a: b}\n")
    with pytest.raises(render.RenderError, match="deprecated"):
        render.build(render.kustomize(), tmp_path)


def test_every_combination_of_components_is_one() -> None:
    assert len(render.combinations("dev")) == 2 ** len(render.OPTIONS)
    assert ("gateway", "tls") in render.combinations("test")


def test_kube_score_finds_something() -> None:
    found = gate.kube_score(gate.load(POD))
    assert any("Memory limit" in line for line in found)


def test_checkov_finds_something(tmp_path: Path) -> None:
    (tmp_path / "careless.yaml").write_text(POD)
    assert any("CKV_K8S_22" in line for line in gate.checkov(tmp_path))


def test_a_folder_without_objects_is_no_success(tmp_path: Path) -> None:
    assert gate.checkov(tmp_path)


def test_the_tools_say_what_they_are() -> None:
    for arguments in ([], ["--help"]):
        done = subprocess.run([render.ROOT / "scripts/manifest_tools.sh", *arguments], capture_output=True, text=True)
        assert done.stdout.startswith("usage: ")
