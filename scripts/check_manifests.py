"""The static gate of deploy/ and manifests/: what is committed is what is rendered, every combination of components
builds, nothing but the list names an image, and neither our rules nor kube-score nor checkov find anything."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import manifest_rules
import render_manifests as render
import yaml

ROOT = render.ROOT
# What the tools find and why it stays; everything else they find is a failure.
KUBE_SCORE_IGNORED = {
    "container-image-pull-policy": "nodes of local clusters have images by name and no registry to ask; a registry that "
    "is down must not keep a pod from starting",
    "container-image-tag": "demo-app:latest is what `make image` builds; every other image has its version, which "
    "wrong_images() checks",
    "deployment-has-host-podantiaffinity": "topologySpreadConstraints spread them, and do not count drained nodes",
    "statefulset-has-host-podantiaffinity": "the same",
    "deployment-targeted-by-hpa-does-not-have-replicas-configured": "applied without its number, a Deployment that had one "
    "falls to 1 until the autoscaler looks; start-cluster.sh applies the number that the autoscaler has said",
}
CHECKOV_SKIPPED = {
    "CKV_K8S_14": "the tag of demo-app, as container-image-tag above",
    "CKV_K8S_15": "as container-image-pull-policy above",
    "CKV_K8S_43": "a digest names one architecture's build; versions stand in deploy/images, and whoever mirrors the images "
    "pins digests there",
}


def load(text: str) -> list[dict[str, Any]]:
    return [thing for thing in yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if thing]


def together(*texts: str) -> list[dict[str, Any]]:
    """The objects of several files as a cluster has them: the later one wins."""
    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        found |= {manifest_rules.name_of(thing): thing for thing in load(text)}
    return list(found.values())


def sets(rendered: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """What can be applied together: everything without options, and with each one."""
    plain = [text for name, text in rendered.items() if not name.startswith("options/")]
    found = {"manifests": load("---\n".join(plain))}
    for name, text in rendered.items():
        if name.startswith("options/"):
            found[name] = together(*plain, text)
    return found


def listed_images() -> set[str]:
    component = yaml.safe_load((render.DEPLOY / "images/kustomization.yaml").read_text())
    return {f"{image['name']}:{image['newTag']}" for image in component["images"]}


def wrong_images(rendered: dict[str, str], bases: dict[str, str]) -> list[str]:
    """Bases name an image without a version; what is rendered has the list's; and the list names no other."""
    listed, used, wrong = listed_images(), set(), []
    for name, text in bases.items():
        wrong += [
            f"{name}: {image}: versions stand in deploy/images" for image in images(text) if re.search("[:@/]", image)
        ]
    for name, text in rendered.items():
        used |= set(images(text))
        wrong += [f"manifests/{name}: {image} is not in deploy/images" for image in images(text) if image not in listed]
    return wrong + [f"deploy/images: nothing uses {image}" for image in sorted(listed - used)]


def images(text: str) -> list[str]:
    return re.findall(r"^[ -]*image: *\"?([^\"\s]+)", text, re.MULTILINE)


def wrong_combinations() -> list[str]:
    program = render.kustomize()

    def wrong(job: tuple[str, tuple[str, ...]]) -> str:
        try:
            render.build_with(program, *job)
        except render.RenderError as error:
            return f"deploy: {job[0]} with {', '.join(job[1]) or 'no component'}: {error}"
        return ""

    jobs = [(environment, some) for environment in render.ENVIRONMENTS for some in render.combinations(environment)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [line for line in pool.map(wrong, jobs) if line]


def tool(name: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    program = subprocess.run([ROOT / "scripts/manifest_tools.sh", name], stdout=subprocess.PIPE, text=True, check=True)
    command = [program.stdout.strip(), *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, env=os.environ | {"LOG_LEVEL": "ERROR"})


def kube_score(objects: list[dict[str, Any]]) -> list[str]:
    ignored = [word for test in KUBE_SCORE_IGNORED for word in ("--ignore-test", test)]
    asked = ("score", "--kubernetes-version", "v1.30", "--output-format", "ci", *ignored, "-")
    done = tool("kube-score", *asked, text=yaml.safe_dump_all(objects))
    lines = done.stdout.splitlines()
    found = [line for line in lines if line.startswith(("[CRITICAL]", "[WARNING]"))]
    # Nothing looked at is nothing found; so is a tool that fails.
    return found if done.returncode == 0 or found else [f"kube-score: {done.stderr.strip() or lines[-1:]}"]


def checkov(folder: Path) -> list[str]:
    skipped = ("--skip-check", ",".join(CHECKOV_SKIPPED))
    asked = ("--directory", str(folder), "--framework", "kubernetes", "--skip-download", "--output", "json", *skipped)
    done = tool("checkov", *asked)
    try:
        report = json.loads(done.stdout)
        looked_at = report["summary"]["resource_count"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return [f"checkov: {done.stderr.strip()[-500:] or 'looked at nothing'}"]
    failed = report["results"]["failed_checks"]
    found = [f"{each['file_path']}: {each['resource']}: {each['check_id']} {each['check_name']}" for each in failed]
    return found if looked_at else ["checkov looked at nothing"]


def findings() -> list[str]:
    try:
        rendered = render.render()
    except render.RenderError as error:
        return [f"deploy: {error}"]
    bases = {str(path.relative_to(ROOT)): path.read_text() for path in render.DEPLOY.glob("**/*.yaml")}
    wrong = [f"{name}: is not what deploy/ says: make manifests" for name in render.stale(rendered)]
    wrong += wrong_combinations() + wrong_images(rendered, bases)
    for name, objects in sets(rendered).items():
        wrong += [f"{name}: {line}" for line in (*manifest_rules.findings(objects), *kube_score(objects))]
    return wrong + checkov(render.MANIFESTS)


if __name__ == "__main__":
    lines = findings()
    print(*lines, sep="\n")
    sys.exit(bool(lines))
