"""What every object in manifests/ has to have, whoever wrote it. Pure: objects in, findings out."""

import re
from collections import Counter
from collections.abc import Iterator

from manifest_objects import SERVING, Object, find, name_of, quantity, replicas, template

WORKLOADS = (*SERVING, "CronJob", "Job", "DaemonSet", "Pod", "ReplicaSet")
# Of both environments together: two processors and 4 GiB, with room for a rollout's extra pods.
MOST_CPU, MOST_MEMORY = 2.0, 4 * 2**30
DENY_ALL = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
# Who comes to Redis or to a Sentinel without a name has no rights: the list of users says so, and has to be read.
ACCESS_LISTS = {"redis.conf": "aclfile /access/users.acl", "sentinel.conf": "aclfile /access/sentinel.acl"}
# What start-cluster.sh waits for and stop-cluster.sh takes away, among what else the namespaces may hold.
OWNERSHIP = {"app.kubernetes.io/part-of": "demo-app"}
# Or MongoDB 8 does not start on new kernels: deploy/base/mongod/statefulset.yaml says why.
MONGO_ENVIRONMENT = {"name": "GLIBC_TUNABLES", "value": "glibc.pthread.rseq=1"}
PASSWORD_IN_URI = re.compile(r"://[^/@\s]*:[^/@\s]+@")


def findings(objects: list[Object]) -> list[str]:
    """What is wrong with all that is applied to a cluster together."""
    wrong = []
    for thing in objects:
        wrong += [f"{name_of(thing)}: {each}" for each in _object(thing)]
        if thing["kind"] in WORKLOADS:
            wrong += [f"{name_of(thing)}: {each}" for each in (*_workload(thing), *_beside(thing, objects))]
    return wrong + list(_whole(objects))


def _object(thing: Object) -> Iterator[str]:
    kind = thing["kind"]
    if not _is_ours(thing["metadata"]):
        yield f"its labels have to say {OWNERSHIP}"
    if kind == "Secret":
        yield "a Secret is made by scripts/make_secrets.sh and kept nowhere"
    if kind == "Namespace":
        for mode in ("enforce", "warn"):
            if find(thing, "metadata", "labels", f"pod-security.kubernetes.io/{mode}") != "restricted":
                yield f"Pod Security has to {mode} restricted"
    if kind == "ServiceAccount" and thing.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken has to be false"
    if kind in ("Role", "ClusterRole"):
        for rule in thing["rules"]:
            if not set(rule["verbs"]) <= {"get", "list", "watch"} or "*" in rule["resources"]:
                yield "only reads, and of resources by name"
    if kind in ("RoleBinding", "ClusterRoleBinding") and thing["roleRef"]["name"] not in ("view", "dashboard-nodes"):
        yield f"gives the role {thing['roleRef']['name']}: only views are given"
    if kind == "NetworkPolicy" and thing["metadata"]["name"] == "default-deny" and thing["spec"] != DENY_ALL:
        yield "has to choose every pod, in both directions, and let nothing through"
    if kind == "ConfigMap":
        for file, line in ACCESS_LISTS.items():
            if file in thing["data"] and line not in thing["data"][file].splitlines():
                yield f"{file}: no {line}"
    if kind == "PodDisruptionBudget":
        if find(thing, "spec", "unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield "unhealthyPodEvictionPolicy has to be AlwaysAllow: what is broken must not keep a node from being drained"
        if find(thing, "spec", "maxUnavailable") != 1:
            yield "maxUnavailable has to be 1"


def _is_ours(metadata: Object) -> bool:
    return OWNERSHIP.items() <= metadata.get("labels", {}).items()


def _workload(workload: Object) -> Iterator[str]:
    if workload["kind"] not in (*SERVING, "CronJob"):
        yield "only Deployments, StatefulSets and CronJobs are known here"
        return
    if not _is_ours(template(workload)["metadata"]):
        yield f"the labels of its pods have to say {OWNERSHIP}"
    pod = template(workload)["spec"]
    for field in ("automountServiceAccountToken", "enableServiceLinks"):
        if pod.get(field) is not False:
            yield f"{field} has to be false"
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(field):
            yield f"{field} is not for these pods"
    security = pod.get("securityContext", {})
    if security.get("runAsNonRoot") is not True:
        yield "runAsNonRoot has to be true"
    for field in ("runAsUser", "runAsGroup", "fsGroup"):
        if not isinstance(security.get(field), int) or security[field] < 10_000:
            yield f"{field} has to be a number from 10000"
    if find(security, "seccompProfile", "type") != "RuntimeDefault":
        yield "seccompProfile has to be RuntimeDefault"
    for volume in pod.get("volumes", []):
        if not set(volume) & {"secret", "configMap", "emptyDir", "projected"}:
            yield f"the volume {volume['name']} is of a kind that is not used here"
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            yield f"the volume {volume['name']} has no sizeLimit"
    for container in (*pod.get("initContainers", []), *pod["containers"]):
        yield from (f"{container['name']}: {each}" for each in _container(container))
    if workload["kind"] in SERVING:
        yield from _serving(workload, pod)


def _container(container: Object) -> Iterator[str]:
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation has to be false"
    if security.get("readOnlyRootFilesystem") is not True:
        yield "readOnlyRootFilesystem has to be true"
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield "capabilities have to be dropped, all of them"
    if security.get("privileged") or set(security) & {"runAsUser", "runAsNonRoot", "seccompProfile"}:
        yield "the pod says as whom it runs, not a container"
    for bound in ("requests", "limits"):
        for resource in ("cpu", "memory", "ephemeral-storage"):
            if not find(container, "resources", bound, resource):
                yield f"no {bound}.{resource}"
    if container.get("envFrom"):
        yield "envFrom: a secret is mounted as a file, and settings are named one by one"
    closed = any(each.startswith("--keyFile=/") for each in container.get("args", []))
    if find(container, "command", 0) in ("mongod", "mongos") and not closed:
        yield "no --keyFile: whoever reaches it would be let in"
    if container["image"].partition(":")[0] == "mongo" and MONGO_ENVIRONMENT not in container.get("env", []):
        yield f"GLIBC_TUNABLES has to be {MONGO_ENVIRONMENT['value']}"
    for word in (*container.get("command", []), *container.get("args", [])):
        if PASSWORD_IN_URI.search(word):
            yield "a password among its arguments"
    for variable in container.get("env", []):
        if PASSWORD_IN_URI.search(variable.get("value", "")):
            yield f"{variable['name']}: its password is mounted as a file"
        if find(variable, "valueFrom", "secretKeyRef"):
            yield f"{variable['name']}: a secret is mounted as a file, not put into the environment"
        if variable["name"].endswith(("PASSWORD", "TOKEN", "SECRET")):
            yield f"{variable['name']}: a secret is mounted as a file"


def _serving(workload: Object, pod: Object) -> Iterator[str]:
    spec = workload["spec"]
    if spec.get("minReadySeconds", 0) < 1:
        yield "no minReadySeconds"
    if pod.get("terminationGracePeriodSeconds", 0) < 30:
        yield "terminationGracePeriodSeconds has to be 30 or more"
    main = pod["containers"][0]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        if probe not in main:
            yield f"no {probe}"
    live = main.get("livenessProbe", {})
    if live.get("periodSeconds", 10) * live.get("failureThreshold", 3) < 30:
        yield "livenessProbe gives up in less than 30 s"
    if live in (main.get("readinessProbe"), main.get("startupProbe")):
        yield "readiness, startup and liveness are asked apart"
    for spread in pod.get("topologySpreadConstraints") or [{}]:
        labels = find(spread, "labelSelector", "matchLabels")
        if not labels or not labels.items() <= template(workload)["metadata"]["labels"].items():
            yield "no topologySpreadConstraints that select its own pods"
        # Members of a set lost together are its majority; instances had better share a node than not run.
        apart = "DoNotSchedule" if workload["kind"] == "StatefulSet" else "ScheduleAnyway"
        wanted = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": apart}
        if not wanted.items() <= spread.items():
            yield f"topologySpreadConstraints have to say {wanted}"
        if spread.get("nodeTaintsPolicy") != "Honor":
            yield "a drained node must not count in topologySpreadConstraints (nodeTaintsPolicy: Honor)"
    if workload["kind"] == "Deployment":
        if find(spec, "strategy") != {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}:
            yield "the strategy has to be RollingUpdate with maxSurge 1 and maxUnavailable 0"
        if not find(main, "lifecycle", "preStop", "sleep", "seconds"):
            yield "no preStop sleep"
        yield from _drain(main, pod)
        return
    for claim in spec.get("volumeClaimTemplates", []):
        if set(claim["metadata"].get("labels", {})) - {"app"}:
            yield "its volumeClaimTemplates have another label than app: no update may change them"
    retained = spec.get("persistentVolumeClaimRetentionPolicy") == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    if spec.get("volumeClaimTemplates") and not retained:
        yield "persistentVolumeClaimRetentionPolicy has to retain"


def _drain(main: Object, pod: Object) -> Iterator[str]:
    settings = {each["name"]: each.get("value") for each in main.get("env", [])}
    needed = find(main, "lifecycle", "preStop", "sleep", "seconds") or 0
    needed += sum(int(settings.get(name) or 0) for name in ("DRAIN_DELAY", "DRAIN_DEADLINE"))
    if pod.get("terminationGracePeriodSeconds", 0) <= needed:
        yield f"terminationGracePeriodSeconds has to be more than preStop and drain take, {needed} s"
    if main["name"] == "demo-app" and quantity(find(main, "resources", "limits", "memory") or "0") > 64 * 2**20:
        yield "limits.memory has to be 64Mi or less"


def _selects(selector: Object, labels: dict[str, str]) -> bool:
    return bool(selector.get("matchLabels")) and selector["matchLabels"].items() <= labels.items()


def _beside(workload: Object, objects: list[Object]) -> Iterator[str]:
    """What a workload needs of other objects of its namespace."""
    namespace, labels = workload["metadata"]["namespace"], template(workload)["metadata"]["labels"]
    own = [each for each in objects if each["metadata"].get("namespace") == namespace]
    account = template(workload)["spec"].get("serviceAccountName")
    if account not in [each["metadata"]["name"] for each in own if each["kind"] == "ServiceAccount"]:
        yield f"its ServiceAccount {account} is not there"
    users = Counter(template(each)["spec"].get("serviceAccountName") for each in own if each["kind"] in WORKLOADS)
    if users[account] != 1:
        yield f"shares the ServiceAccount {account}"
    policies = [each for each in own if each["kind"] == "NetworkPolicy"]
    chosen = [each for each in policies if _selects(each["spec"]["podSelector"], labels)]
    if not chosen or any(set(each["spec"]["policyTypes"]) != {"Ingress", "Egress"} for each in chosen):
        yield "no NetworkPolicy of its own for both directions"
    if not {"default-deny", "dns"} <= {each["metadata"]["name"] for each in policies}:
        yield "its namespace has no default-deny and dns policies"
    if workload["kind"] not in SERVING:
        return
    budgets = [each for each in own if each["kind"] == "PodDisruptionBudget"]
    if len([each for each in budgets if _selects(each["spec"]["selector"], labels)]) != 1:
        yield "has to have one PodDisruptionBudget"
    ports = {port["name"] for each in template(workload)["spec"]["containers"] for port in each.get("ports", [])}
    services = [
        each
        for each in own
        if each["kind"] == "Service" and _selects({"matchLabels": each["spec"]["selector"]}, labels)
    ]
    if not services or any(port["targetPort"] not in ports for each in services for port in each["spec"]["ports"]):
        yield "no Service that leads to its ports by their names"
    if workload["kind"] == "StatefulSet" and not any(
        each["metadata"]["name"] == workload["spec"]["serviceName"] and each["spec"].get("clusterIP") == "None"
        for each in services
    ):
        yield "its serviceName is no headless Service"


def requests(objects: list[Object]) -> dict[str, float]:
    """What all pods ask for together; an init container's share counts only where it is the larger one."""
    total = {"cpu": 0.0, "memory": 0.0}
    for workload in (each for each in objects if each["kind"] in (*SERVING, "CronJob")):
        pod = template(workload)["spec"]
        for resource in total:
            wants = [
                sum(quantity(find(each, "resources", "requests", resource) or "0") for each in containers)
                for containers in (pod["containers"], *([each] for each in pod.get("initContainers", [])))
            ]
            total[resource] += replicas(workload) * max(wants)
    return total


def _whole(objects: list[Object]) -> Iterator[str]:
    asked = requests(objects)
    if asked["cpu"] > MOST_CPU or asked["memory"] > MOST_MEMORY:
        yield f"requests: {asked['cpu']:.2f} processors and {asked['memory'] / 2**20:.0f} MiB in all"
    for name, count in Counter(map(name_of, objects)).items():
        if count > 1:
            yield f"{name}: stands {count} times"
