"""A write that failed can be sent again with its key, and is done once; a burst says what became of each of its requests."""

import re
from types import SimpleNamespace

import pytest
from harness.faults import silent_store
from harness.gate import OPEN, Gate, Way
from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import OpenPage

UNANSWERED = "The request ended without an answer."


def orders_in(server: Server) -> int:
    return server.get("/api/stats").json()["total_orders"]


def lose_answers(page: Page, path: str, times: int) -> list[str]:
    """The server does what the page asks, but its first `times` answers are lost. Returns the keys that the page sends."""
    keys: list[str] = []

    def lose(route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > times:
            route.continue_()
            return
        route.fetch()
        route.abort("connectionreset")

    page.route(f"**{path}", lose)
    return keys


@pytest.mark.parametrize(
    ("language", "button", "again", "once"),
    [
        ("en", "Random order", "Send again with the same key", "Sent 3 times with the same key, and done once."),
        (
            "fr",
            "Commande au hasard",
            "Renvoyer avec la même clé",
            "Envoyé 3 fois avec la même clé, et fait une seule fois.",
        ),
    ],
)
def test_a_lost_answer_is_asked_for_again_with_its_key(
    sample_server: Server, open_page: OpenPage, language: str, button: str, again: str, once: str
) -> None:
    page = open_page(sample_server, "/user-dashboard", language=language, provokes={"net::ERR"})
    keys = lose_answers(page, "/api/random-order", times=2)
    page.get_by_role("button", name=button).click()
    receipt = page.locator("#receipt")
    expect(receipt.locator(".outcome.bad")).to_be_visible()
    receipt.get_by_role("button", name=again).click()
    expect(receipt).to_contain_text(once.replace("3", "2").partition(",")[0])
    receipt.get_by_role("button", name=again).click()
    expect(receipt.locator(".outcome.good")).to_be_visible()
    expect(receipt).to_contain_text(once)
    expect(receipt.get_by_role("button", name=again)).to_have_count(0)
    assert len(keys) == 3 and len(set(keys)) == 1
    assert orders_in(sample_server) == 5


def test_a_refusal_that_is_final_is_not_offered_again(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/user-dashboard", provokes={"status of 400"})
    page.get_by_role("button", name="Random order").click()
    expect(page.locator("#receipt .outcome.bad")).to_have_text("There is no user yet")
    expect(page.locator("#receipt [data-slot=again]")).to_be_hidden()


def test_a_failed_read_says_nothing_of_changes(start_server, open_page: OpenPage) -> None:
    server = start_server()
    page = open_page(server, "/", provokes={"net::ERR"})
    server.stop()
    page.get_by_role("button", name="Read the hosts").click()
    receipt = page.locator("#receipt")
    expect(receipt.locator(".advice")).to_contain_text("Reading again is always safe.")
    expect(receipt).not_to_contain_text("change was made")
    expect(receipt.locator("[data-slot=request]")).to_be_visible()
    expect(receipt.get_by_role("button", name="Send it again")).to_be_visible()


def test_a_burst_against_a_dead_server_says_what_became_of_it(start_server, open_page: OpenPage) -> None:
    server = start_server()
    assert server.post("/api/load-sample-data").status == 200
    page = open_page(server, "/user-dashboard", provokes={"net::ERR"})
    server.stop()
    page.get_by_role("button", name="100 orders").click()
    burst = page.locator("#burst")
    expect(burst).to_contain_text(f"Stopped: 0 orders added, 4 unknown, 96 not sent. {UNANSWERED}")
    assert burst.locator("progress").evaluate("bar => bar.value") == 0
    expect(burst.get_by_role("button", name="Send the 4 unknown ones again with the same keys")).to_be_visible()


def test_a_burst_that_loses_answers_settles_them_with_their_keys(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard", provokes={"net::ERR"})
    keys = lose_answers(page, "/api/random-order", times=3)
    page.get_by_role("button", name="100 orders").click()
    burst = page.locator("#burst")
    again = burst.get_by_role("button", name=re.compile("unknown ones? again"))
    expect(again).to_be_visible()
    expect(burst).to_contain_text(UNANSWERED)
    again.click()
    expect(burst).to_contain_text(re.compile(r"Sent again with the same keys: \d orders? added, each once"))
    assert orders_in(sample_server) == 4 + len(set(keys))


def test_a_burst_that_is_refused_is_no_unknown(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard", language="fr", provokes={"status of 400"})
    problem = '{"type":"/problems/no-users","title":"There is no user yet","status":400,"detail":"No users found"}'
    page.route(
        "**/api/random-order",
        lambda route: route.fulfill(status=400, content_type="application/problem+json", body=problem),
    )
    page.get_by_role("button", name="100 commandes").click()
    expect(page.locator("#burst")).to_contain_text(
        "Arrêté : 0 commande ajoutée, 4 en échec, 96 non envoyées. Il n'y a encore aucun utilisateur"
    )
    expect(page.locator("#burst [data-again]")).to_be_hidden()


def test_an_answer_that_a_gate_swallows_is_settled_by_the_key(start_server, open_page: OpenPage) -> None:
    """The whole way, without the browser's help: the bytes of the answer never arrive."""
    server = start_server()
    assert server.post("/api/load-sample-data").status == 200
    with Gate(server.port) as gate:
        page = open_page(SimpleNamespace(port=gate.port), "/user-dashboard", provokes={"net::ERR"})
        gate.set(Way(cut_after=10))
        page.get_by_role("button", name="Random order").click()
        again = page.get_by_role("button", name="Send again with the same key")
        expect(again).to_be_visible()
        gate.set(OPEN)
        again.click()
        expect(page.locator("#receipt")).to_contain_text("Sent 2 times with the same key, and done once.")
    assert orders_in(server) == 5


@pytest.mark.parametrize(("button", "orders"), [("Random order", 1), ("100 orders", 100)])
def test_a_form_that_failed_is_sent_again_with_its_key(
    sample_server: Server, open_page: OpenPage, button: str, orders: int
) -> None:
    page = open_page(sample_server, "/user-dashboard", javascript=False, provokes={"status of 503"})
    with silent_store(sample_server):
        page.get_by_role("button", name=button).click()
        again = page.get_by_role("button", name="Send again with the same key")
        expect(again).to_be_visible()
        if orders > 1:
            expect(page.locator("main")).to_contain_text("0 of 100 orders were added before that.")
    key = page.locator("input[name=key]").get_attribute("value")
    again.click()
    expect(page.locator("#receipt .outcome.good")).to_be_visible()
    assert orders_in(sample_server) == 4 + orders
    # The same form once more, as by a reader who does not trust the page: it was done, and is not done twice.
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = f"key={key}" + ("&count=100" if orders > 1 else "")
    assert sample_server.request("POST", "/actions/random-order", fields, form).status == 303
    assert orders_in(sample_server) == 4 + orders


def test_each_press_of_a_form_has_a_key_of_its_own(sample_server: Server) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        assert sample_server.request("POST", "/actions/random-order", "", form).status == 303
    assert orders_in(sample_server) == 6
