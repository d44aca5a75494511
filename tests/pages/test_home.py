"""The system page: what is drawn is what was measured."""

import re

from harness.server import Server
from playwright.sync_api import expect

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
