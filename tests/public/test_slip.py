"""Behind a slip's code stands a page without scripts, a PDF and a text; a wrong address gets a sentence."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pypdf
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

SLIPS = Path(__file__).parent.parent / "presentation"
if str(SLIPS) not in sys.path:
    sys.path.insert(0, str(SLIPS))

from slip_records import CODE, EVIL, VILLAGE, SlipAtlas, slip_to, telling  # noqa: E402 - found above

from mapapp.domain.clock import today_in_kyiv  # noqa: E402
from mapapp.domain.errors import StoreUnavailableError  # noqa: E402
from mapapp.presentation.slip_making import slip_path  # noqa: E402
from mapapp.public import slip as public_slip  # noqa: E402
from mapapp.public.protection import Protection  # noqa: E402
from mapapp.public.slip import slip_routes  # noqa: E402

PAGE = f"/slip/{CODE}?point=centre&service=home-care&day=2026-11-20"


class Document(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def slips():
    return SlipAtlas()


@pytest.fixture
def client(client_of, slips):
    return client_of(Starlette(routes=slip_routes(slips), middleware=[Middleware(Protection)]))


@pytest.fixture
def page(client):
    def read(url):
        answer = client.get(url)
        assert answer.status_code == 200
        return Document(answer.text)

    return read


def test_the_page_says_what_the_paper_and_the_message_say(client, page):
    url = slip_path(slip_to(from_place=VILLAGE), "en")
    shown = page(url).text
    message = client.get(url.replace("?", ".txt?", 1)).text.splitlines()
    paper = pypdf.PdfReader(BytesIO(client.get(url.replace("?", ".pdf?", 1)).content)).pages[0].extract_text()
    paper = " ".join(paper.split())
    for line in message[1:-1]:
        term, _, text = line.partition(": ")
        if term != "Phone":
            assert " ".join((text or term).split()) in shown
            assert " ".join((text or term).split()) in paper
    assert CODE in shown


def test_the_page_is_in_the_language_asked_for(page):
    ukrainian, english = page(PAGE), page(f"{PAGE}&lang=en")
    assert (ukrainian.all("html"), english.all("html")) == ([{"lang": "uk"}], [{"lang": "en"}])
    assert "Догляд вдома" in ukrainian.text
    assert "Home care" in english.text
    other = [link["href"] for link in ukrainian.all("a") if link.get("hreflang") == "en"]
    assert other == [f"{PAGE}&lang=en"]


def test_the_page_leads_to_its_files_and_the_numbers_are_dialled(page, client):
    links = [link["href"] for link in page(PAGE).all("a")]
    for suffix in (".pdf", ".txt"):
        (file,) = [link for link in links if urlsplit(link).path.endswith(suffix)]
        assert client.get(file).status_code == 200
    assert "tel:+380536123456" in links
    assert "tel:1545" in links


def test_the_files_are_what_they_say(client):
    pdf, text = client.get(PAGE.replace("?", ".pdf?")), client.get(PAGE.replace("?", ".txt?"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == f'inline; filename="slip-{CODE}.pdf"'
    assert pdf.content.startswith(b"%PDF-")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.headers["content-disposition"] == f'inline; filename="slip-{CODE}.txt"'


def test_the_link_in_a_file_is_the_page(client):
    text = client.get(PAGE.replace("?", ".txt?") + f"&from={VILLAGE}&mode=foot&lang=en").text
    link = text.splitlines()[-1]
    assert link.startswith("http://mapapp.test/slip/")
    assert client.get(link.removeprefix("http://mapapp.test")).status_code == 200
    assert f"from={VILLAGE}&mode=foot&lang=en" in link


def test_nobody_keeps_or_lists_a_slip(client):
    for url in (PAGE, PAGE.replace("?", ".pdf?"), PAGE.replace("?", ".txt?"), "/slip/nothing"):
        headers = client.get(url).headers
        assert headers["cache-control"] == "no-store"
        assert "noindex" in headers["x-robots-tag"]
        assert "set-cookie" not in headers


def test_the_page_runs_nothing_and_loads_nothing_foreign(client, page):
    policy = client.get(PAGE).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    document = page(f"{PAGE}&from={VILLAGE}")
    assert document.all("svg")
    assert not document.all("script")
    assert not [attributes for _, attributes in document.elements if "style" in attributes]
    for link in document.all("link"):
        assert link["href"].startswith(("/assets/", "data:"))


def test_markup_in_a_record_is_shown_as_it_is_written(client, page):
    url = PAGE.replace("centre", "hostile")
    document = page(url)
    assert document.text.count(EVIL) >= 5
    assert not document.all("script")
    assert not document.all("img")
    assert not [name for _, attributes in document.elements for name in attributes if name.startswith("on")]
    assert EVIL in client.get(url.replace("?", ".txt?")).text
    assert client.get(url.replace("?", ".pdf?")).status_code == 200


@pytest.mark.parametrize("name", ["point", "service", "day", "offering", "from", "mode", "lang"])
def test_markup_in_an_address_is_never_markup_in_an_answer(client, name):
    answer = client.get(f"/slip/{CODE}", params={"point": "centre", "service": "home-care"} | {name: EVIL})
    assert answer.status_code in {400, 404}
    document = Document(answer.text)
    assert not document.all("script")
    assert not document.all("img")


def test_markup_in_a_code_is_never_markup_in_an_answer(client):
    answer = client.get(f"/slip/%3Cscript%3Ealert(1)%3C%2Fscript%3E{PAGE[len(CODE) + 6 :]}")
    assert answer.status_code in {400, 404}
    assert not Document(answer.text).all("script")


def test_a_hidden_place_is_told_by_no_answer(client):
    url = f"/slip/{CODE}?point=shelter&service=shelter&day=2026-11-20&from={VILLAGE}"
    paper = pypdf.PdfReader(BytesIO(client.get(url.replace("?", ".pdf?")).content)).pages[0].extract_text()
    for said in (client.get(url).text, client.get(url.replace("?", ".txt?")).text, paper):
        assert "116" in said
        for trace in ("Соборна", "Їжаківськ", "Ґалаґани", "Лубенський", "<svg", VILLAGE):
            assert trace not in said


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"point": ""}, 400),
        ({"service": ""}, 400),
        ({"point": "nobody"}, 404),
        ({"service": "shelter"}, 404),
        ({"service": "no-such"}, 404),
        ({"day": "2026-02-30"}, 400),
        ({"day": (today_in_kyiv() + timedelta(days=2)).isoformat()}, 400),
        ({"offering": "2"}, 404),
        ({"offering": "-1"}, 400),
        ({"offering": "²"}, 400),
        ({"offering": "9" * 400}, 400),
        ({"from": "Полтава"}, 400),
        ({"from": "UA53060250990046738"}, 404),
        ({"mode": "horse"}, 400),
        ({"lang": "ru"}, 400),
        ({"point": "x" * 9000}, 404),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".pdf", ".txt"])
def test_a_wrong_address_is_answered_by_a_sentence(client, suffix, asked, status):
    parameters = {"point": "centre", "service": "home-care", "day": "2026-11-20"} | asked
    answer = client.get(f"/slip/{CODE}{suffix}", params=parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    (sentence,) = [
        attributes for attributes in Document(answer.text).all("p") if attributes.get("class") == "warning"
    ]
    assert sentence
    assert len(answer.text) < 3000


def test_a_mistyped_code_is_noticed(client):
    assert client.get(PAGE.replace(CODE, "222-222-223")).status_code == 400
    assert client.get(PAGE.replace(CODE, CODE.replace("-", "").lower())).status_code == 200
    assert client.get("/slip/a/b/c").status_code == 404


def test_of_several_offerings_the_one_on_the_slip_is_shown(page):
    assert "Для ветеранів" in page(f"{PAGE}&offering=1").text
    assert "Для ветеранів" not in page(PAGE).text


def test_a_failing_store_is_told_without_its_secrets(client, slips, caplog):
    slips.broken = RuntimeError("postgresql://user:secret@host/base")
    answer = client.get(PAGE)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "a slip could not be made" in caplog.text
    slips.broken = StoreUnavailableError("The store does not answer")
    assert client.get(PAGE).status_code == 503


def test_many_papers_at_once_are_all_printed(client):
    url = PAGE.replace("?", ".pdf?")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(client.get, [url] * 12))
    assert {answer.status_code for answer in answers} == {200}


def test_who_cannot_be_printed_for_is_told_to_come_back(client_of, slips, monkeypatch):
    monkeypatch.setattr(public_slip, "_PDFS_AT_ONCE", 0)
    monkeypatch.setattr(public_slip, "_WAIT_S", 0.01)
    client = client_of(Starlette(routes=slip_routes(slips)))
    assert client.get(PAGE.replace("?", ".pdf?")).status_code == 503
    assert client.get(PAGE).status_code == 200


def test_an_invented_provider_is_marked(page):
    mark = telling().t("DEMONSTRATION RECORD: this provider does not exist")
    assert mark in page(PAGE.replace("centre", "suspended")).text
    assert mark not in page(PAGE).text
