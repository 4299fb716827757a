"""Every page begins with Streamlit's HTML, said to be Ukrainian and told where its server is."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from streamlit import file_util

from mapapp.public.shell import SERVER_ADDRESS, inline_scripts, shell_page, shell_routes


@pytest.fixture(scope="module")
def page() -> str:
    index = Path(file_util.get_static_dir()) / "index.html"
    return shell_page(index.read_text(encoding="utf-8"), "uk", "Мапа")


def test_the_page_is_ukrainian_and_carries_our_title(page):
    assert page.count('<html lang="uk">') == 1
    assert page.count("<title>Мапа</title>") == 1


def test_the_server_is_named_before_streamlit_starts(page):
    assert page.index(SERVER_ADDRESS) < page.index('<script type="module"')


def test_every_script_inside_the_page_is_listed_for_the_policy(page):
    assert SERVER_ADDRESS in inline_scripts(page)
    assert len(inline_scripts(page)) == page.count("<script>")


def test_each_page_answers_in_the_language_asked_for_and_others_do_not(page):
    app = Starlette(routes=shell_routes({"uk": page, "en": "in English"}, ["/", "/find"]))

    async def answers(*paths: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mapapp.test") as client:
            return [await client.get(path) for path in paths]

    *ukrainian, english, other = asyncio.run(
        answers("/", "/find", "/find?service=home-care", "/?lang=de", "/?lang=en", "/other")
    )
    assert {shell.text for shell in ukrainian} == {page}
    assert english.text == "in English"
    assert other.status_code == 404
