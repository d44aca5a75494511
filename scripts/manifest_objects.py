"""Ways into the objects of manifests/."""

from typing import Any

Object = dict[str, Any]

SERVING = ("Deployment", "StatefulSet")
UNITS = {"m": 1e-3, "k": 1e3, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def quantity(text: str) -> float:
    """A Kubernetes quantity: "50m", "64Mi", "2"."""
    for unit in sorted(UNITS, key=len, reverse=True):
        if text.endswith(unit):
            return float(text[: -len(unit)]) * UNITS[unit]
    return float(text)


def name_of(thing: Object) -> str:
    metadata = thing["metadata"]
    return "/".join(part for part in (thing["kind"], metadata.get("namespace"), metadata["name"]) if part)


def find(thing: Any, *path: str | int) -> Any:
    """What is at the path, or nothing."""
    for step in path:
        if isinstance(step, int):
            thing = thing[step] if isinstance(thing, list) and len(thing) > step else None
        else:
            thing = thing.get(step) if isinstance(thing, dict) else None
    return thing


def template(workload: Object) -> Object:
    if workload["kind"] == "CronJob":
        return workload["spec"]["jobTemplate"]["spec"]["template"]
    return workload["spec"]["template"]


def replicas(workload: Object) -> int:
    return workload["spec"].get("replicas", 1)
