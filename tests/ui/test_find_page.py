"""The find page: a need and a place, then who takes the client and why, who does not, and a slip."""

from datetime import date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from mapapp.domain.clock import KYIV
from mapapp.domain.evidence import SearchOutcome, SearchRecord
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import TargetGroup
from mapapp.domain.slip import new_code
from mapapp.presentation.facts import Telling
from mapapp.presentation.map_scene import MapScene
from mapapp.presentation.messages import translator
from mapapp.ui.choice import Choice
from mapapp.ui.referral_question import client_of, question_of
from mapapp.ui.visit import Visit

MALI_BUDYSHCHA = "UA53080350230084034"
OPISHNIA = "UA53080350000070563"
POLTAVA = "UA53080370000025447"
EVIL = "&lt;img src=x onerror=alert(1)&gt;Турбота &amp; Ко"


def html(app) -> list[str]:
    return [element.proto.body for element in app.get("html")]


def cards(app) -> list[str]:
    return [body for body in html(app) if 'class="provider"' in body]


def names(app) -> list[str]:
    return [card.split("<h3>")[1].split(" <span")[0].split("</h3>")[0] for card in cards(app)]


def headings(app) -> list[str]:
    return [part.split("</h2>")[0] for body in html(app) for part in body.split("<h2>")[1:]]


def left_out(app) -> str:
    return next((body for body in html(app) if 'class="left-out"' in body), "")


def status(app) -> str:
    return next(body for body in html(app) if 'role="status"' in body)


def click(app, **value):
    at = {"lon": 34.61, "lat": 49.96, "hromada": None, "point_id": None, "serial": "1"}
    app.session_state["find_map"] = {**at, **value}
    return app.run()


def test_without_a_place_the_page_asks_for_one(pages):
    app = pages.open("find")
    assert not app.exception
    assert "Вкажіть населений пункт клієнта або клацніть на мапі." in [c.value for c in app.caption]
    assert not cards(app)


@pytest.mark.parametrize("typed", ["малі будища", "Малі Будіща", "Mali Budyshcha", "Vfks <elbof"])
def test_typing_a_place_offers_homonyms_with_their_whereabouts(pages, typed):
    app = pages.open("find")
    app.text_input("place_text").set_value(typed).run()
    assert app.radio("place_candidate").options[:2] == [
        "**с. Малі Будища**, Гадяцька міська громада, Миргородський район, Полтавська область",
        "**с. Малі Будища**, Опішнянська селищна громада, Полтавський район, Полтавська область",
    ]


def test_the_chosen_place_leads_to_who_takes_the_client_by_distance(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("Малі Будища, Опішн").run()
    app.radio("place_candidate").set_value(MALI_BUDYSHCHA).run()
    assert not app.exception
    assert names(app) == ["Центр в Опішні", EVIL]
    assert "2,6\u00a0км по прямій, орієнтовно 5\u00a0хв" in cards(app)[0]
    assert [card.split('start="')[1][0] for card in cards(app)] == ["1", "2"]
    assert "2 надавачі приймуть цього клієнта" in status(app)
    assert app.text_input("place_text").value.startswith("с. Малі Будища, Опішнянська")
    assert app.query_params == {"place": MALI_BUDYSHCHA}
    assert not app.radio


def test_each_answer_says_why_it_fits_and_what_is_unknown(pages):
    own, other = cards(pages.open("find", place=MALI_BUDYSHCHA))
    assert "Працює в громаді клієнта й обслуговує її" in own
    assert "Обслуговує мешканців усієї Полтавської області" in other
    assert "Невідомо: чи є вільні місця, коли працює; запитайте телефоном" in other
    assert '<a href="tel:1545">1545</a>' in own


def test_a_nearer_provider_left_out_says_why_in_words(pages):
    app = pages.open("find", service="day-care", place=MALI_BUDYSHCHA)
    assert not cards(app)
    assert "Лише Полтава" in left_out(app)
    assert "обслуговує лише мешканців Полтавської міської громади" in left_out(app)
    assert "Жоден відомий реєстру надавач не обслуговує цю громаду" in status(app)


def test_what_is_said_of_the_client_is_asked_and_carried_by_the_link(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA)
    app.multiselect("groups").set_value([TargetGroup.CHILDREN]).run()
    assert not cards(app)
    assert "приймає лише такі групи: люди похилого віку, дорослі особи з інвалідністю" in left_out(app)
    assert app.query_params == {"place": MALI_BUDYSHCHA, "groups": "children"}
    assert "приймають інші групи або інший вік" in status(app)
    app.button("ask_wider").click().run()
    assert names(app) == ["Центр в Опішні", EVIL]
    assert app.query_params == {"place": MALI_BUDYSHCHA}


def test_a_link_fills_the_whole_form_and_says_what_is_set(pages):
    day = (date(2026, 3, 2)).isoformat()
    app = pages.open(
        "find",
        service="palliative-care",
        home=OPISHNIA,
        groups="older_people",
        age="70",
        step_free="1",
        day=day,
        given="home",
        payments="D",
        speaks="crh",
        radius_km="50",
        travel="foot",
        urgent="1",
    )
    assert not app.exception
    assert app.number_input("age").value == 70
    assert app.date_input("day").value == date(2026, 3, 2)
    assert app.selectbox("speaks").value == "crh"
    assert app.selectbox("radius_km").value == 50
    assert app.toggle("urgent").value
    said = next(c.value for c in app.caption if c.value.startswith("Вказано"))
    for part in ("люди похилого віку", "вік 70", "02.03.2026", "вдома", "50,0\u00a0км", "пішки"):
        assert part in said
    app.button("clear_client").click().run()
    assert app.query_params == {"service": "palliative-care", "home": OPISHNIA}


def test_a_contract_and_a_bound_of_age_are_told(pages):
    app = pages.open("find", service="palliative-care", place=MALI_BUDYSHCHA, age="17")
    assert "приймає від 18 років" in left_out(app)
    app.number_input("age").set_value(18).run()
    assert "за договором, чинним до 31.12.2099" in cards(app)[0]
    assert "Вік підходить: від 18 років" in cards(app)[0]


def test_remote_answers_stand_under_their_own_heading_without_number_or_distance(pages):
    app = pages.open("find", service="palliative-care", place=MALI_BUDYSHCHA)
    local, remote = cards(app)
    assert local.startswith("<ol")
    assert remote.startswith("<article")
    assert "distance" not in remote
    assert "Обслуговує всю Україну" in remote
    assert "Телефоном або онлайн, звідусіль" in headings(app)


def test_too_small_a_radius_is_widened_and_said_so(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA, radius_km="5")
    assert len(cards(app)) == 2
    assert "У межах 5,0\u00a0км знайдено замало" in status(app)


def test_confidential_providers_come_apart_without_distance_number_or_place(pages):
    app = pages.open("find", service="shelter-survivors", place=MALI_BUDYSHCHA)
    (card,) = cards(app)
    assert card.startswith("<article")
    assert "distance" not in card
    assert "Місцезнаходження не розголошується · Полтавська область" in card
    assert "За направленням служби у справах дітей" in card
    assert "громада" not in card.replace("Громада клієнта серед", "")
    assert "Місцезнаходження не розголошується" in headings(app)
    assert not [button for button in app.button if button.key.startswith("show_")]


@pytest.mark.parametrize(
    ("place", "said", "outcome"),
    [
        ("UA23080070010092407", "тимчасово окупована", SearchOutcome.OCCUPIED),
        ("UA18040190010057814", "Реєстр не описує цієї області", SearchOutcome.NOT_DESCRIBED),
    ],
    ids=["Melitopol", "Zhytomyr"],
)
def test_where_nothing_is_known_finding_nobody_is_not_called_a_gap(pages, memory_atlas, place, said, outcome):
    app = pages.open("find", service="day-care", place=place)
    assert said in status(app)
    assert "Жоден" not in status(app)
    assert [search.outcome for search in memory_atlas.searches] == [outcome]


def test_a_former_name_is_recognised_and_shown(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("Ватутіне").run()
    offered = app.radio("place_candidate").options
    assert any(option.startswith("**м. Багачеве**, колишня назва Ватутіне, ") for option in offered)


def test_typing_another_name_forgets_the_chosen_place(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA)
    assert cards(app)
    app.text_input("place_text").set_value("Полтава").run()
    assert not cards(app)
    assert app.radio("place_candidate").options[0].startswith("**м. Полтава**, Полтавська міська")


@pytest.mark.parametrize("pasted", ["49.9623, 34.6099", "34.6099 49.9623", "49°57′44″N 34°36′36″E"])
def test_pasted_coordinates_are_the_clients_place_and_stay_as_typed(pages, pasted):
    app = pages.open("find")
    app.text_input("place_text").set_value(pasted).run()
    assert names(app)[0] == "Центр в Опішні"
    assert app.query_params["at"].startswith("34.6")
    assert app.text_input("place_text").value == pasted


def test_coordinates_abroad_are_refused_with_the_reason(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("48.8566, 2.3522").run()
    assert "за межами України" in app.warning[-1].value
    assert not cards(app)
    assert "at" not in app.query_params


def test_an_oblast_is_too_wide_a_place_and_said_so(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("Полтавська область").run()
    assert any("назвіть у ній населений пункт або громаду" in c.value for c in app.caption)
    assert not app.radio


def test_a_service_is_found_by_the_words_of_a_situation(pages):
    app = pages.open("find", service="day-care", place=MALI_BUDYSHCHA)
    app.text_input("service_text").set_value("нікому доглянути бабусю").run()
    assert app.radio("service_candidate").options == ["**Догляд вдома**, нікому доглянути бабусю"]
    app.radio("service_candidate").set_value("home-care").run()
    assert app.selectbox("service").value == "home-care"
    assert app.text_input("service_text").value == ""
    assert not app.radio
    assert names(app)[0] == "Центр в Опішні"


def test_words_for_no_service_say_what_to_try(pages):
    app = pages.open("find")
    app.text_input("service_text").set_value("щщщ").run()
    assert any("виберіть зі списку" in c.value for c in app.caption)


def test_a_click_on_the_map_is_the_clients_place(pages):
    app = click(pages.open("find", place=MALI_BUDYSHCHA))
    assert not app.exception
    assert app.query_params == {"at": "34.61000,49.96000"}
    assert app.text_input("place_text").value == "49.96000, 34.61000"
    assert names(app)[0] == "Центр в Опішні"


def test_a_click_on_a_marker_marks_its_card_and_a_button_does_the_same(pages):
    app = click(pages.open("find", place=MALI_BUDYSHCHA), point_id="evil")
    assert app.query_params == {"place": MALI_BUDYSHCHA, "result": "evil"}
    assert ["aria-current" in card for card in cards(app)] == [False, True]
    app.button("show_opishnia_0").click().run()
    assert ["aria-current" in card for card in cards(app)] == [True, False]


def test_another_question_forgets_the_answer_looked_at(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA, result="evil")
    app.number_input("age").set_value(80).run()
    assert "result" not in app.query_params


def test_where_to_apply_is_told_with_answers_and_without(pages):
    found = html(pages.open("find", place=MALI_BUDYSHCHA))
    apply = next(body for body in found if 'class="apply' in body)
    assert "Куди звертатися мешканцям Опішнянської селищної громади" in apply
    assert "Пунктів адміністративних послуг громади в реєстрі немає" in apply
    assert '<a href="tel:116123">116 123</a>' in apply
    assert "номер не перевірено" in apply
    nothing = html(pages.open("find", service="resilience", home=POLTAVA))
    apply = next(body for body in nothing if 'class="apply' in body)
    assert "ЦНАП &lt;b&gt;громади&lt;/b&gt;" in apply
    assert '<a href="tel:0800500335">' in apply


def test_a_search_is_recorded_once_a_session_for_a_need_and_never_with_more(pages, memory_atlas):
    app = pages.open("find", place=MALI_BUDYSHCHA, age="70", urgent="1")
    app.number_input("age").set_value(71).run()
    (search,) = memory_atlas.searches
    assert search == SearchRecord(search.day, OPISHNIA, "home-care", TargetGroup(0), SearchOutcome.FOUND)
    app.multiselect("groups").set_value([TargetGroup.CHILDREN]).run()
    assert [search.outcome for search in memory_atlas.searches[1:]] == [SearchOutcome.OTHER_CLIENTS]


def slip_script() -> None:
    import streamlit as st  # noqa: PLC0415 - the script is run from its source

    from mapapp.ui.slip_form import show_slip_form  # noqa: PLC0415

    show_slip_form(*st.session_state["shown"])


def slip(atlas, issuer, note):
    """Fill and send the form that the button of the first answer opens over the page."""
    now = datetime.now(KYIV)
    t = translator("uk")
    visit = Visit(atlas, MapScene(atlas), t, now.date(), {})
    choice = Choice("home-care", place=Katottg(MALI_BUDYSHCHA))
    question = question_of(choice, client_of(choice, atlas), now)
    app = AppTest.from_function(slip_script, default_timeout=60)
    app.session_state["choice"] = choice
    telling = Telling(t, atlas.gazetteer, atlas.services, now)
    app.session_state["shown"] = (visit, telling, atlas.refer(question).local[0], new_code())
    app.run()
    app.text_input("slip_issuer_text").set_value(issuer)
    app.text_area("slip_note").set_value(note)
    app.button[0].click().run()
    return app


def test_a_slip_is_made_as_text_and_link_without_the_note_in_the_link(memory_atlas):
    app = slip(memory_atlas, "ЦНСП, Опішня", "Приймальня на другому поверсі")
    assert not app.exception
    text, link = (block.value for block in app.code)
    assert "Центр в Опішні" in text
    assert "ЦНСП, Опішня" in text
    assert "/slip/" in link
    assert "point=opishnia" in link
    assert "%D0" not in link
    assert app.success


def test_a_slip_refuses_what_looks_like_a_clients_data_and_says_which_field(memory_atlas):
    app = slip(memory_atlas, "ЦНСП, Опішня", "клієнт Іваненко Петро, 067 123 45 67")
    assert not app.code
    assert len(app.error) == 2
    assert all(error.value.startswith("Примітка: ") for error in app.error)


def test_every_settlement_with_a_homonym_in_its_hromada_can_be_chosen(pages, memory_atlas):
    seen = {}
    for place in memory_atlas.gazetteer.settlements.values():
        twin = seen.setdefault((place.hromada, place.name), place)
        if twin is not place and place.hromada is not None:
            break
    typed = f"{place.name}, {memory_atlas.gazetteer.hromadas[place.hromada].name}"
    app = pages.open("find")
    for chosen in (twin, place):
        app.text_input("place_text").set_value(typed).run()
        app.radio("place_candidate").set_value(chosen.katottg).run()
        assert app.query_params["place"] == chosen.katottg


def test_a_day_to_come_asks_for_any_time_of_it(pages):
    day = date(2026, 1, 1) + timedelta(days=30)
    app = pages.open("find", place=MALI_BUDYSHCHA, day=day.isoformat())
    assert not app.exception
    assert not any("зараз" in card.lower() for card in cards(app))
