"""The files and objects that users and other documents call by name, and what they are called by."""

import manifest_rules
import pytest
import render_manifests
import yaml

NAMES = {
    "namespaces": ["Namespace/dev", "Namespace/test"],
    "mongodb-config": ["StatefulSet/dev/mongo-config", "Service/dev/mongo-config"],
    "mongodb-shard": ["StatefulSet/dev/mongo-shard", "Service/dev/mongo-shard"],
    "mongodb-mongos": ["Deployment/dev/mongo-mongos", "Service/dev/mongo-mongos", "CronJob/dev/cluster-apply"],
    "redis-dev": ["StatefulSet/dev/redis", "StatefulSet/dev/redis-sentinel"],
    "web-deployment": ["Deployment/dev/demo-app", "Service/dev/demo-app"],
    "mongodb-test": ["StatefulSet/test/mongo", "Service/test/mongo", "CronJob/test/cluster-apply"],
    "redis-test": ["StatefulSet/test/redis", "StatefulSet/test/redis-sentinel"],
    "test-deployment": ["Deployment/test/demo-app", "Service/test/demo-app"],
    "dashboard-admin": ["ServiceAccount/dev/dashboard-admin"],
}
# What else an option may change of what the files above make; `kubectl delete -f` of it takes that away as well.
CHANGED = {"second-shard": ["ConfigMap/dev/mongo-topology"]}
REPLICAS = {"mongo-config": 3, "mongo-shard": 3, "mongo": 3, "mongo-mongos": 2, "redis": 2, "redis-sentinel": 3}


def load(name: str) -> dict[str, dict]:
    text = (render_manifests.MANIFESTS / f"{name}.yaml").read_text()
    return {manifest_rules.name_of(thing): thing for thing in yaml.safe_load_all(text)}


def test_there_is_a_test_for_every_file() -> None:
    assert {path.stem for path in render_manifests.MANIFESTS.glob("*.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_the_objects_of_its_name(name: str) -> None:
    objects = load(name)
    assert set(NAMES[name]) <= objects.keys()
    # Applied alone, in this order, each finds its namespace there.
    assert all(each["metadata"].get("namespace") in (None, "dev", "test") for each in objects.values())
    for workload in (each for each in objects.values() if each["kind"] in ("StatefulSet", "Deployment")):
        label = workload["metadata"]["name"]
        assert manifest_rules.template(workload)["metadata"]["labels"]["app"] == label
        app_replicas = 3 if workload["metadata"]["namespace"] == "dev" else 2
        assert workload["spec"]["replicas"] == REPLICAS.get(label, app_replicas)


@pytest.mark.parametrize(
    ("file", "name", "arguments"),
    [
        ("mongodb-config", "StatefulSet/dev/mongo-config", ("--replSet=rs-config", "--configsvr")),
        ("mongodb-shard", "StatefulSet/dev/mongo-shard", ("--replSet=rs-shard", "--shardsvr")),
        ("mongodb-test", "StatefulSet/test/mongo", ("--replSet=rs0",)),
    ],
)
def test_the_members_of_a_set_are_told_its_name_and_role(file: str, name: str, arguments: tuple[str, ...]) -> None:
    container = manifest_rules.template(load(file)[name])["spec"]["containers"][0]
    assert container["image"] == "mongo:8.0"
    assert container["args"][: len(arguments)] == list(arguments)
    assert "--keyFile=/key/keyfile" in container["args"]


@pytest.mark.parametrize(("file", "environment"), [("web-deployment", "dev"), ("test-deployment", "test")])
def test_the_service_is_told_where_it_runs(file: str, environment: str) -> None:
    container = manifest_rules.template(load(file)[f"Deployment/{environment}/demo-app"])["spec"]["containers"][0]
    settings = {each["name"]: each["value"] for each in container["env"]}
    assert container["name"] == "demo-app"
    assert settings["ENVIRONMENT"] == environment
    # Production is closed to whoever has no token, the test environment is open.
    assert ("ADMIN_TOKEN_FILE" in settings) == (environment == "dev")


def test_the_dashboards_account_says_how_to_get_more() -> None:
    account = load("dashboard-admin")["ServiceAccount/dev/dashboard-admin"]
    ways = account["metadata"].get("annotations", {})
    assert set(ways) == {"demo-app/log-in", "demo-app/get-more", "demo-app/give-back"}
    guide = (render_manifests.ROOT / "docs/kubernetes.md").read_text()
    assert all(command in guide for command in ways.values())


def test_the_option_hpa_is_an_autoscaler_alone() -> None:
    assert list(load("options/hpa")) == ["HorizontalPodAutoscaler/dev/demo-app"]


@pytest.mark.parametrize("option", render_manifests.OPTIONS)
def test_an_option_leaves_what_is_there_as_it_is(option: str) -> None:
    plain = set().union(*(load(name) for name in NAMES))
    assert sorted(plain & load(f"options/{option}").keys()) == CHANGED.get(option, [])
