"""Calls every operation with the client that openapi-python-client made, and prints what calls.py lists."""

import sys
from types import ModuleType
from typing import Any

import httpx
from demo_client import AuthenticatedClient, models
from demo_client.api.data import (
    clear_data,
    create_order,
    create_user,
    list_orders,
    list_user_orders,
    list_users,
    load_sample_data,
    random_order,
    random_user,
    run_migration,
    show_order,
    show_user,
    stats,
)
from demo_client.api.documentation import docs, openapi, problem
from demo_client.api.forms import (
    confirm_clear_data,
    confirm_load_sample_data,
    form_clear_cache,
    form_clear_data,
    form_load_sample_data,
    form_random_order,
    form_random_user,
    form_run_migration,
)
from demo_client.api.operations import livez, metrics, readyz, version
from demo_client.api.pages import asset, dashboard, home, user_page
from demo_client.api.system import cache_status, clear_cache, events, list_hosts, sharding_info

base_url, token, sheet = sys.argv[1:]
client = AuthenticatedClient(base_url=base_url, token=token, timeout=httpx.Timeout(30))


def say(operation: str, status: int, fact: object) -> None:
    print(operation, int(status), fact, sep="\t")


def show(name: str, operation: ModuleType, kind: type, fact: Any, *path: str, **arguments: Any) -> Any:
    answer = operation.sync_detailed(*path, client=client, **arguments)
    assert isinstance(answer.parsed, kind), (name, answer)
    say(name, answer.status_code, fact(answer.parsed))
    return answer.parsed


def form(name: str, operation: ModuleType, body: Any) -> None:
    body.from_, body.token = "home", token
    answer = operation.sync_detailed(client=client, body=body)
    say(name, answer.status_code, answer.headers["Location"].split("&")[0])


def message(parsed: Any) -> str:
    return parsed.message


def page(text: str) -> str:
    return text[:15]


show("loadSampleData", load_sample_data, models.LoadSampleDataResponse200, message)
show("stats", stats, models.Totals, lambda totals: totals.total_users)
show("listUsers", list_users, list, len, limit=2)
show("showUser", show_user, models.User, lambda user: user.total_spent, "user_1")
show("showUser", show_user, models.Problem, lambda problem: problem.status, "nobody")
show("listUserOrders", list_user_orders, list, len, "user_1")
show("showOrder", show_order, models.Order, lambda order: order.amount, "user_1", "order_1")
show("listOrders", list_orders, list, len)
zoe = models.UserInput(name="Zoé", email="zoe@ecam.be", country="France")
user = show("createUser", create_user, models.User, lambda user: user.name, body=zoe, idempotency_key="python-1")
zoe.email = "zoe"
show("createUser", create_user, models.Problem, lambda problem: problem.errors[0].field, body=zoe)
order = models.OrderInput(user_id=user.user_id, amount=0.29)
show("createOrder", create_order, models.Order, lambda order: order.amount, body=order)
show("randomUser", random_user, models.RandomUserResponse200, message)
show("randomOrder", random_order, models.RandomOrderResponse200, message)
show("runMigration", run_migration, models.RunMigrationResponse200, lambda done: done.migrated_users)
show("listHosts", list_hosts, list, len)
show("cacheStatus", cache_status, models.CacheStatus, lambda cache: cache.tier)
show("clearCache", clear_cache, models.ClearCacheResponse200, message)
show("shardingInfo", sharding_info, models.Topology, lambda topology: topology.mode)
with client.get_httpx_client().stream(**events._get_kwargs()) as stream:  # It has no end.
    say("events", stream.status_code, next(stream.iter_lines()))
show("livez", livez, models.LivezResponse200, lambda alive: alive.status)
show("readyz", readyz, models.Readiness, lambda ready: ready.checks[0].name)
show("metrics", metrics, str, lambda text: text[:6])
show("version", version, models.Version, lambda version: version.version)
show("openapi", openapi, models.OpenapiResponse200, lambda description: description["openapi"])
show("problem", problem, models.Explanation, lambda explanation: explanation.type_, "not-found")
show("asset", asset, str, lambda text: text[:5], sheet)
show("home", home, str, page)
show("dashboard", dashboard, str, page)
show("userPage", user_page, str, page, "user_1")
show("docs", docs, str, page)
show("confirmClearData", confirm_clear_data, str, page)
show("confirmLoadSampleData", confirm_load_sample_data, str, page)
form("formRandomUser", form_random_user, models.FormRandomUserBody())
form("formRandomOrder", form_random_order, models.FormRandomOrderBody())
form("formRunMigration", form_run_migration, models.FormRunMigrationBody())
form("formClearCache", form_clear_cache, models.FormClearCacheBody())
form("formLoadSampleData", form_load_sample_data, models.FormLoadSampleDataBody(confirm="yes"))
form("formClearData", form_clear_data, models.FormClearDataBody(confirm="yes"))
show("clearData", clear_data, models.ClearDataResponse200, message)
