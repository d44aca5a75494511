"""What a reader meets on a page: their place in it, names that turn, numbers in words, Esc, paper, their own colours."""

import re

import pytest
from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import PHONE, OpenPage

TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NAME = "Zo\u202eexe.gnp\u2066\u061c"
SHOWN = "Zo[U+202E]exe.gnp[U+2066][U+061C]"


@pytest.fixture
def long_lists(sample_server: Server) -> Server:
    for _ in range(25):
        assert sample_server.post("/api/random-user").status == 200
        assert sample_server.post("/api/random-order").status == 200
    return sample_server


def top_of(page: Page, selector: str) -> float:
    return page.locator(selector).evaluate("element => element.getBoundingClientRect().top")


def test_turning_a_page_keeps_the_place_and_the_focus(long_lists: Server, open_page: OpenPage) -> None:
    page = open_page(long_lists, "/user-dashboard")
    first = page.locator(".users tbody th a").first.inner_text()
    older = page.locator("#users").get_by_role("link", name="Older")
    older.focus()
    was = top_of(page, "#users .pager")
    page.keyboard.press("Enter")
    expect(page.locator("#users").get_by_role("link", name="Newest")).to_be_visible()
    expect(page.locator(".users tbody th a").first).not_to_have_text(first)
    expect(older).to_be_focused()
    assert abs(top_of(page, "#users .pager") - was) < 2
    assert page.evaluate("scrollY") > 0
    page.go_back()
    expect(page.locator(".users tbody th a").first).to_have_text(first)


def test_without_javascript_a_turned_page_shows_its_table(long_lists: Server, open_page: OpenPage) -> None:
    page = open_page(long_lists, "/user-dashboard", width=PHONE, javascript=False)
    page.locator("#orders").get_by_role("link", name="Older").click()
    expect(page.locator("#orders").get_by_role("link", name="Newest")).to_be_visible()
    assert page.url.endswith("#orders")
    expect(page.locator("#orders-title")).to_be_in_viewport()
    page.get_by_label("One user only").fill("user_1")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#users-title")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The address says {}=zzz, and no page of this list begins there."),
        ("fr", "L'adresse dit {}=zzz, et aucune page de cette liste ne commence là."),
    ],
)
def test_a_place_that_is_none_is_blamed_by_its_own_name(
    sample_server: Server, open_page: OpenPage, language: str, said: str
) -> None:
    for path, parameter in (
        ("/user-dashboard", "users"),
        ("/user-dashboard", "orders"),
        ("/user-dashboard/users/user_1", "orders"),
    ):
        page = open_page(sample_server, f"{path}?{parameter}=zzz", language=language, provokes={"status of 422"})
        expect(page.locator("main")).to_contain_text(said.format(parameter))
        expect(page.locator("main")).not_to_contain_text("cursor")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The migration changed 1 user."), ("fr", "La migration a modifié 1 utilisateur.")]
)
@pytest.mark.parametrize("javascript", [True, False])
def test_one_is_not_many(
    sample_server: Server, open_page: OpenPage, language: str, said: str, javascript: bool
) -> None:
    page = open_page(sample_server, "/user-dashboard", language=language, javascript=javascript)
    page.route(
        "**/api/run-migration",
        lambda route: route.fulfill(json={"message": "Migration completed", "migrated_users": 1}),
    )
    if not javascript:
        page.goto(page.url + "?done=run-migration&n=1")
    else:
        page.get_by_role("button", name=re.compile("igration")).click()
    expect(page.locator("#receipt")).to_contain_text(said)


def test_nothing_that_people_wrote_turns_the_text_beside_it(server: Server, open_page: OpenPage) -> None:
    made = server.post("/api/users", {"name": NAME, "email": f"{NAME}@b", "country": NAME})
    assert made.status == 201
    assert server.post("/api/orders", {"user_id": made.json()["user_id"], "amount": 12}).status == 201
    page = open_page(server, "/user-dashboard")
    expect(page.locator(".users tbody th a")).to_have_text(SHOWN)
    expect(page.locator(".orders tbody th a")).to_have_text(SHOWN)
    expect(page.locator(".bars th bdi")).to_have_text(SHOWN)
    assert not TURNS.search(page.locator("main").evaluate("main => main.innerHTML"))

    page.get_by_role("button", name="Random order").click()
    outcome = page.locator("#receipt .outcome")
    expect(outcome).to_contain_text(f"for \u2068{SHOWN}\u2069 was added.")
    expect(page.locator("#receipt [data-slot=answer]")).to_contain_text(r"Zo\u202eexe.gnp\u2066\u061c")
    page.locator(".users tbody th a").click()
    expect(page).to_have_title(f"\u2068{SHOWN}\u2069 · demo-app")
    expect(page.get_by_role("heading", level=1)).to_have_text(SHOWN)


def test_esc_closes_an_explanation_and_the_focus_stays_with_its_box(server: Server, open_page: OpenPage) -> None:
    for path in ("/", "/#about-store"):
        page = open_page(server, path)
        if path == "/":
            page.locator("[data-node=store]").click()
        expect(page.locator("#about-store")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#about-store")).to_be_hidden()
        expect(page.locator("[data-node=store]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#about-store")).to_be_visible()


def test_esc_closes_what_is_unfolded_and_the_tip_of_a_chart(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard")
    page.locator(".chart").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chart .tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".chart .tip")).to_be_hidden()
    expect(page.locator(".chart")).to_be_focused()
    summary = page.get_by_text("As a table")
    summary.click()
    page.locator(".as-table .scroll").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".as-table .scroll")).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.parametrize(
    "path", ["/", "/user-dashboard", "/user-dashboard/users/user_1", "/docs", "/problems/conflict"]
)
def test_paper_is_white_also_for_who_reads_in_the_dark(sample_server: Server, open_page: OpenPage, path: str) -> None:
    page = open_page(sample_server, path, theme="dark")
    for forced in ("dark", ""):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", forced)
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate("""() => [...document.querySelectorAll("body, .panel, .node, h1, h2, p, td, th")]
            .filter((element) => element.checkVisibility())
            .map((element) => getComputedStyle(element))
            .map(({ color, backgroundColor }) => [color, backgroundColor])""")
        for ink, paper in colours:
            assert brightness(ink) < 0.5, ink
            assert brightness(paper) > 0.9 or paper == "rgba(0, 0, 0, 0)", paper
    assert brightness(page.evaluate("getComputedStyle(document.body).backgroundColor")) == 1


def brightness(colour: str) -> float:
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3 / 255


def test_states_are_seen_in_the_readers_own_colours(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/", theme="dark")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.get_by_role("button", name="Read the hosts").click()
    expect(page.locator("#receipt .outcome.good")).to_be_visible()
    look = """(selector) => {
        const { backgroundColor, borderTopColor, outlineStyle } = getComputedStyle(document.querySelector(selector));
        return [backgroundColor, borderTopColor, outlineStyle];
    }"""
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for filled in ("[data-node=store] .glyph", "#receipt .outcome.good .glyph", ".top nav [aria-current]"):
        background, _, _ = page.evaluate(look, filled)
        assert background != ground, filled
    _, _, outline = page.evaluate(look, ".node.lit")
    assert outline == "solid"


@pytest.mark.parametrize("allowed", [True, False])
def test_a_command_is_copied_or_selected(server: Server, open_page: OpenPage, allowed: bool) -> None:
    page = open_page(server, "/")
    if allowed:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        page.evaluate(
            "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false;"
        )
    page.locator("[data-node=store]").click()
    command = page.locator("#about-store code").inner_text()
    page.locator("#about-store [data-copy]").click()
    expect(page.locator("#about-store [data-copy]")).to_have_text("Copied" if allowed else "Selected: press Ctrl+C")
    held = "navigator.clipboard.readText()" if allowed else "String(getSelection())"
    assert page.evaluate(held) == command
    expect(page.locator("#about-store")).to_be_visible()


def test_without_javascript_no_button_pretends_to_copy(server: Server, open_page: OpenPage) -> None:
    page = open_page(server, "/#about-store", javascript=False)
    expect(page.locator("#about-store code")).to_be_visible()
    expect(page.locator("#about-store [data-copy]")).to_be_hidden()
