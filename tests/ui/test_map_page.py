"""The map page: filters, the answer in a sentence, the selected hromada, a link that reproduces the view."""

import pytest

from mapapp.domain.errors import StoreUnavailableError

POLTAVSKA = "UA53000000000028050"
ZHYTOMYRSKA = "UA18000000000041385"
OPISHNIA = "UA53080350000070563"
POLTAVA = "UA53080370000025447"
MELITOPOL = "UA23080070000068953"


def click(app, **value):
    """What the map's script would tell the page."""
    app.session_state["map"] = {
        "lon": 34.6,
        "lat": 49.9,
        "hromada": None,
        "point_id": None,
        "serial": "1",
    } | value
    return app.run()


def panel(app) -> str:
    return "".join(html.proto.body for html in app.get("html") if 'class="panel"' in html.proto.body)


def test_the_first_page_speaks_ukrainian_of_the_whole_country(pages):
    app = pages.open()
    assert not app.exception
    assert app.title[0].value == "Мапа"
    assert app.selectbox("service").value == "home-care"
    assert app.markdown[0].value.startswith("Уся Україна: послуга доступна у 60 з 60 громад")


def test_a_banner_says_that_the_data_is_for_demonstration(pages):
    assert "демонстраційні дані" in pages.open().warning[0].value


def test_without_demonstration_records_there_is_no_banner(pages, memory_atlas, monkeypatch):
    monkeypatch.setattr(memory_atlas, "service_points", ())
    assert not pages.open().warning


def test_a_store_out_of_reach_is_a_sentence_and_not_a_traceback(pages, memory_atlas, monkeypatch):
    def unreachable(_query):
        raise StoreUnavailableError("There is no store at {place}", place="db.example.org")

    monkeypatch.setattr(memory_atlas, "coverage", unreachable)
    app = pages.open()
    assert not app.exception
    assert [error.value for error in app.error] == ["За адресою db.example.org сховища немає"]


def test_the_sentence_counts_hromadas_and_people_without_the_service(pages):
    app = pages.open(service="day-care", oblast=POLTAVSKA)
    said = app.markdown[0].value.replace("\u00a0", " ")
    assert said.startswith("Полтавська область: послуга доступна у 1 з 60 громад, про які є дані.")
    assert "станом на 01.01.2022" in said


def test_outside_the_registrys_scope_the_sentence_claims_nothing(pages):
    app = pages.open(service="day-care", oblast=ZHYTOMYRSKA)
    assert app.markdown[0].value == "Житомирська область: про цю послугу немає даних."


def test_a_link_reproduces_the_view(pages):
    app = pages.open(service="day-care", oblast=POLTAVSKA, hromada=OPISHNIA, points="0", lang="en")
    assert app.selectbox("service").value == "day-care"
    assert app.selectbox("oblast").value == POLTAVSKA
    assert app.selectbox("hromada").value == OPISHNIA
    assert not app.toggle("points").value
    assert app.title[0].value == "Map"
    assert "Opishnianska" in panel(app)


def test_the_address_follows_what_is_chosen(pages):
    app = pages.open(oblast=POLTAVSKA)
    app.selectbox("service").set_value("day-care").run()
    app.toggle("points").set_value(False).run()
    assert app.query_params == {"service": "day-care", "oblast": POLTAVSKA, "points": "0"}


def test_back_in_the_browser_brings_the_former_view(pages):
    app = pages.open(oblast=POLTAVSKA)
    app.selectbox("oblast").set_value(ZHYTOMYRSKA).run()
    app.query_params["oblast"] = POLTAVSKA
    app.run()
    assert app.selectbox("oblast").value == POLTAVSKA


def test_an_untouched_page_leaves_its_address_alone(pages):
    # A corrected address would be one more step back, and going back would only correct it again.
    for page in ("", "find", "coverage", "about"):
        assert pages.open(page).query_params == {}


def test_back_to_an_address_without_parameters_brings_the_first_view(pages):
    app = pages.open()
    app.selectbox("oblast").set_value(ZHYTOMYRSKA).run()
    del app.query_params["oblast"]
    app.run()
    assert app.selectbox("oblast").value == ""
    assert app.query_params == {}


def test_links_to_the_other_pages_carry_what_is_chosen(pages):
    app = pages.open(service="day-care", oblast=POLTAVSKA, lang="en")
    links = {link.proto.page: link.proto.query_string for link in app.get("page_link")}
    assert links["coverage"] == f"service=day-care&oblast={POLTAVSKA}&lang=en"
    assert links["find"] == "service=day-care&lang=en"


def test_a_choice_made_before_the_address_caught_up_stands(pages):
    app = pages.open(oblast=POLTAVSKA)
    app.selectbox("service").set_value("day-care").run()
    app.query_params["service"] = "home-care"
    app.selectbox("oblast").set_value(ZHYTOMYRSKA).run()
    assert app.selectbox("service").value == "day-care"
    assert app.selectbox("oblast").value == ZHYTOMYRSKA


def test_nonsense_in_a_link_gives_one_notice_and_a_working_page(pages):
    app = pages.open(service="levitation", oblast=POLTAVSKA, lang="de", utm="x")
    assert [info.value for info in app.info] == [
        "Частину посилання не вдалося зрозуміти, її пропущено: service, lang."
    ]
    assert app.selectbox("service").value == "home-care"
    app.toggle("points").set_value(False).run()
    assert not app.info


def test_another_oblast_clears_the_raion_and_the_hromada(pages):
    app = pages.open(raion="UA53080000000068029", hromada=OPISHNIA)
    assert app.selectbox("oblast").value == POLTAVSKA
    app.selectbox("oblast").set_value(ZHYTOMYRSKA).run()
    assert (app.selectbox("raion").value, app.selectbox("hromada").value) == ("", "")


def test_oblasts_are_listed_in_the_ukrainian_alphabet(pages):
    options = pages.open().selectbox("oblast").options
    assert options[0] == "Уся Україна"
    assert options.index("Закарпатська область") < options.index("Івано-Франківська область")
    assert options.index("Івано-Франківська область") < options.index("Київська область")


def test_every_option_of_the_hromada_list_is_different(pages):
    for language in ("uk", "en"):
        options = pages.open(lang=language).selectbox("hromada").options
        assert len(options) == len(set(options)) > 1469


def test_a_click_selects_the_hromada(pages):
    app = click(pages.open(oblast=POLTAVSKA), hromada=OPISHNIA)
    assert not app.exception
    assert app.selectbox("hromada").value == OPISHNIA
    assert app.query_params["hromada"] == OPISHNIA
    assert "Опішнянська селищна громада" in panel(app)


@pytest.mark.parametrize("hromada", [None, "UA99000000000000000", "nonsense", 7])
def test_a_click_outside_the_hromadas_selects_nothing(pages, hromada):
    app = click(pages.open(oblast=POLTAVSKA), hromada=hromada)
    assert not app.exception
    assert app.selectbox("hromada").value == ""


def test_the_panel_tells_own_providers_from_those_elsewhere(pages):
    said = panel(pages.open(hromada=OPISHNIA))
    own, elsewhere = (
        said.index("Надавачі в громаді"),
        said.index("Надавачі з інших громад, що її обслуговують"),
    )
    assert own < said.index("Центр в Опішні") < elsewhere < said.index("Турбота")
    assert "Полтавська міська громада" in said[elsewhere:]


def test_a_confidential_provider_is_named_with_its_phone_and_no_place(pages):
    said = panel(pages.open(service="shelter-survivors", hromada=POLTAVA))
    assert "Надавачі, місцезнаходження яких не розголошується" in said
    assert '<a href="tel:116123">116 123</a>' in said
    assert "За направленням служби у справах дітей" in said
    assert "З району, області чи країни" in said


def test_html_in_a_providers_name_is_shown_as_text(pages):
    said = panel(pages.open(hromada=POLTAVA))
    assert "<img" not in said
    assert "&lt;img src=x onerror=alert(1)&gt;Турбота &amp; Ко" in said


def test_population_carries_its_source_and_date(pages):
    said = panel(pages.open(hromada=OPISHNIA)).replace("\u00a0", " ")
    assert "8 133 особи · Державна служба статистики України, 01.01.2022" in said


def test_an_occupied_hromada_is_said_to_be_so_and_not_to_lack_the_service(pages):
    said = panel(pages.open(hromada=MELITOPOL))
    assert "тимчасово окупована" in said
    assert "немає даних" in said
    assert "Послуга відсутня" not in said
    assert "за переліком у редакції від 07.05.2025" in said


def test_no_figure_of_population_is_no_data(pages, memory_atlas):
    unknown = next(
        hromada for hromada in memory_atlas.gazetteer.hromadas.values() if hromada.population is None
    )
    assert "<dt>Населення</dt><dd>немає даних</dd>" in panel(pages.open(hromada=unknown.katottg))
