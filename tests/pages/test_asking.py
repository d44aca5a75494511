"""What replaces or deletes data asks first and names what will be lost, with and without JavaScript."""

import pytest
from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import OpenPage

LOAD = ("Load sample data…", "Replace all data")
CLEAR = ("Clear all data…", "Clear all data")


def orders_in(server: Server) -> int:
    return server.get("/api/stats").json()["total_orders"]


def press(page: Page, button: str) -> None:
    page.locator(".actions").get_by_role("button", name=button).click()


@pytest.mark.parametrize(("button", "go"), [LOAD, CLEAR])
def test_a_dialog_names_what_is_there_now(sample_server: Server, open_page: OpenPage, button: str, go: str) -> None:
    page = open_page(sample_server, "/user-dashboard")
    for _ in range(3):
        assert sample_server.post("/api/random-order").status == 200
    press(page, button)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 users, 7 orders")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".actions").get_by_role("button", name=button)).to_be_focused()
    assert orders_in(sample_server) == 7
    press(page, button)
    dialog.get_by_role("button", name=go).click()
    expect(page.locator("#receipt .outcome.good")).to_be_visible()
    assert orders_in(sample_server) == (4 if button == LOAD[0] else 0)


@pytest.mark.parametrize(("button", "go"), [LOAD, CLEAR])
def test_a_page_asks_where_there_is_no_script(sample_server: Server, open_page: OpenPage, button: str, go: str) -> None:
    assert sample_server.post("/api/random-order").status == 200
    page = open_page(sample_server, "/user-dashboard", javascript=False)
    press(page, button)
    expect(page.locator("main")).to_contain_text("5 users, 5 orders")
    page.get_by_role("link", name="Cancel").click()
    assert orders_in(sample_server) == 5
    press(page, button)
    page.get_by_role("button", name=go).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    assert orders_in(sample_server) == (4 if button == LOAD[0] else 0)


@pytest.mark.parametrize("action", ["load-sample-data", "clear-data"])
def test_a_form_without_a_yes_is_asked(sample_server: Server, action: str) -> None:
    """As from a page that was drawn while the store was empty."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert sample_server.post("/api/random-order").status == 200
    asked = sample_server.request("POST", f"/actions/{action}", "", form)
    assert (asked.status, asked.header("Location")) == (303, f"/actions/{action}")
    assert orders_in(sample_server) == 5
    assert sample_server.request("POST", f"/actions/{action}", "confirm=yes", form).status == 303
    assert orders_in(sample_server) != 5


def test_the_interface_for_programs_does_not_ask(sample_server: Server) -> None:
    assert sample_server.post("/api/random-order").status == 200
    assert sample_server.post("/api/load-sample-data").status == 200
    assert orders_in(sample_server) == 4
    assert sample_server.delete("/api/clear-data").status == 200
    assert orders_in(sample_server) == 0


def test_an_empty_page_that_is_old_asks_all_the_same(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/user-dashboard", provokes={"net::ERR"})
    page.route("**/user-dashboard", lambda route: route.abort())  # It cannot be drawn anew.
    assert server.post("/api/random-user").status == 200
    page.locator(".empty").get_by_role("button", name="Load sample data").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 user, 0 orders")


def test_a_server_that_is_gone_is_not_asked_to_delete(start_server, open_page: OpenPage) -> None:
    server = start_server()
    page = open_page(server, "/user-dashboard", provokes={"net::ERR"})
    server.stop()
    press(page, LOAD[0])
    expect(page.locator("#receipt .outcome.bad")).to_have_text("The request ended without an answer.")
    expect(page.locator("#receipt [data-slot=request]")).to_have_text("GET /actions/load-sample-data")
    expect(page.get_by_role("dialog")).to_be_hidden()
