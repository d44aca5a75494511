"""Everything is readable and usable without JavaScript."""

from harness.server import Server
from playwright.sync_api import expect

from pages.conftest import OpenPage


def test_every_action_works_by_form(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/user-dashboard", javascript=False)
    page.locator(".empty").get_by_role("button", name="Load sample data").click()
    expect(page.locator("#receipt")).to_contain_text("The sample data is loaded")
    page.get_by_role("button", name="Run migration").click()
    expect(page.locator("#receipt")).to_contain_text("The migration changed 5 users.")
    page.get_by_role("button", name="Random user").click()
    expect(page.locator("#receipt")).to_contain_text("A user was added.")
    page.get_by_role("link", name="Show this user").click()
    expect(page.locator(".orders")).to_contain_text("No order.")
    page.go_back()
    page.get_by_role("button", name="100 orders").click()
    expect(page.locator("#receipt")).to_contain_text("100 orders were added.")
    assert server.get("/api/stats").json() == {"total_users": 6, "total_orders": 104}


def test_clearing_asks_on_a_page_of_its_own(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard", javascript=False)
    page.get_by_role("button", name="Clear all data…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clear all data?")
    expect(page.locator("main")).to_contain_text("5 users, 4 orders")
    page.get_by_role("link", name="Cancel").click()
    assert sample_server.get("/api/stats").json()["total_users"] == 5
    page.get_by_role("button", name="Clear all data…").click()
    page.get_by_role("button", name="Clear all data").click()
    expect(page.locator(".empty")).to_be_visible()


def test_the_token_is_asked_for_by_form(start_server, open_page: OpenPage) -> None:
    server = start_server(ADMIN_TOKEN="the-secret-of-this-test")
    page = open_page(server, "/user-dashboard", javascript=False, provokes={"status of 401"})
    page.locator(".empty").get_by_role("button", name="Load sample data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The admin token is needed")
    page.get_by_label("Admin token").fill("wrong")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Admin token").fill("the-secret-of-this-test")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#receipt")).to_contain_text("The sample data is loaded")


def test_a_form_of_another_origin_changes_nothing(sample_server: Server) -> None:
    answer = sample_server.request(
        "POST",
        "/actions/clear-data",
        "confirm=yes",
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "http://evil.example",
            "Sec-Fetch-Site": "cross-site",
        },
    )
    assert answer.status == 403
    assert sample_server.get("/api/stats").json()["total_users"] == 5


def test_an_empty_store_refuses_an_order_as_a_page(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/", javascript=False, provokes={"status of 400"})
    page.get_by_role("button", name="Random order").click()
    expect(page.locator("main")).to_contain_text("No users found")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("System")


def test_the_map_explains_itself_by_links(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/", javascript=False)
    page.locator("[data-node=store]").click()
    expect(page.locator("#about-store")).to_be_visible()
    expect(page.locator("#about-client")).to_be_hidden()
    expect(page.locator("[data-node=client]")).to_contain_text("Sends requests to")


def test_language_and_theme_switch_by_links(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/user-dashboard", javascript=False)
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Données")
    page.get_by_role("link", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/user-dashboard")
