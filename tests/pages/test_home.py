"""The system page: what is drawn is what was measured."""

import re

from harness.server import Server
from playwright.sync_api import Page, Route, expect

from pages.conftest import OpenPage


def test_a_read_shows_its_receipt_and_lights_its_way(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/")
    page.get_by_role("button", name="Read the users").click()
    receipt = page.locator("#receipt")
    expect(receipt).to_contain_text("GET /api/users")
    expect(receipt).to_contain_text("MISS, stored")
    expect(page.locator("[data-node=store]")).to_have_class(re.compile(r"\blit\b"))

    page.get_by_role("button", name="Read the users").click()
    expect(receipt).to_contain_text(re.compile(r"HIT · \d+ s left"))
    expect(page.locator("[data-part=cache]")).to_have_class(re.compile(r"\blit\b"))
    expect(page.locator("[data-node=store]")).not_to_have_class(re.compile(r"\blit\b"))
    receipt.get_by_text("Answer", exact=True).click()
    expect(receipt.locator("[data-slot=answer]")).to_contain_text("alice@ecam.be")


def test_the_hosts_list_says_whether_it_is_cached(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/")
    indicator = page.locator("[data-hosts-cache]")
    expect(indicator).to_have_text("MISS · not cached now")
    page.get_by_role("button", name="Read the hosts").click()
    page.get_by_role("button", name="Read the hosts").click()
    expect(indicator).to_have_text(re.compile(r"HIT · \d+ s left"))
    expect(page.get_by_text("served this page")).to_be_visible()


def test_the_numbers_are_live(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/")
    expect(page.locator("[data-live-state]")).to_have_text("live, each second")
    for _ in range(50):
        server.get("/api/stats")
    expect(page.locator("[data-stat=rps] [data-value]")).not_to_have_text(re.compile("^(0|–)$"))
    expect(page.locator("[data-stat=rps] polyline")).to_have_attribute("points", re.compile(r"\d,\d.* \d"))


def test_a_server_that_goes_away_is_unknown_since(start_server, open_page: OpenPage) -> None:
    server = start_server()
    page = open_page(server, "/", provokes={"net::ERR"})
    expect(page.locator("[data-live-state]")).to_have_text("live, each second")
    server.stop()
    expect(page.locator("[data-live-state]")).to_have_text(re.compile(r"unknown since \d\d:\d\d:\d\d"))
    expect(page.locator("[data-node=store]")).to_contain_text("unknown since")
    page.get_by_role("button", name="Read the hosts").click()
    expect(page.locator("#receipt .outcome.bad")).to_contain_text("The request ended without an answer")


def border(page: Page, kind: str) -> str:
    return page.evaluate("kind => getComputedStyle(document.querySelector(`[data-kind=${kind}]`)).borderTopStyle", kind)


def test_the_way_of_a_failed_request_looks_failed(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/", provokes={"status of 503"})
    read = page.get_by_role("button", name="Read the users")
    page.route("**/api/users", refuse)
    read.click()
    failed = page.locator(".node.failed")
    expect(failed).to_have_count(3)
    expect(page.locator("[data-node=store] .failure")).to_have_text("ended here: 503")
    assert border(page, "embedded") == "dashed"
    assert page.locator("[data-edge].failed").count() == page.locator("[data-edge].lit").count() > 0
    page.unroute("**/api/users")
    read.click()
    expect(page.locator("#receipt .outcome.good")).to_be_visible()
    expect(failed).to_have_count(0)
    expect(page.locator(".failure")).to_have_count(0)
    assert border(page, "instance") == "solid"


def refuse(route: Route) -> None:
    answer = route.fetch()
    headers = answer.headers | {"server-timing": "queue;dur=0.1, handler;dur=9.0, store;dur=8.0, total;dur=9.5"}
    headers["cache-status"] = "demo-app; fwd=miss"
    route.fulfill(status=503, headers=headers, body='{"type":"/problems/unavailable","status":503}')


def test_a_request_without_an_answer_ends_at_the_browser(start_server, open_page: OpenPage) -> None:
    server = start_server()
    page = open_page(server, "/", provokes={"net::ERR"})
    expect(page.locator("[data-live-state]")).to_have_text("live, each second")
    server.kill()
    page.get_by_role("button", name="Read the hosts").click()
    expect(page.locator("[data-node=client] .failure")).to_have_text("ended here: No answer")
    expect(page.locator("[data-edge^='client '].failed").first).to_be_attached()


def test_a_lit_box_that_is_down_keeps_the_border_of_its_state(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/")
    left = page.evaluate(
        """() => [...["up", "degraded", "silent", "draining", "no-primary", "down"]].map((state) => {
          const box = document.querySelector("[data-node=store]");
          box.className = `node ${state}`;
          const before = getComputedStyle(box).borderLeftColor;
          box.classList.add("lit");
          return [before === getComputedStyle(box).borderLeftColor, getComputedStyle(box).borderLeftStyle];
        })"""
    )
    assert all(same for same, _ in left)
    assert len({style for _, style in left}) == len(left), "each is told by more than its colour"


def test_every_box_explains_itself(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/")
    for box in page.locator("[data-node]").all():
        box.click()
        about = page.locator("#about section.shown")
        expect(about).to_have_count(1)
        for part in ("What it is for", "When it dies", "Try it"):
            expect(about).to_contain_text(part)


def test_language_and_theme_are_kept(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/")
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Système")
    page.get_by_role("link", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"http://127.0.0.1:{server.port}/user-dashboard")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 18, 23)"
