"""The embedded page says what the map says, in words too, and refuses without repeating anybody's markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from drawn_map import HROMADAS, POLTAVSKA


class Document(HTMLParser):
    """The text, data blocks and addresses of a page."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words, self.data, self._inside = [], [], {}, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        self._inside = attributes.get("id") if tag == "script" else None

    def handle_data(self, data):
        if self._inside:
            self.data[self._inside] = json.loads(data)
            self._inside = None
        else:
            self.words.append(data.strip())

    @property
    def text(self):
        return " ".join(filter(None, self.words))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def embed(client, **asked):
    answer = client.get("/embed", params=asked)
    return answer, Document(answer.text)


def test_the_page_names_the_service_the_area_and_the_demonstration(client):
    answer, page = embed(client, service="home-care", area=POLTAVSKA)
    assert answer.status_code == 200
    assert page.all("html") == [{"lang": "uk"}]
    for words in ("Догляд вдома", "Полтавська область", "Drawn & shared"):
        assert words in page.text
    assert page.data["furniture"]["approximate"] is True
    assert len([1 for attributes in page.all("p") if attributes.get("class") == "demo"]) == 1


def test_the_page_speaks_english(client):
    _, page = embed(client, service="home-care", lang="en")
    assert page.all("html") == [{"lang": "en"}]
    assert "Home care" in page.text
    assert "Demonstration records: the providers shown are invented." in page.text


def test_the_answer_is_also_in_words(client):
    _, page = embed(client, service="home-care", area=POLTAVSKA, lang="en")
    assert "Hromadas where the service is missing (1) C-ska" in page.text
    assert "A-ska" not in page.text


def test_the_map_gets_digits_and_addresses_only(client):
    _, page = embed(client, service="home-care")
    view = page.data["view"]
    assert len(view["states"]) == len(HROMADAS)
    assert view["pointsUrl"].startswith("/api/map/points?service=home-care&day=")
    assert "coordinates" not in json.dumps(page.data)


def test_points_can_be_left_out(client):
    answer, page = embed(client, service="home-care", points="0")
    assert page.data["view"]["pointsUrl"] is None
    assert "points=0" in answer.text


def test_without_a_service_the_map_shows_providers_only(client):
    _, page = embed(client)
    assert page.data["view"]["states"] is None
    assert page.data["view"]["pointsUrl"].startswith("/api/map/points?day=")


def test_the_selector_works_without_scripts_and_keeps_the_rest_of_the_address(client):
    _, page = embed(client, service="home-care", area=POLTAVSKA, lang="en", points="0")
    kept = {attributes["name"]: attributes["value"] for attributes in page.all("input")}
    assert kept == {"area": POLTAVSKA, "lang": "en", "points": "0"}
    assert [attributes["value"] for attributes in page.all("option")] == ["", "home-care", "shelter"]
    assert page.all("form") == [{"method": "get", "action": "/embed"}]


def test_the_full_map_gets_the_same_question(client):
    _, page = embed(client, service="home-care", area=POLTAVSKA, lang="en")
    assert page.all("a")[0]["href"] == f"/?service=home-care&area={POLTAVSKA}&lang=en"
    assert page.all("a")[0]["rel"] == "noopener"


def test_no_script_and_no_style_stands_in_the_page_itself(client):
    answer, page = embed(client, service="home-care")
    inline = [attributes for attributes in page.all("script") if "src" not in attributes]
    assert {attributes["type"] for attributes in inline} == {"application/json"}
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)


def test_nothing_is_kept_about_the_visitor(client):
    answer, _ = embed(client, service="home-care")
    assert "set-cookie" not in answer.headers


MARKUP = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "asked",
    [
        {"service": MARKUP},
        {"area": MARKUP},
        {"lang": MARKUP},
        {"points": MARKUP},
        {"area": "UA99000000000000000"},
        {"service": "home-care", "lang": "de"},
    ],
)
def test_a_bad_value_is_refused_in_a_sentence_and_never_repeated_as_markup(client, asked):
    answer, page = embed(client, **asked)
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    assert len(page.text) < 300
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"


def test_unknown_parameters_are_ignored_and_not_repeated(client):
    answer, _ = embed(client, service="home-care", utm_source=MARKUP)
    assert answer.status_code == 200
    assert "alert(1)" not in answer.text
