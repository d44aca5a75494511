"""What a first visit costs."""

import gzip
import re

from harness.server import Server

MOST_COMPRESSED = 100_000


def test_a_page_with_its_style_and_script_is_light(shared_server: Server) -> None:
    for path in ("/", "/user-dashboard"):
        page = shared_server.get(path)
        assets = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text)
        assert len(assets) == 3, assets
        bodies = [page.body] + [shared_server.get(asset).body for asset in assets]
        assert sum(len(gzip.compress(body, 9)) for body in bodies) < MOST_COMPRESSED


def test_assets_never_change_at_their_address(shared_server: Server) -> None:
    asset = re.search(r'href="(/assets/app[^"]+css)"', shared_server.get("/").text)[1]
    answer = shared_server.get(asset)
    assert answer.header("Cache-Control") == "public, max-age=31536000, immutable"
    assert answer.header("Content-Type") == "text/css; charset=utf-8"
    assert shared_server.get("/assets/app.0000000000000000.css").status == 404


def test_the_policy_allows_nothing_inline(shared_server: Server) -> None:
    for path in ("/", "/user-dashboard", "/docs"):
        page = shared_server.get(path)
        policy = page.header("Content-Security-Policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert not re.search(r"\sstyle=|<style|\son\w+=|https?://", page.text)


def test_pages_vary_by_reader(shared_server: Server) -> None:
    assert 'lang="fr"' in shared_server.get("/", **{"Accept-Language": "fr-BE"}).text
    assert 'lang="en"' in shared_server.get("/", **{"Accept-Language": "en"}).text
    dark = shared_server.get("/", Cookie="theme=dark")
    assert 'data-theme="dark"' in dark.text
    assert "Cookie" in dark.header("Vary") and "Accept-Language" in dark.header("Vary")
