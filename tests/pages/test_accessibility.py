"""Each page in each language, theme and width: nothing that axe finds, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from harness.server import Server

from pages.conftest import DESKTOP, PHONE, OpenPage

PAGES = [
    "/",
    "/user-dashboard",
    "/user-dashboard/users/user_1",
    "/docs",
    "/problems/unavailable",
    "/actions/clear-data",
]


@pytest.fixture(scope="module")
def hostile_server(shared_server: Server) -> Server:
    """With names that try to break out of their place."""
    for name in ("<script>alert(1)</script>", "W" * 200, "\u202egnp.exe\u202e evil", "Zoë 👩‍👩‍👧‍👦 Ångström"):
        answer = shared_server.post(
            "/api/users", {"name": name, "email": "e" * 100 + "@" + "x" * 90, "country": "C" * 200}
        )
        assert answer.status == 201
        order = shared_server.post("/api/orders", {"user_id": answer.json()["user_id"], "amount": 999999.99})
        assert order.status == 201
    return shared_server


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_axe_finds_nothing(
    hostile_server: Server, open_page: OpenPage, path: str, language: str, theme: str, width: int
) -> None:
    page = open_page(hostile_server, path, language, theme, width)
    assert page.locator("html").get_attribute("lang") == language
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_receipt_and_the_dialogs_are_clean_too(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    page.get_by_role("button", name="Random order").click()
    page.locator("#receipt .outcome.good").wait_for()
    for summary in page.locator("#receipt summary").all():
        summary.click()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Clear all data…").click()
    page.get_by_role("dialog").wait_for()
    assert Axe().run(page).violations_count == 0


def test_the_keyboard_reaches_every_control_and_explains_the_map(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("[data-node=store]").focus()
    assert page.locator("#about-store").is_visible()
    assert page.locator("#about-client").is_hidden()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert {"Read the hosts", "Read the users", "Random order", "Clear the cache"} <= reached


def test_the_arrow_keys_read_the_chart(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    page.locator(".chart").focus()
    page.keyboard.press("ArrowRight")
    tip = page.locator(".chart .tip")
    assert "order" in tip.inner_text()
    last = tip.inner_text()
    page.keyboard.press("ArrowLeft")
    assert tip.inner_text() != last
