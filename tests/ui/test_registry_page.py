"""The registry page: a list that can be narrowed, and everything known about the provider opened."""

from __future__ import annotations

import re
from html import unescape

import pytest

POLTAVSKA = "UA53000000000028050"
EVIL = "<img src=x onerror=alert(1)>Турбота & Ко"
ESCAPED_EVIL = "&lt;img src=x onerror=alert(1)&gt;Турбота &amp; Ко"


def names(app) -> list[str]:
    """Return the names listed, as Markdown shows them."""
    labels = [button.label for button in app.button if str(button.key).startswith("open_")]
    return [re.sub(r"\\(.)", r"\1", label.removeprefix("**").partition("**")[0]) for label in labels]


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html") if "<style" not in element.proto.body)


def facts(app) -> dict[str, str]:
    """Return the terms of the record with their values, the first of each name."""
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html(app), flags=re.DOTALL)
    said: dict[str, str] = {}
    for term, value in found:
        said.setdefault(unescape(term), " ".join(unescape(re.sub(r"<[^>]+>", " ", value)).split()))
    return said


def test_the_list_says_how_many_there_are_and_shows_a_page_of_them(pages):
    app = pages.open("registry")
    assert not app.exception
    assert "**Знайдено 33 надавачів**, показано 1–20" in [m.value for m in app.markdown]
    assert len(names(app)) == 20
    assert app.query_params == {}


def test_the_second_page_goes_on_where_the_first_ended(pages):
    first, second = names(pages.open("registry")), names(pages.open("registry", page="2"))
    assert len(second) == 13
    assert not set(first) & set(second)


def test_a_page_that_is_no_more_leads_to_the_last(pages):
    app = pages.open("registry", page="99")
    assert not app.exception
    assert len(names(app)) == 13
    assert app.query_params == {"page": "2"}


def test_another_filter_begins_at_the_first_page(pages):
    app = pages.open("registry", page="2")
    app.selectbox("oblast").set_value("UA18000000000041385").run()
    assert app.query_params == {"oblast": "UA18000000000041385"}
    assert len(names(app)) == 20


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"text": "мобільна опора"}, {"Мобільна бригада «Опора»"}),
        ({"text": "RICH"}, {"Мобільна бригада «Опора»"}),
        ({"kind": "shelter"}, {"Притулок «Надія»"}),
        ({"offers": "day-care"}, {"Лише Полтава"}),
        ({"sector": "non_state", "oblast": POLTAVSKA}, {"Кризова кімната"}),
        ({"hromada": "UA53080350000070563"}, {"Центр в Опішні", "Кризова кімната"}),
        ({"text": "закритий"}, {"Закритий центр"}),
        ({"text": "закритий", "on": "2021-01-01"}, set()),
    ],
)
def test_each_filter_narrows_the_list_and_a_link_brings_it(pages, filters, found):
    app = pages.open("registry", **filters)
    assert not app.exception
    assert set(names(app)) == found
    assert app.query_params == filters


def test_typing_searches(pages):
    app = pages.open("registry")
    app.text_input("text").set_value("опора").run()
    assert names(app) == ["Мобільна бригада «Опора»"]
    assert app.query_params == {"text": "опора"}


def test_a_name_opens_its_record_and_the_way_back_keeps_filters_and_page(pages):
    app = pages.open("registry", oblast="UA18000000000041385", page="2")
    app.button("open_cnap-24").click().run()
    assert set(app.query_params) == {"oblast", "page", "point"}
    app.button("back").click().run()
    assert app.query_params == {"oblast": "UA18000000000041385", "page": "2"}


def test_an_empty_list_says_what_to_try_and_offers_it(pages):
    app = pages.open("registry", text="щщщ", kind="shelter")
    assert "Приберіть якийсь із фільтрів" in app.info[0].value
    app.button("clear").click().run()
    assert app.query_params == {}
    assert len(names(app)) == 20


def test_confidential_points_are_listed_with_the_oblast_and_no_place(pages):
    app = pages.open("registry", kind="shelter")
    (listed,) = [part for part in html(app).split("\n") if 'class="listed"' in part]
    assert "<p>Полтавська область</p>" in listed
    assert "Місцезнаходження не розголошується" in listed
    assert "громада" not in listed


def test_a_provider_that_stopped_working_is_marked(pages):
    assert "Припинив роботу 01.01.2020" in html(pages.open("registry", text="закритий"))


def test_a_hostile_name_is_text_in_the_list_and_in_the_record(pages):
    app = pages.open("registry", text="турбота ко evil")
    assert names(app) == [EVIL]
    label = app.button("open_evil").label
    assert r"\<img src\=x onerror\=alert\(1\)\>" in label
    app = pages.open("registry", point="evil")
    assert ESCAPED_EVIL in html(app)
    assert "<img" not in html(app)


def test_a_long_name_stays_whole(pages):
    app = pages.open("registry", point="long")
    assert not app.exception
    assert "12345678</h2>" in html(app)


def test_an_unknown_id_is_said_and_leads_back_to_the_list(pages):
    app = pages.open("registry", point="nobody")
    assert not app.exception
    assert "nobody" in app.error[0].value
    app.button("back").click().run()
    assert app.query_params == {}
    assert names(app)


@pytest.mark.parametrize("nonsense", ["<script>", "UPPER", "a" * 64])
def test_an_id_that_cannot_be_is_left_out_of_the_link(pages, nonsense):
    app = pages.open("registry", point=nonsense)
    assert not app.exception
    assert any("point" in info.value for info in app.info)
    assert names(app)


def test_the_record_tells_everything(pages):
    app = pages.open("registry", point="rich")
    assert not app.exception
    assert app.query_params == {"point": "rich"}
    said = facts(app)
    expected = {
        "Телефон": "(0532) 60-61-62 1545",
        "Диспетчер": "116 123 call@example.org",
        "Мови": "українська, кримськотатарська",
        "Адреса": "вул. Соборності, 1",
        "Адреса, як її зрозуміли": "36000, вул. Соборності, 1",
        "Місце на мапі": "відоме до вулиці: 49.58940, 34.55140",
        "Джерело координат": "адресний реєстр",
        "Громада": "Полтавська міська громада",
        "Переміщено з": "Опішнянська селищна громада",
        "Як записано": "Пн–Пт 9–18, обід 13–14",
        "Вік": "від 18 років",
        "Строк надання": "екстрено (кризово), тимчасово",
        "Наявна кількість": "12 сімей",
        "Вільно": "0 сімей станом на 20.01.2026",
        "Екстрене (кризове) надання": "✓ так",
        "Відповідає державному стандарту": "✕ ні",
        "Код ЄДРПОУ": "00032129",
        "Форма власності": "комунальна",
        "Попередники": "КУ «Територіальний центр»",
        "Ліфт": "✓ так",
        "Паркування для осіб з інвалідністю": "✕ ні",
        "Доступний туалет": "? невідомо",
        "Працює без електроенергії": "✕ ні",
        "Укриття на місці": "✓ так",
        "Джерело": "ДСЗ, запис A-1",
    }
    assert {term: said.get(term) for term in expected} == expected


def test_phones_are_dialled_and_only_web_addresses_are_links(pages):
    page = html(pages.open("registry", point="rich"))
    assert 'href="tel:+380532606162">(0532) 60-61-62</a>' in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_the_week_exceptions_closures_and_stops_are_told(pages):
    page = unescape(re.sub(r"<[^>]+>", " ", html(pages.open("registry", point="rich"))))
    assert page.count("9:00–13:00, 14:00–18:00") == 5
    assert "цілодобово" in page
    assert "01.01.2090 : зачинено – Новий рік" in page or "01.01.2090: зачинено – Новий рік" in page
    assert "з 01.02.2090 до подальшого повідомлення – ремонт" in page
    assert "01.03.2090, 10:00–12:00" in page
    assert "с. Малі Будища" in page
    assert "1 минула зупинка" in page


def test_a_contract_that_ended_is_said_to_have_ended(pages):
    page = unescape(html(pages.open("registry", point="rich")))
    assert "за договором між громадами, з 01.01.2020 до 31.12.2020 – уже не діє" in page
    assert "120,50\u00a0₴ з особи, з 01.01.2025" in page


def test_overdue_and_missing_verification_are_told_apart(pages):
    assert "Перевірку прострочено: 01.01.2020" in html(pages.open("registry", point="rich"))
    assert "Ще не перевіряли" in html(pages.open("registry", point="long"))


def test_history_tells_each_change_field_by_field(pages):
    page = html(pages.open("registry", point="rich"))
    history = unescape(re.sub(r"<[^>]+>", "|", page[page.index('class="history"') :]))
    assert "22.01.2026, 00:30" in history
    assert "Послуги · «Догляд вдома» · Наявна кількість" in history
    assert "|5|" in history
    assert "|12|" in history
    assert "<b>116 123</b>" in history
    assert "&lt;b&gt;116 123&lt;/b&gt;" in page
    assert "|01.01.2020|" in history
    assert "У воєнний час · Укриття на місці" in history


@pytest.mark.parametrize(("point", "hromada"), [("shelter", None), ("hidden", "Опішнянська селищна громада")])
def test_the_record_of_a_confidential_point_holds_no_place(pages, point, hromada):
    app = pages.open("registry", point=point)
    assert not app.exception
    said = facts(app)
    assert said.get("Громада") == hromada
    assert {"Адреса", "Місце на мапі", "Населений пункт", "Джерело координат"}.isdisjoint(said)
    if point == "shelter":
        assert "Місце не розголошується" in " ".join(caption.value for caption in app.caption)


def test_downloads_are_made_only_when_asked_for(pages, memory_atlas, monkeypatch):
    made = []
    monkeypatch.setattr(type(memory_atlas), "export", lambda *_: made.append(1))
    app = pages.open("registry")
    assert not app.exception
    assert len(app.get("download_button")) == 7
    assert made == []


def test_the_language_of_a_link_is_spoken(pages):
    app = pages.open("registry", point="rich", lang="en")
    assert not app.exception
    said = facts(app)
    assert said["Oblast"] == "Poltavska oblast"
    assert said["Languages"] == "Ukrainian, Crimean Tatar"
