"""Who may talk to whom, as the NetworkPolicies of both environments say it, held against a written list."""

import copy
import itertools
from collections.abc import Callable, Iterable

import manifest_objects
import pytest
import render_manifests
import yaml

Flow = tuple[str, str, int]

MEMBERS = ("mongo-config", "mongo-shard", "mongo-shard-2")
REDIS = {"redis": 6379, "redis-sentinel": 26379}
# Pods of other namespaces, as a policy sees them; kube-system has the cluster's DNS.
OUTSIDE = {
    "anybody": {"namespace": "elsewhere", "labels": {}},
    "dns": {"namespace": "kube-system", "labels": {}},
}
MONGODB = (27017, 27018, 27019)  # A member listens on one of them, by its role.
PORTS = (53, 443, 5000, 5353, 6379, 26379, 27016, *MONGODB, 27020)  # Those that are looked at.


def to(servers: Iterable[str], ports: Iterable[int], *clients: str) -> set[Flow]:
    return set(itertools.product(clients, servers, ports))


# Both namespaces have these.
COMMON = to(["demo-app"], [5000], "anybody", "dns").union(
    *(to([server], [port], "demo-app", *REDIS) for server, port in REDIS.items())
)
ALLOWED = {
    "dev": COMMON
    | to(MEMBERS, MONGODB, *MEMBERS, "mongo-mongos", "cluster-apply", "demo-app")
    | to(["mongo-mongos"], [27017], "demo-app", "cluster-apply"),
    "test": COMMON | to(["mongo"], MONGODB, "mongo", "cluster-apply", "demo-app"),
}


def load() -> list[dict]:
    files = [*render_manifests.MANIFESTS.glob("*.yaml"), render_manifests.MANIFESTS / "options/second-shard.yaml"]
    return [thing for file in files for thing in yaml.safe_load_all(file.read_text())]


def pods_of(objects: list[dict], namespace: str) -> dict[str, dict]:
    """Each workload's pod by its label `app`; with whom it may meet outside."""
    found = dict(OUTSIDE)
    for thing in objects:
        if thing["kind"] in (*manifest_objects.SERVING, "CronJob") and thing["metadata"]["namespace"] == namespace:
            labels = manifest_objects.template(thing)["metadata"]["labels"]
            found[labels["app"]] = {"namespace": namespace, "labels": labels}
    return found


def selects(selector: dict, labels: dict[str, str]) -> bool:
    for each in selector.get("matchExpressions", []):
        there = each["key"] in labels
        if not (there if each["operator"] == "Exists" else there and labels[each["key"]] in each["values"]):
            return False
    return selector.get("matchLabels", {}).items() <= labels.items()


def lets_through(policies: list[dict], way: str, own: dict, other: dict, port: int) -> bool:
    """Whether `own` may be reached by `other` ("ingress") or reach it ("egress") on this port of the one that is reached."""
    if own["namespace"] not in ("dev", "test"):
        return True
    chosen = [
        each["spec"]
        for each in policies
        if way.capitalize() in each["spec"]["policyTypes"] and selects(each["spec"]["podSelector"], own["labels"])
    ]
    rules = [rule for spec in chosen for rule in spec.get(way, [])]
    return not chosen or any(meets(rule, way, own, other) and opens(rule, port) for rule in rules)


def meets(rule: dict, way: str, own: dict, other: dict) -> bool:
    def is_one(peer: dict) -> bool:
        name = {"kubernetes.io/metadata.name": other["namespace"]}
        near = (
            selects(peer["namespaceSelector"], name)
            if "namespaceSelector" in peer
            else other["namespace"] == own["namespace"]
        )
        return "ipBlock" in peer or (near and selects(peer.get("podSelector", {}), other["labels"]))

    peers = rule.get("from" if way == "ingress" else "to")
    return peers is None or any(is_one(peer) for peer in peers)


def opens(rule: dict, port: int) -> bool:
    ports = rule.get("ports")
    return ports is None or any(each["port"] <= port <= each.get("endPort", each["port"]) for each in ports)


def flows(objects: list[dict], namespace: str) -> set[Flow]:
    policies = [
        each for each in objects if each["kind"] == "NetworkPolicy" and each["metadata"]["namespace"] == namespace
    ]

    pods = pods_of(objects, namespace)
    return {
        (client, server, port)
        for client, server, port in itertools.product(pods, pods, PORTS)
        if {client, server} - OUTSIDE.keys()
        and lets_through(policies, "egress", pods[client], pods[server], port)
        and lets_through(policies, "ingress", pods[server], pods[client], port)
    }


def with_dns(namespace: str, objects: list[dict]) -> set[Flow]:
    everybody = pods_of(objects, namespace).keys() - OUTSIDE.keys()
    return ALLOWED[namespace] | to(["dns"], [53, 5353], *everybody)


@pytest.mark.parametrize("namespace", ["dev", "test"])
def test_nobody_talks_to_anybody_but_as_listed(namespace: str) -> None:
    objects = load()
    assert flows(objects, namespace) == with_dns(namespace, objects)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("mongo-shard", lambda spec: spec.update(ingress=[{}])),
        ("mongo-shard", lambda spec: spec.pop("egress")),
        ("default-deny", lambda spec: spec.update(ingress=[{}])),
        ("default-deny", lambda spec: spec.update(egress=[{}])),
        ("dns", lambda spec: spec["egress"][0].pop("to")),
        ("dns", lambda spec: spec["egress"][0].pop("ports")),
        ("demo-app", lambda spec: spec["ingress"][0].pop("ports")),
        ("redis", lambda spec: spec["ingress"][0]["from"].append({"namespaceSelector": {}})),
        ("mongo-mongos", lambda spec: spec["ingress"][0]["ports"][0].update(port=27000, endPort=28000)),
    ],
)
def test_a_policy_that_says_otherwise_is_found(name: str, changed: Callable[[dict], object]) -> None:
    objects = copy.deepcopy(load())
    for each in objects:
        if (each["kind"], each["metadata"]["name"]) == ("NetworkPolicy", name):
            changed(each["spec"])
    assert flows(objects, "dev") != with_dns("dev", objects)
