"""What an open page hears of the server, and that listening costs the server no request."""

import re

from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import OpenPage

LIVE = "live, each second"


def points(page: Page) -> int:
    return len(page.locator("[data-stat=rps] polyline").get_attribute("points").split())


def await_seconds(page: Page, seconds: int) -> None:
    """Until the server has sent its numbers so many times more."""
    page.evaluate(
        "seconds => new Promise((heard) => stream.addEventListener('live', () => { seconds -= 1; if (!seconds) heard(); }))",
        seconds,
    )


def test_the_minute_before_the_page_was_opened_stays(server: Server, open_page: OpenPage) -> None:
    first = open_page(server, "/")
    await_seconds(first, 5)
    page = open_page(server, "/", javascript=False)
    drawn = points(page)
    assert drawn >= 5
    page = open_page(server, "/")
    expect(page.locator("[data-live-state]")).to_have_text(LIVE)
    assert points(page) >= drawn


def test_an_open_page_asks_for_nothing(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/")
    expect(page.locator("[data-live-state]")).to_have_text(LIVE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    await_seconds(page, 4)
    assert asked == []


def test_the_map_shows_by_itself_what_others_do(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/", language="fr")
    other = open_page(sample_server, "/")
    cache, other_cache = page.locator("[data-part=cache]"), other.locator("[data-part=cache]")
    was, other_was = cache.inner_text(), other_cache.inner_text()
    for path in ("/hosts", "/hosts", "/api/users", "/api/orders", "/api/stats"):
        sample_server.get(path)
    expect(cache).not_to_have_text(was)
    expect(cache).to_have_text(re.compile("^cache en mémoire"))
    expect(other_cache).not_to_have_text(other_was)
    expect(other_cache).to_have_text(re.compile("^memory cache"))
    expect(page.locator("[data-hosts-cache]")).to_have_text(re.compile(r"HIT · encore \d+ s"))


def test_a_redrawn_map_keeps_the_focus_and_the_explanation(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/")
    page.locator("[data-node=store]").focus()
    expect(page.locator("#about-store")).to_be_visible()
    cache = page.locator("[data-part=cache]")
    was = cache.inner_text()
    for path in ("/hosts", "/api/users", "/api/orders", "/api/stats"):
        sample_server.get(path)
    expect(cache).not_to_have_text(was)
    expect(page.locator("[data-node=store]")).to_be_focused()
    expect(page.locator("#about-store")).to_be_visible()


def test_without_a_word_from_the_server_no_number_is_shown(start_server, open_page: OpenPage) -> None:
    server = start_server()
    page = open_page(server, "/", provokes={"net::ERR"})
    expect(page.locator("[data-live-state]")).to_have_text(LIVE)
    server.stop()
    expect(page.locator("[data-live-state]")).to_have_text(re.compile(r"unknown since \d\d:\d\d:\d\d"))
    assert page.locator("[data-value]").all_inner_texts() == ["–"] * 5
    assert page.locator(".node .part").count() == 0
