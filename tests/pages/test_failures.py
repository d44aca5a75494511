"""What a failure says: in the reader's language, what it means, and what to do."""

import re

import pytest
from harness.server import Server
from playwright.sync_api import Page, expect

from pages.conftest import OpenPage

TOKEN = "the-secret-of-this-test"


def ask_to_load(page: Page, button: str):
    page.locator(".actions").get_by_role("button", name=button).click()
    return page.get_by_role("dialog")


def test_a_wrong_token_is_called_wrong_and_asked_for_again(start_server, open_page: OpenPage) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    page = open_page(server, "/user-dashboard", language="fr", provokes={"status of 401"})
    dialog = ask_to_load(page, "Charger l'exemple")
    expect(dialog.get_by_role("alert")).to_be_hidden()
    dialog.get_by_label("Jeton d'administration").fill("wrong")
    dialog.get_by_role("button", name="Continuer").click()
    expect(dialog.get_by_role("alert")).to_have_text("Ce jeton n'est pas le bon.")
    dialog.get_by_role("button", name="Annuler").click()
    receipt = page.locator("#receipt")
    expect(receipt.locator(".outcome.bad")).to_have_text("Ce jeton n'est pas le bon.")
    expect(receipt.locator(".advice")).to_contain_text("ADMIN_TOKEN")
    expect(receipt.locator(".advice")).not_to_contain_text("Authorization")
    expect(receipt.locator("[data-slot=detail]")).to_be_hidden()

    dialog = ask_to_load(page, "Charger l'exemple")
    dialog.get_by_label("Jeton d'administration").fill(TOKEN)
    dialog.get_by_role("button", name="Continuer").click()
    expect(page.locator(".users")).to_contain_text("Alice Dupont")


def test_a_missing_token_is_said_once_and_without_headers(start_server, open_page: OpenPage) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    page = open_page(server, "/user-dashboard", language="fr", provokes={"status of 401"})
    ask_to_load(page, "Charger l'exemple").get_by_role("button", name="Annuler").click()
    receipt = page.locator("#receipt")
    expect(receipt.locator(".outcome.bad")).to_have_text("Le jeton d'administration est requis")
    expect(receipt.locator(".advice")).not_to_contain_text("Authorization")


def test_a_form_says_that_the_token_was_wrong(start_server, open_page: OpenPage) -> None:
    server = start_server(ADMIN_TOKEN=TOKEN)
    page = open_page(server, "/user-dashboard", language="fr", javascript=False, provokes={"status of 401"})
    page.locator(".empty").get_by_role("button", name="Charger l'exemple").click()
    main = page.locator("main")
    expect(main).not_to_contain_text("Ce jeton n'est pas le bon")
    page.get_by_label("Jeton d'administration").fill("wrong")
    page.get_by_role("button", name="Continuer").click()
    expect(main).to_contain_text("Ce jeton n'est pas le bon.")
    expect(main).not_to_contain_text("Authorization")


@pytest.mark.parametrize(
    ("language", "button", "said"),
    [("en", "Random order", "There is no user yet"), ("fr", "Commande au hasard", "Il n'y a encore aucun utilisateur")],
)
def test_an_order_without_users_says_what_is_missing(
    server: Server, open_page: OpenPage, language: str, button: str, said: str
) -> None:
    page = open_page(server, "/user-dashboard", language=language, provokes={"status of 400"})
    page.get_by_role("button", name=button).click()
    receipt = page.locator("#receipt")
    expect(receipt.locator(".outcome.bad")).to_have_text(said)
    expect(receipt.locator(".advice")).not_to_be_empty()
    expect(receipt.locator("[data-slot=detail]")).to_be_hidden()
    expect(receipt.locator("[data-slot=status]")).to_have_text("400")


def test_a_problem_has_its_title_in_the_readers_language_and_quotes_the_detail(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page(server, "/user-dashboard", language="fr", provokes={"status of 503"})
    problem = (
        '{"type":"/problems/unavailable","title":"Not at this moment","status":503,'
        '"detail":"The store does not answer.","error":"The store does not answer."}'
    )
    page.route(
        "**/api/random-user",
        lambda route: route.fulfill(status=503, content_type="application/problem+json", body=problem),
    )
    page.get_by_role("button", name="Utilisateur au hasard").click()
    receipt = page.locator("#receipt")
    expect(receipt.locator(".outcome.bad")).to_have_text("Pas en ce moment")
    expect(receipt.locator(".advice")).to_contain_text("Relire est toujours sans risque")
    quotation = receipt.locator("[data-slot=detail] q")
    expect(quotation).to_have_text("The store does not answer.")
    expect(quotation).to_have_attribute("lang", "en")


def test_a_server_that_is_gone_is_no_matter_of_fetching(start_server, open_page: OpenPage) -> None:
    server = start_server()
    page = open_page(server, "/", language="fr", provokes={"net::ERR"})
    server.stop()
    page.get_by_role("button", name="Lire les hôtes").click()
    outcome = page.locator("#receipt .outcome.bad")
    expect(outcome).to_have_text("La requête est restée sans réponse.")
    expect(page.locator("#receipt")).not_to_contain_text(re.compile("fetch", re.IGNORECASE))
