"""A page that hears nothing of the server says so, since when, and what it therefore does not know."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import OpenPage

PAGES = ["/", "/user-dashboard", "/user-dashboard/users/user_1"]
CUT = re.compile(r"^Cut off from the server since \d\d:\d\d:\d\d UTC")
LINE = re.compile(r"cut off \d\d:\d\d:\d\d to \d\d:\d\d:\d\d")
UNKNOWN = re.compile(r"unknown since \d\d:\d\d:\d\d")


@pytest.fixture
def alone(start_server) -> Server:
    server = start_server()
    server.post("/api/load-sample-data")
    return server


@contextmanager
def hanging(server: Server) -> Iterator[None]:
    """Its connections stay open and nothing comes over them."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def opened(open_page: OpenPage, server: Server, path: str, **options) -> Page:
    page = open_page(server, path, provokes={"net::ERR"}, **options)
    heard(page)
    return page


def heard(page: Page) -> None:
    """Until the page has heard of the server and knows all that it shows."""
    page.wait_for_function("document.body.dataset.unknown === undefined && performance.now() - heard.steady < 900")


def greyed(page: Page) -> list[str]:
    return page.locator("[data-live]").evaluate_all("all => all.map((part) => getComputedStyle(part).filter)")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_killed_server_says_that_it_is_cut_off(alone: Server, open_page: OpenPage, path: str) -> None:
    page = opened(open_page, alone, path)
    alone.kill()
    expect(page.locator("#cut")).to_have_text(CUT)
    main = page.locator("main")
    expect(main).not_to_contain_text(re.compile("counted exactly|sum of|up \\d"))
    expect(main).to_contain_text(UNKNOWN)
    assert "grayscale(1)" in greyed(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_server_that_hangs_says_so_too_and_is_fresh_after(
    alone: Server, open_page: OpenPage, path: str
) -> None:
    page = opened(open_page, alone, path)
    before = page.locator("[data-live]").all_inner_texts()
    with hanging(alone):
        expect(page.locator("#cut")).to_have_text(CUT)
        # By the clock of the page alone: how long it had heard nothing when it said so.
        assert page.evaluate("performance.now() - heard.steady") < 5000
    expect(page.locator("#cut")).to_be_empty()
    # Beside it may stand what the page hears first: a store that answers again.
    expect(page.locator("#events li", has_text="cut off").first).to_have_text(LINE)
    expect(page.locator("main")).not_to_contain_text(UNKNOWN)
    assert set(greyed(page)) == {"none"}
    if path != "/":
        assert page.locator("[data-live]").all_inner_texts() == before


def test_a_page_hears_of_a_server_that_was_started_again(alone: Server, open_page: OpenPage) -> None:
    page = opened(open_page, alone, "/user-dashboard")
    alone.settings["PORT"] = str(alone.port)
    alone.kill()
    expect(page.locator("#cut")).to_have_text(CUT)
    alone.start()
    alone.post("/api/random-user")
    expect(page.locator("#cut")).to_be_empty()
    expect(page.locator("#events")).to_contain_text(LINE)
    expect(page.locator(".tiles")).to_contain_text("counted exactly")
    expect(page.locator(".tile dd").first).to_have_text("6")


def test_what_was_true_before_a_sleep_is_not_known_after_it(alone: Server, open_page: OpenPage) -> None:
    page = opened(open_page, alone, "/user-dashboard")
    said = page.evaluate(
        # One clock of the computer stands still while it sleeps, the other does not.
        "() => { heard.wall -= 3600_000; hear(); return [document.body.dataset.unknown, byId('cut').textContent]; }"
    )
    assert said[0] == "" and CUT.match(said[1])
    expect(page.locator("#events")).to_contain_text(LINE)
    first, last = re.findall(r"\d\d:\d\d:\d\d", page.locator("#events li", has_text="cut off").inner_text())[-2:]
    assert first[3:5] == last[3:5] or first != last, "an hour lies between them"
    expect(page.locator("main")).not_to_contain_text(UNKNOWN)


def test_a_page_that_nobody_sees_knows_nothing_and_is_fresh_when_it_is_seen(alone: Server, open_page: OpenPage) -> None:
    page = opened(open_page, alone, "/user-dashboard")
    hide(page, True)
    expect(page.locator(".tiles")).to_contain_text(UNKNOWN)
    alone.post("/api/random-user")
    hide(page, False)
    expect(page.locator(".tile dd").first).to_have_text("6")
    expect(page.locator("main")).not_to_contain_text(UNKNOWN)
    assert page.locator("#events li", has_text="cut off").count() == 0


def test_a_page_that_is_seen_again_says_when_the_server_is_gone(alone: Server, open_page: OpenPage) -> None:
    page = opened(open_page, alone, "/")
    hide(page, True)
    alone.kill()
    hide(page, False)
    expect(page.locator("#cut")).to_have_text(CUT)


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_a_list_that_could_not_be_read_again_is_not_shown_as_known(alone: Server, open_page: OpenPage) -> None:
    page = open_page(alone, "/user-dashboard", provokes={"status of 503"})
    heard(page)
    refuse = {"on": True}
    page.route(
        "**/user-dashboard",
        lambda route: route.fulfill(status=503, body="busy") if refuse["on"] else route.continue_(),
    )
    alone.post("/api/random-user")
    expect(page.locator(".tiles")).to_contain_text(UNKNOWN)
    refuse["on"] = False
    expect(page.locator(".tile dd").first).to_have_text("6")
    expect(page.locator("main")).not_to_contain_text(UNKNOWN)


def test_the_page_of_a_user_who_is_gone_says_so(alone: Server, open_page: OpenPage) -> None:
    page = open_page(alone, "/user-dashboard/users/user_1", provokes={"status of 404"})
    heard(page)
    alone.delete("/api/clear-data")
    expect(page.locator("main")).not_to_contain_text("Alice Dupont")
    expect(page.locator("main")).to_contain_text("404")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_a_page_that_is_cut_off(
    alone: Server, open_page: OpenPage, path: str, theme: str, width: int
) -> None:
    page = opened(open_page, alone, path, theme=theme, width=width)
    with hanging(alone):
        expect(page.locator("#cut")).to_have_text(CUT)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
