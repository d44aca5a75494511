"""Each rule of scripts/manifest_rules.py finds what breaks it, in the manifests as they are."""

import copy
from collections.abc import Callable
from typing import Any

import manifest_rules
import pytest
import render_manifests
import yaml

MANIFESTS = render_manifests.MANIFESTS
Break = Callable[[dict[str, Any]], object]


def load() -> dict[str, dict]:
    texts = [path.read_text() for path in sorted(MANIFESTS.glob("*.yaml"))]
    return {manifest_rules.name_of(thing): thing for text in texts for thing in yaml.safe_load_all(text)}


@pytest.fixture(scope="module")
def objects() -> dict[str, dict]:
    return load()


def pod(thing: dict) -> dict:
    return manifest_rules.template(thing)["spec"]


def main(thing: dict) -> dict:
    return pod(thing)["containers"][0]


def without_argument(thing: dict, name: str) -> None:
    main(thing)["args"] = [each for each in main(thing)["args"] if not each.startswith(name)]


def drop(*path: str) -> Break:
    """Takes a field of the object away."""

    def broken(thing: dict) -> None:
        inner = thing
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return broken


APP, CONFIG, JOB = "Deployment/dev/demo-app", "StatefulSet/dev/mongo-config", "CronJob/dev/cluster-apply"
REDIS, ROUTERS = "StatefulSet/test/redis", "Deployment/dev/mongo-mongos"
OWNERSHIP = "app.kubernetes.io/part-of"

# The object, what is done to it, and a word of the finding.
BREAKS: list[tuple[str, Break, str]] = [
    ("Namespace/dev", lambda it: it["metadata"]["labels"].clear(), "enforce restricted"),
    ("ServiceAccount/dev/redis", drop("automountServiceAccountToken"), "automountServiceAccountToken"),
    ("ClusterRole/dashboard-nodes", lambda it: it["rules"][0]["verbs"].append("delete"), "only reads"),
    ("ClusterRole/dashboard-nodes", lambda it: it["rules"][0].update(resources=["*"]), "only reads"),
    ("RoleBinding/dev/dashboard-view", lambda it: it["roleRef"].update(name="cluster-admin"), "only views"),
    ("PodDisruptionBudget/test/mongo", drop("spec", "unhealthyPodEvictionPolicy"), "AlwaysAllow"),
    ("PodDisruptionBudget/test/mongo", lambda it: it["spec"].update(maxUnavailable=2), "maxUnavailable"),
    (APP, lambda it: it.update(kind="DaemonSet"), "only Deployments"),
    (APP, lambda it: pod(it).pop("automountServiceAccountToken"), "automountServiceAccountToken"),
    (APP, lambda it: pod(it).pop("enableServiceLinks"), "enableServiceLinks"),
    (REDIS, lambda it: pod(it).update(hostNetwork=True), "hostNetwork"),
    (CONFIG, lambda it: pod(it)["securityContext"].pop("runAsNonRoot"), "runAsNonRoot"),
    (CONFIG, lambda it: pod(it)["securityContext"].update(runAsUser=999), "runAsUser"),
    (CONFIG, lambda it: pod(it)["securityContext"].pop("runAsGroup"), "runAsGroup"),
    (JOB, lambda it: pod(it)["securityContext"].pop("fsGroup"), "fsGroup"),
    (JOB, lambda it: pod(it)["securityContext"].pop("seccompProfile"), "seccompProfile"),
    (REDIS, lambda it: pod(it)["volumes"].append({"name": "h", "hostPath": {"path": "/"}}), "of a kind"),
    (REDIS, lambda it: pod(it)["volumes"][-1].update(emptyDir={}), "sizeLimit"),
    (APP, lambda it: main(it)["securityContext"].pop("allowPrivilegeEscalation"), "allowPrivilegeEscalation"),
    (ROUTERS, lambda it: pod(it)["initContainers"][0]["securityContext"].pop("readOnlyRootFilesystem"), "readOnly"),
    (APP, lambda it: main(it)["securityContext"]["capabilities"].update(add=["NET_RAW"]), "capabilities"),
    (APP, lambda it: main(it)["securityContext"].update(privileged=True), "the pod says"),
    (APP, lambda it: main(it)["resources"]["limits"].pop("memory"), "limits.memory"),
    (JOB, lambda it: main(it)["resources"]["requests"].pop("cpu"), "requests.cpu"),
    (REDIS, lambda it: main(it)["resources"]["limits"].pop("ephemeral-storage"), "ephemeral-storage"),
    (APP, lambda it: main(it)["env"].append({"name": "ADMIN_TOKEN", "value": "x"}), "as a file"),
    (APP, lambda it: main(it)["env"].append({"name": "X", "valueFrom": {"secretKeyRef": {"name": "x"}}}), "as a file"),
    (JOB, lambda it: main(it).update(envFrom=[{"secretRef": {"name": "x"}}]), "envFrom"),
    (APP, lambda it: main(it)["env"].append({"name": "X", "value": "mongodb://demo:x@mongo/"}), "mounted as a file"),
    (APP, lambda it: main(it).update(args=["--uri=mongodb://demo:x@mongo/"]), "among its arguments"),
    (CONFIG, lambda it: main(it).pop("env"), "GLIBC_TUNABLES"),
    (ROUTERS, lambda it: main(it)["env"][0].update(value="glibc.pthread.rseq=0"), "GLIBC_TUNABLES"),
    (ROUTERS, lambda it: pod(it)["initContainers"][0].pop("env"), "GLIBC_TUNABLES"),
    ("StatefulSet/test/mongo", lambda it: pod(it)["initContainers"][0]["env"].pop(), "GLIBC_TUNABLES"),
    ("Namespace/test", lambda it: it["metadata"]["labels"].pop(OWNERSHIP), "its labels"),
    (REDIS, lambda it: it["metadata"]["labels"].update({OWNERSHIP: "another"}), "its labels"),
    (JOB, lambda it: manifest_rules.template(it)["metadata"]["labels"].pop(OWNERSHIP), "labels of its pods"),
    (ROUTERS, lambda it: without_argument(it, "--keyFile"), "no --keyFile"),
    (CONFIG, lambda it: without_argument(it, "--keyFile"), "no --keyFile"),
    (APP, lambda it: main(it)["resources"]["limits"].update(memory="65Mi"), "64Mi"),
    (APP, drop("spec", "minReadySeconds"), "minReadySeconds"),
    (REDIS, lambda it: pod(it).update(terminationGracePeriodSeconds=29), "30 or more"),
    (APP, lambda it: pod(it).update(terminationGracePeriodSeconds=30), "more than preStop and drain take"),
    (APP, lambda it: main(it).pop("startupProbe"), "startupProbe"),
    (CONFIG, lambda it: main(it).pop("readinessProbe"), "readinessProbe"),
    (REDIS, lambda it: main(it).pop("livenessProbe"), "livenessProbe"),
    (APP, lambda it: main(it)["livenessProbe"].update(periodSeconds=1), "less than 30 s"),
    (APP, lambda it: main(it).update(livenessProbe=main(it)["readinessProbe"]), "apart"),
    (APP, lambda it: main(it).update(startupProbe=main(it)["livenessProbe"]), "apart"),
    (CONFIG, lambda it: pod(it)["topologySpreadConstraints"][0].update(maxSkew=99), "maxSkew"),
    (APP, lambda it: pod(it)["topologySpreadConstraints"][0].update(topologyKey="zone"), "hostname"),
    (REDIS, lambda it: pod(it)["topologySpreadConstraints"][0].update(whenUnsatisfiable="ScheduleAnyway"), "DoNot"),
    (CONFIG, lambda it: pod(it).pop("topologySpreadConstraints"), "topologySpreadConstraints"),
    (APP, lambda it: pod(it)["topologySpreadConstraints"][0].pop("nodeTaintsPolicy"), "drained node"),
    (APP, lambda it: it["spec"]["strategy"]["rollingUpdate"].update(maxUnavailable=1), "strategy"),
    (ROUTERS, lambda it: main(it).pop("lifecycle"), "preStop"),
    (CONFIG, drop("spec", "persistentVolumeClaimRetentionPolicy"), "retain"),
    (
        CONFIG,
        lambda it: it["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"].update(a="b"),
        "volumeClaimTemplates",
    ),
    (APP, lambda it: pod(it).update(serviceAccountName="default"), "is not there"),
    (APP, lambda it: pod(it).update(serviceAccountName="redis"), "shares"),
    ("NetworkPolicy/dev/redis", lambda it: it["spec"].update(policyTypes=["Ingress"]), "both directions"),
    ("NetworkPolicy/dev/redis", lambda it: it["spec"].update(podSelector={}), "no NetworkPolicy of its own"),
    ("NetworkPolicy/dev/default-deny", lambda it: it["metadata"].update(name="x"), "default-deny"),
    ("NetworkPolicy/dev/default-deny", lambda it: it["spec"].update(ingress=[{}]), "let nothing through"),
    ("NetworkPolicy/test/default-deny", lambda it: it["spec"].update(egress=[{}]), "let nothing through"),
    ("NetworkPolicy/dev/default-deny", lambda it: it["spec"].update(policyTypes=["Ingress"]), "both directions"),
    ("PodDisruptionBudget/dev/demo-app", lambda it: it["spec"].update(selector={}), "one PodDisruptionBudget"),
    ("Service/dev/demo-app", lambda it: it["spec"]["ports"][0].update(targetPort=5000), "by their names"),
    ("Service/dev/mongo-config", drop("spec", "clusterIP"), "headless"),
    (CONFIG, lambda it: main(it)["resources"]["requests"].update(cpu="1"), "processors"),
    (CONFIG, lambda it: main(it)["resources"]["requests"].update(memory="1Gi"), "MiB in all"),
]


def test_finds_nothing_in_the_manifests(objects: dict[str, dict]) -> None:
    assert len(objects) > 60
    assert manifest_rules.findings(list(objects.values())) == []


@pytest.mark.parametrize(("name", "broken", "word"), BREAKS, ids=[f"{name}: {word}" for name, _, word in BREAKS])
def test_finds_what_breaks_a_rule(objects: dict[str, dict], name: str, broken: Break, word: str) -> None:
    changed = copy.deepcopy(objects)
    broken(changed[name])
    assert any(word in line for line in manifest_rules.findings(list(changed.values())))


@pytest.mark.parametrize("file", ["redis.conf", "sentinel.conf"])
def test_finds_a_redis_that_knows_no_users(objects: dict[str, dict], file: str) -> None:
    changed = copy.deepcopy(objects)
    config = next(each for name, each in changed.items() if name.startswith("ConfigMap/dev/redis-config"))
    config["data"][file] = config["data"][file].replace("aclfile", "# aclfile")
    assert any(f"{file}: no aclfile" in line for line in manifest_rules.findings(list(changed.values())))


def test_finds_a_secret_and_what_stands_twice(objects: dict[str, dict]) -> None:
    secret = {"kind": "Secret", "metadata": {"name": "a", "namespace": "dev"}}
    found = manifest_rules.findings([*objects.values(), secret, objects[APP]])
    assert any("make_secrets.sh" in line for line in found)
    assert any("stands 2 times" in line for line in found)


def test_adds_up_what_all_pods_ask_for(objects: dict[str, dict]) -> None:
    asked = manifest_rules.requests(list(objects.values()))
    assert 0.5 < asked["cpu"] <= 2
    assert 2**30 < asked["memory"] <= 4 * 2**30
