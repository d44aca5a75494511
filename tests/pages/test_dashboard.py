"""The data page by clicking: every button, with progress, success and failure."""

import re

from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import OpenPage


def tile(page: Page, name: str):
    return page.locator(".tile", has_text=name).locator("dd").first


def test_an_empty_store_invites_and_is_filled(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/user-dashboard")
    empty = page.locator(".empty")
    expect(empty).to_contain_text("Nothing here yet")
    empty.get_by_role("button", name="Load sample data").click()
    expect(page.locator(".users")).to_contain_text("Alice Dupont")
    expect(tile(page, "Revenue")).to_have_text("271.00")
    expect(empty).to_have_count(0)


def test_actions_say_what_they_did(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    receipt = page.locator("#receipt")
    page.get_by_role("button", name="Run migration").click()
    expect(receipt).to_contain_text("The migration changed 5 users.")
    page.get_by_role("button", name="Random user").click()
    expect(receipt).to_contain_text("was added.")
    expect(tile(page, "Users")).to_have_text("6")
    page.get_by_role("button", name="Random order").click()
    expect(receipt).to_contain_text(re.compile(r"An order of [\d.,]+ for .+ was added\."))
    expect(receipt).to_contain_text("POST /api/random-order")
    expect(tile(page, "Orders")).to_have_text("5")


def test_a_burst_shows_its_progress_and_loses_nothing(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    page.get_by_role("button", name="100 orders").click()
    expect(page.locator("#burst")).to_contain_text("100 orders added in")
    assert page.locator("#burst progress").evaluate("bar => bar.value") == 100
    expect(tile(page, "Orders")).to_have_text("104")
    assert sample_server.get("/api/stats").json()["total_orders"] == 104


def test_clearing_asks_first_and_names_the_loss(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    page.get_by_role("button", name="Clear all data…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 users, 4 orders")
    dialog.get_by_role("button", name="Cancel").click()
    assert sample_server.get("/api/stats").json()["total_users"] == 5
    page.get_by_role("button", name="Clear all data…").click()
    dialog.get_by_role("button", name="Clear all data").click()
    expect(page.locator(".empty")).to_be_visible()
    assert sample_server.get("/api/stats").json()["total_users"] == 0


def test_the_admin_token_is_asked_for_once(start_server, open_page: OpenPage) -> None:
    server = start_server(ADMIN_TOKEN="the-secret-of-this-test")
    page = open_page(server, "/user-dashboard", provokes={"status of 401"})
    load = page.locator(".actions").get_by_role("button", name="Load sample data")
    load.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Admin token").fill("the-secret-of-this-test")
    dialog.get_by_role("button", name="Go on").click()
    expect(page.locator(".users")).to_contain_text("Alice Dupont")
    page.get_by_role("button", name="Run migration").click()
    expect(page.locator("#receipt")).to_contain_text("The migration changed 5 users.")
    expect(dialog).to_be_hidden()
    page.get_by_text("Request", exact=True).click()
    expect(page.locator("#receipt")).not_to_contain_text("the-secret")


def test_what_others_change_appears_by_itself(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    expect(tile(page, "Orders")).to_have_text("4")
    page.locator("#user-filter").fill("user_1")
    assert sample_server.post("/api/random-order").status == 200
    expect(tile(page, "Orders")).to_have_text("5")
    expect(page.locator("#user-filter")).to_have_value("user_1")
    expect(page.locator("#user-filter")).to_be_focused()


def test_tables_page_and_filter(sample_server: Server, open_page: OpenPage) -> None:
    for _ in range(12):
        assert sample_server.post("/api/random-user").status == 200
    page = open_page(sample_server, "/user-dashboard")
    expect(page.locator(".users tbody tr")).to_have_count(10)
    page.locator("#users").get_by_role("link", name="Older").click()
    expect(page.locator(".users")).to_contain_text("Alice Dupont")
    page.locator("#user-filter").fill("user_1")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".orders tbody tr")).to_have_count(2)
    expect(page.locator(".users tbody tr")).to_have_count(1)
    page.locator(".users").get_by_role("link", name="Alice Dupont").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice Dupont")
    expect(tile(page, "Spent")).to_have_text("120.25")


def test_names_stay_text_and_in_their_place(server: Server, open_page: OpenPage) -> None:
    name = "<img src=x onerror=alert(1)>\u202egnp.exe"
    assert server.post("/api/users", {"name": name, "email": "a@b", "country": "<b>"}).status == 201
    page = open_page(server, "/user-dashboard", language="fr")
    expect(page.locator(".users tbody th a")).to_have_text(name.replace("\u202e", "[U+202E]"))
    assert page.locator("img").count() == 0
