"""The find page: a service and a place, then the nearest providers with everything needed to call them."""

import pytest

MALI_BUDYSHCHA = "UA53080350230084034"
OPISHNIA_HROMADA = "Опішнянська селищна громада"


def cards(app) -> list[str]:
    return [html.proto.body for html in app.get("html") if 'class="providers"' in html.proto.body]


def found_names(app) -> list[str]:
    return [part.split(" <span")[0] for card in cards(app) for part in card.split("<h3>")[1:]]


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


def test_the_chosen_place_leads_to_providers_by_distance(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("Малі Будища, Опішн").run()
    app.radio("place_candidate").set_value(MALI_BUDYSHCHA).run()
    assert not app.exception
    assert found_names(app) == ["Центр в Опішні", "&lt;img src=x onerror=alert(1)&gt;Турбота &amp; Ко"]
    assert '<span class="distance">2,6\u00a0км</span>' in cards(app)[0]
    assert app.text_input("place_text").value.startswith("с. Малі Будища, Опішнянська")
    assert app.query_params == {"place": MALI_BUDYSHCHA}
    assert not app.radio


def test_a_former_name_is_recognised_and_shown(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("Ватутіне").run()
    offered = app.radio("place_candidate").options
    assert any(option.startswith("**м. Багачеве**, колишня назва Ватутіне, ") for option in offered)


def test_a_name_nobody_has_says_what_to_try_next(pages):
    app = pages.open("find")
    app.text_input("place_text").set_value("щщщщщщщщ").run()
    assert any("Перевірте написання або клацніть на мапі" in c.value for c in app.caption)


def test_typing_another_name_forgets_the_chosen_place(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA)
    assert cards(app)
    app.text_input("place_text").set_value("Полтава").run()
    assert not cards(app)
    assert app.radio("place_candidate").options[0].startswith("**м. Полтава**, Полтавська міська")


def test_a_link_reproduces_the_answer(pages):
    app = pages.open("find", service="home-care", place=MALI_BUDYSHCHA, lang="en")
    assert found_names(app)[0] == "Центр в Опішні"
    assert app.text_input("place_text").value.startswith("Mali Budyshcha (village), Opishnianska")


def test_only_those_that_serve_the_clients_hromada_are_listed_at_first(pages):
    app = pages.open("find", service="day-care", place=MALI_BUDYSHCHA)
    assert not cards(app)
    assert "Увімкніть показ тих, що не обслуговують громаду" in app.info[0].value


@pytest.mark.parametrize(
    ("name", "oblast", "said"),
    [
        ("Мелітополь", "UA23", "тимчасово окупована"),
        ("Житомир", "UA18", "Житомирська область: реєстр її не описує"),
    ],
)
def test_where_nothing_is_known_finding_nobody_is_not_called_a_gap(pages, memory_atlas, name, oblast, said):
    place = next(
        place
        for place in memory_atlas.gazetteer.settlements.values()
        if place.name == name and place.katottg.startswith(oblast)
    )
    app = pages.open("find", service="day-care", place=place.katottg)
    assert said in app.info[0].value
    assert "Жоден надавач" not in app.info[0].value


def test_everyone_can_be_listed_and_those_that_do_not_serve_are_marked(pages):
    app = pages.open("find", service="day-care", place=MALI_BUDYSHCHA)
    app.toggle("everyone").set_value(True).run()
    assert found_names(app) == ["Лише Полтава"]
    assert f"Не обслуговує: {OPISHNIA_HROMADA}" in cards(app)[0]
    assert app.query_params["everyone"] == "1"


def test_in_the_list_of_everyone_those_that_serve_are_marked_too(pages):
    app = pages.open("find", service="home-care", place=MALI_BUDYSHCHA, everyone="1")
    assert cards(app)[0].count(f"Обслуговує: {OPISHNIA_HROMADA}") == 2


def test_a_click_on_the_map_is_the_clients_place(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA)
    app.session_state["find_map"] = {
        "lon": 34.61,
        "lat": 49.96,
        "hromada": None,
        "point_id": None,
        "serial": "1",
    }
    app.run()
    assert not app.exception
    assert app.query_params == {"at": "34.61000,49.96000"}
    assert app.text_input("place_text").value == ""
    assert found_names(app)[0] == "Центр в Опішні"


def test_a_click_on_a_provider_leaves_the_clients_place(pages):
    app = pages.open("find", place=MALI_BUDYSHCHA)
    app.session_state["find_map"] = {
        "lon": 34.61,
        "lat": 49.96,
        "hromada": None,
        "point_id": "opishnia",
        "serial": "1",
    }
    app.run()
    assert app.query_params["place"] == MALI_BUDYSHCHA


def test_confidential_providers_come_apart_without_distance_or_number(pages):
    app = pages.open("find", service="shelter-survivors", place=MALI_BUDYSHCHA)
    (listed,) = cards(app)
    assert listed.startswith("<ul")
    assert "distance" not in listed
    assert "Місцезнаходження не розголошується · Полтавська область" in listed
    assert "За направленням служби у справах дітей" in listed
    assert "громада" not in listed


def test_a_settlement_without_hromada_is_answered_by_distance_alone(pages, memory_atlas):
    crimean = next(
        place
        for place in memory_atlas.gazetteer.settlements.values()
        if place.katottg.startswith("UA01") and place.point is not None
    )
    app = pages.open("find", place=crimean.katottg)
    assert not app.exception
    assert "Громаду тут не визначено" in app.info[0].value
    assert found_names(app)


def test_every_settlement_with_a_homonym_in_its_hromada_can_be_chosen(pages, memory_atlas):
    seen = {}
    for place in memory_atlas.gazetteer.settlements.values():
        twin = seen.setdefault((place.hromada, place.name), place)
        if twin is not place and place.hromada is not None:
            break
    app = pages.open("find")
    app.text_input("place_text").set_value(
        f"{place.name}, {memory_atlas.gazetteer.hromadas[place.hromada].name}"
    ).run()
    for chosen in (twin, place):
        app.radio("place_candidate").set_value(chosen.katottg).run()
        assert app.query_params["place"] == chosen.katottg
        app.text_input("place_text").set_value(
            place.name + ", " + memory_atlas.gazetteer.hromadas[place.hromada].name
        ).run()
