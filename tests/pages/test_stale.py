"""An answer that stands in for a store that does not answer is called stale, and its age is told."""

import re

import pytest
from harness.deadline import wait_until
from harness.faults import silent_store
from harness.server import Server
from playwright.sync_api import expect

from pages.conftest import OpenPage


@pytest.mark.parametrize(
    ("language", "label"), [("en", "STALE · 274 s past its time"), ("fr", "PÉRIMÉ · depuis 274 s")]
)
def test_a_receipt_calls_a_stale_answer_stale(
    sample_server: Server, open_page: OpenPage, language: str, label: str
) -> None:
    page = open_page(sample_server, "/", language=language)
    headers = {"Cache-Status": "demo-app; hit; ttl=-274; detail=memory", "X-Cache": "STALE"}
    page.route("**/hosts", lambda route: route.fulfill(json=[], headers=headers))
    page.get_by_role("button", name=re.compile("^(Read the hosts|Lire les hôtes)$")).click()
    expect(page.locator("#receipt [data-slot=cache]")).to_have_text(label)


def test_what_was_read_before_the_store_fell_silent_is_called_stale(sample_server: Server, open_page: OpenPage) -> None:
    page = open_page(sample_server, "/user-dashboard", provokes={"status of 503"})
    mark = page.locator("[data-stale]")
    expect(page.locator("[data-live=read]")).to_have_text(re.compile(r"read at \d\d:\d\d:\d\d UTC"))
    expect(mark).to_be_hidden()
    before = sample_server.get("/cache/status").json()
    assert sample_server.get("/api/stats").status == 200

    def stats_are_stale() -> bool:
        answer = sample_server.get("/api/stats")
        assert answer.status == 200
        return answer.header("X-Cache") == "STALE"

    with silent_store(sample_server):
        wait_until(stats_are_stale, "an answer past its 30 s", deadline=60)
        assert re.search(r"; hit; ttl=-\d+;", sample_server.get("/api/stats").header("Cache-Status"))
        after = sample_server.get("/cache/status").json()
        assert after["stale"] > before["stale"]
        page.reload()
        expect(mark).to_be_visible()
        expect(page.locator(".users")).to_contain_text("Alice Dupont")
    expect(mark).to_be_hidden()
