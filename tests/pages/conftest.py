"""A real Chromium. A page that logs an error, breaks its policy or asks another host fails its test."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from harness.server import Server
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds, as beside a compiler; no test asserts a timing with it.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
PHONE = 360
DESKTOP = 1280

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: make build installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What went wrong in a page, but for what the test provokes: the browser logs each failed request as an error."""

    def __init__(self, page: Page, server: Server, provokes: set[str]) -> None:
        self.wrong: list[str] = []
        self.provokes = provokes
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("request", lambda request: self._request(request.url, f"http://127.0.0.1:{server.port}/"))

    def _console(self, message: Any) -> None:
        if message.type == "error" and not any(what in message.text for what in self.provokes):
            self.wrong.append(f"console: {message.text}")

    def _request(self, url: str, own: str) -> None:
        if not url.startswith(own):
            self.wrong.append(f"request to {url}")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """open_page(server, "/", language="fr", theme="dark", width=360, javascript=False, provokes={"status of 503"})"""
    contexts = []
    watches = []

    def open_(
        server: Server,
        path: str,
        language: str = "en",
        theme: str = "light",
        width: int = DESKTOP,
        javascript: bool = True,
        provokes: set[str] | None = None,
    ) -> Page:
        context = browser.new_context(
            locale=language,
            color_scheme=theme,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page, server, provokes or set()))
        page.goto(f"http://127.0.0.1:{server.port}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()
    wrong = [what for watch in watches for what in watch.wrong]
    assert not wrong, wrong
