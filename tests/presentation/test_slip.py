"""A slip says the same on paper, in a message and on its map, and nothing in it is ever read as markup."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdf
import pytest
import segno
import typst

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from slip_records import (  # noqa: E402 - found through the line above
    CENTRE,
    CODE,
    EVIL,
    HOME_CARE,
    HROMADA,
    NOW,
    ROAD,
    VILLAGE,
    SlipAtlas,
    map_texts,
    slip_to,
    telling,
)

from mapapp.domain.contacts import Phone  # noqa: E402
from mapapp.domain.errors import InvalidInputError, NotFoundError  # noqa: E402
from mapapp.domain.hours import Closure  # noqa: E402
from mapapp.domain.katottg import Katottg  # noqa: E402
from mapapp.domain.registry import LocationPolicy, PointPrecision, WartimeState  # noqa: E402
from mapapp.domain.travel import TravelMode  # noqa: E402
from mapapp.presentation import slip_pdf as paper  # noqa: E402
from mapapp.presentation.slip_making import slip_path  # noqa: E402
from mapapp.presentation.slip_map import slip_map, slip_map_svg  # noqa: E402
from mapapp.presentation.slip_pdf import slip_pdf  # noqa: E402
from mapapp.presentation.slip_sheet import slip_sheet  # noqa: E402
from mapapp.presentation.slip_text import slip_text  # noqa: E402

LINK = f"https://mapapp.example.org/slip/{CODE}?point=centre&service=home-care&day=2026-11-20"


def sheet_of(slip, language="en"):
    return slip_sheet(slip, telling(language), LINK)


def facts_of(slip, language="en"):
    return {fact.term: fact.text for fact in sheet_of(slip, language).facts}


def pdf_of(slip, language="uk", **options):
    return pypdf.PdfReader(BytesIO(slip_pdf(slip, telling(language), link=LINK, **options)))


def words(text):
    """Return the text as one line: where lines break on paper does not matter."""
    return " ".join(text.split())


# What it says


def test_a_slip_says_all_that_is_needed_to_go_there():
    facts = facts_of(slip_to(from_place=VILLAGE))
    assert facts["Address"] == (
        "вул. Соборна, 1, Yizhakivsk (city), Yizhakivska rural hromada, Lubenskyi raion, Poltavska oblast"
    )
    assert facts["Hours"] == "Mon–Fri 9:00–18:00; Sat–Sun closed"
    assert facts["For whom"] == "older people, adults with disabilities, from 60 years"
    assert facts["Conditions"] == "За рішенням міської ради"
    assert facts["Payment"] == "differentiated fee"
    assert facts["Accessibility of the place"] == "step-free entrance, not there: lift"


def test_hours_in_ukrainian_are_those_the_provider_wrote():
    t = telling("uk").t
    assert facts_of(slip_to(), "uk")[t("Hours")] == "Пн–Пт 9:00–18:00"


def test_days_that_differ_are_told_a_month_ahead_and_not_later():
    facts = facts_of(slip_to())
    assert facts["Other hours on some days"] == "closed from 1 December 2026 to 3 December 2026 – ремонт"
    later = slip_sheet(slip_to(), replace(telling("en"), now=NOW + timedelta(days=7)), LINK)
    assert "25 December 2026: closed" in next(
        fact.text for fact in later.facts if fact.term == "Other hours on some days"
    )


def test_a_settlement_already_in_the_address_is_not_said_twice():
    atlas = SlipAtlas()
    atlas.points["centre"] = replace(CENTRE, address="м. Їжаківськ, вул. Соборна, 1")
    assert facts_of(slip_to(atlas=atlas), "uk")[telling("uk").t("Address")].count("Їжаківськ,") == 1


def test_how_far_is_said_to_be_in_a_straight_line_without_roads():
    how_far = facts_of(slip_to(from_place=VILLAGE))["How far"]
    assert words(how_far) == "9.1 km in a straight line, roughly 16 min by car from Galagany (village)"


def test_how_far_is_by_road_where_there_are_roads():
    atlas = SlipAtlas()
    atlas.road = ROAD
    how_far = facts_of(slip_to(atlas=atlas, from_place=VILLAGE, mode=TravelMode.FOOT))["How far"]
    assert words(how_far) == "15 min, 11.0 km by road on foot from Galagany (village)"


def test_a_team_is_met_at_its_stop_where_that_is_nearer():
    slip = slip_to("team", from_place=VILLAGE)
    assert slip.way.distance_m == 0
    assert slip.way.stop.day == date(2026, 11, 27)
    assert "біля клубу, 27 November 2026, 10:00–12:00" in facts_of(slip)["How far"]


def test_a_stop_gone_by_is_nowhere_to_go():
    slip = slip_to("team", from_place=VILLAGE, today=date(2026, 11, 28))
    assert slip.way.stop is None
    assert slip.way.distance_m > 9000


def test_without_a_settlement_nothing_is_said_of_the_way():
    assert "How far" not in facts_of(slip_to())


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_hidden_place_is_told_by_nothing(language):
    slip = slip_to("shelter", from_place=VILLAGE)
    atlas = SlipAtlas()
    assert slip.from_place is slip.way is slip.route is None
    assert slip_map(atlas, slip, telling(language)) is None
    assert slip_map_svg(slip, telling(language).t, [atlas.outline(HROMADA)]) is None
    said = slip_text(slip, telling(language), LINK)
    assert "116123" in said
    assert "Направляє поліція" in said
    assert telling(language).t("Location not disclosed") in said
    for trace in ("Соборна", "Їжаківськ", "Yizhakivsk", "Galagany", "Ґалаґани", "Лубенський", "км", " km"):
        assert trace not in said
    assert VILLAGE not in slip_path(slip, language)


def test_only_the_hromada_of_a_hidden_place_is_told_where_that_is_public():
    atlas = SlipAtlas()
    atlas.points["shelter"] = replace(
        atlas.points["shelter"], location_policy=LocationPolicy.HROMADA_ONLY, hromada=HROMADA
    )
    location = facts_of(slip_to("shelter", atlas))["Location"]
    assert location.endswith("Yizhakivska rural hromada · Poltavska oblast")


def test_a_hidden_place_has_no_phone_of_its_organisation():
    atlas = SlipAtlas()
    atlas.points["shelter"] = replace(atlas.points["shelter"], phones=())
    atlas.points["centre"] = replace(CENTRE, phones=())
    atlas.organisation = replace(atlas.organisation, phones=(Phone("1545"),))
    assert sheet_of(slip_to("shelter", atlas)).phones == ()
    assert sheet_of(slip_to("centre", atlas)).phones == (Phone("1545"),)


def test_there_is_no_way_to_a_hotline():
    slip = slip_to("hotline", from_place=VILLAGE)
    assert slip.from_place is None
    assert slip_map(SlipAtlas(), slip, telling()) is None


def test_what_speaks_against_going_is_told_first():
    assert sheet_of(slip_to("suspended")).warnings == ("Suspended until further notice",)
    atlas = SlipAtlas()
    today = NOW.date()
    atlas.points["centre"] = replace(
        CENTRE,
        valid_to=today - timedelta(days=1),
        wartime=WartimeState(is_suspended=True, suspended_until=today),
        closures=(Closure(today, None, "ремонт"),),
    )
    assert sheet_of(slip_to(atlas=atlas)).warnings == (
        "Stopped working on 21 November 2026",
        "Suspended until 22 November 2026",
        "closed from 22 November 2026 until further notice – ремонт",
    )


def test_an_invented_provider_is_marked_everywhere():
    slip = slip_to("suspended")
    mark = telling("uk").t("DEMONSTRATION RECORD: this provider does not exist")
    assert mark in slip_text(slip, telling(), LINK)
    assert mark in words(pdf_of(slip).pages[0].extract_text())
    assert mark not in slip_text(slip_to(), telling(), LINK)


def test_it_says_when_the_record_was_verified():
    assert sheet_of(slip_to()).verified == "Data verified on 1 November 2026"
    assert sheet_of(slip_to("shelter")).verified == "Never verified"
    atlas = SlipAtlas()
    atlas.points["centre"] = replace(CENTRE, last_verified=date(2025, 1, 1))
    assert sheet_of(slip_to(atlas=atlas)).verified.endswith("Verification is overdue")


# How it is made


def test_what_is_not_in_the_registry_gets_no_slip():
    for asked in ({"point": "nobody"}, {"from_place": Katottg("UA53060250030046738")}, {"ordinal": 7}):
        with pytest.raises(NotFoundError):
            slip_to(**asked)


def test_of_two_offerings_the_one_asked_for_is_meant_and_kept_in_the_address():
    first, second = slip_to(), slip_to(ordinal=1)
    assert (first.offering.conditions, second.offering.conditions) == (
        "За рішенням міської ради",
        "Для ветеранів",
    )
    assert "offering" not in slip_path(first, "uk")
    assert "offering=1" in slip_path(second, "uk")


def test_the_address_tells_no_free_text():
    slip = slip_to(from_place=VILLAGE, mode=TravelMode.FOOT, issued_by="ЦНСП", note="потрібен пандус")
    assert slip_path(slip, "en", ".pdf") == (
        f"/slip/{CODE}.pdf?point=centre&service=home-care&day=2026-11-20&from={VILLAGE}&mode=foot&lang=en"
    )


def test_a_note_about_the_client_makes_no_slip():
    with pytest.raises(InvalidInputError):
        slip_to(note="клієнтка Олена Петренко")


# The message


def test_a_message_is_short_and_its_numbers_can_be_dialled():
    slip = slip_to(from_place=VILLAGE, issued_by="ЦНСП Ґанок", note="потрібен\nпандус")
    message = slip_text(slip, telling("en"), LINK).splitlines()
    assert message[:3] == [f"Referral {CODE} · 20 November 2026", "Home care", "Центр «Об’єднання»"]
    assert "Phone: +380536123456, 1545" in message
    assert "Note: потрібен пандус" in message
    assert "Issued by: ЦНСП Ґанок" in message
    assert message[-1] == LINK
    assert len(message) < 20


def test_a_message_keeps_one_line_for_each_thing():
    atlas = SlipAtlas()
    atlas.points["centre"] = replace(CENTRE, name="Центр\nТелефон: 0", address="вул.\r\nМиру")
    assert "Центр Телефон: 0" in slip_text(slip_to(atlas=atlas), telling(), LINK).splitlines()


# The map


def test_the_map_names_both_ends_and_its_scale():
    slip, atlas = slip_to(from_place=VILLAGE), SlipAtlas()
    svg = slip_map(atlas, slip, telling("en"))
    texts = [words(text) for text in map_texts(svg)]
    assert texts == ["provider", "Galagany (village)", "2 km", "North", "Drawn & shared"]
    assert "stroke-dasharray" in svg


def test_the_map_draws_the_road_and_credits_it():
    atlas = SlipAtlas()
    atlas.road = ROAD
    svg = slip_map(atlas, slip_to(atlas=atlas, from_place=VILLAGE), telling())
    assert map_texts(svg)[-1] == "Drawn & shared · © OpenStreetMap contributors"
    assert svg.count("stroke-dasharray") == 2  # to the road and from it


def test_both_ends_lie_within_the_map_wherever_they_are():
    for lon, lat in ((22.2, 48.4), (40.1, 49.3), (33.4, 44.5), (34.6, 49.9)):
        place = replace(
            SlipAtlas.gazetteer.settlements[VILLAGE], point=replace(CENTRE.point, lon=lon, lat=lat)
        )
        slip = slip_to(from_place=VILLAGE)
        drawn = ET.fromstring(slip_map_svg(replace(slip, from_place=place), telling().t))
        circle = next(element for element in drawn.iter() if element.tag.endswith("circle"))
        assert 40 < float(circle.get("cx")) < 360
        assert 40 < float(circle.get("cy")) < 360


def test_a_broken_outline_or_none_leaves_a_map():
    import shapely  # noqa: PLC0415

    bow = shapely.to_wkb(shapely.Polygon([(34.5, 49.8), (34.8, 50), (34.8, 49.8), (34.5, 50)]))
    for outlines in ([bow], [], [shapely.to_wkb(shapely.Polygon())]):
        assert "provider" in map_texts(slip_map_svg(slip_to(), telling("en").t, outlines))


def test_a_name_on_the_map_stays_a_name():
    slip = slip_to(from_place=VILLAGE)
    evil = replace(slip.from_place, name='<script>"&')
    hostile = replace(slip, from_place=evil, point=replace(slip.point, name=EVIL), offering=slip.offering)
    svg = slip_map_svg(hostile, telling("uk").t, [SlipAtlas().outline(HROMADA)], EVIL)
    root = ET.fromstring(svg)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {
        "svg",
        "defs",
        "clipPath",
        "rect",
        "g",
        "path",
        "circle",
        "text",
    }
    assert EVIL in map_texts(svg)
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or name in {"style", "href"}]


# The paper


def test_the_paper_says_what_the_sheet_says():
    slip = slip_to(from_place=VILLAGE, issued_by="ЦНСП «Ґанок»", note="Потрібен пандус; п’ятниця")
    atlas = SlipAtlas()
    for language in ("uk", "en"):
        said = words(
            pdf_of(slip, language, map_svg=slip_map(atlas, slip, telling(language))).pages[0].extract_text()
        )
        sheet = sheet_of(slip, language)
        for fact in sheet.facts:
            assert words(fact.term) in said
            assert words(fact.text) in said
        for text in (CODE, sheet.service, sheet.provider, sheet.organisation, sheet.note, sheet.issued):
            assert text in said
        for text in (sheet.day, sheet.verified, sheet.protection, "(05361) 2-34-56, 15 45"):
            assert text in said


def test_ukrainian_letters_come_out_of_the_paper_as_they_went_in():
    note = "ґ є і ї й щ ь ю я Ґ Є І Ї ’ № « » — – 5 ₴"
    assert note in words(pdf_of(slip_to(note=note)).pages[0].extract_text())


def test_the_paper_is_tagged_titled_and_of_a_language():
    reader = pdf_of(slip_to(from_place=VILLAGE), "en")
    assert reader.metadata.title == f"Referral {CODE}"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_the_paper_links_to_the_page():
    links = [note.get_object()["/A"]["/URI"] for note in pdf_of(slip_to()).pages[0]["/Annots"]]
    assert set(links) == {LINK}


def test_equal_slips_are_equal_papers():
    slip = slip_to(from_place=VILLAGE)
    assert slip_pdf(slip, telling(), link=LINK) == slip_pdf(slip, telling(), link=LINK)


def test_markup_in_a_record_is_printed_as_it_is_written():
    slip = slip_to("hostile", from_place=VILLAGE)
    svg = slip_map(SlipAtlas(), slip, telling())
    assert words(pdf_of(slip, map_svg=svg).pages[0].extract_text()).count(EVIL) >= 4


LONG = "Комунальна установа «Центр надання соціальних послуг» Дуже-Довгоназваної об’єднаної громади "


def longest(text):
    """Return a slip whose every text is as long as somebody might make it."""
    atlas = SlipAtlas()
    today = NOW.date()
    offering = replace(HOME_CARE, conditions=text * 9, age_to=99)
    closures = tuple(Closure(today - timedelta(days=day), None, text * 3) for day in range(30))
    atlas.points["centre"] = replace(
        CENTRE,
        name=(text * 3)[:200],
        address=text * 9,
        hours=text * 9,
        opening_hours=None,
        referral_note=text * 9,
        phones=(Phone("(05361) 2-34-56"),) * 30,
        languages=("uk", "en", "ru", "pl", "ro", "hu", "crh", "bg") * 9,
        offerings=(offering,),
        closures=closures,
        precision=PointPrecision.HROMADA,
        is_demo=True,
    )
    atlas.organisation = replace(atlas.organisation, name=(text * 4)[:300])
    return slip_to(
        atlas=atlas, from_place=VILLAGE, note=("пандус " * 60)[:300], issued_by=("Ґанок " * 60)[:120]
    )


ANY_TEXT = {
    "words": LONG,
    "one broad word": "Щ" * 95,
    "one Latin word": "W" * 200,
    "one narrow word": "i" * 40,
    "line breaks": "а\n\nб\n",
    "quotes": "«»" * 50,
    "accents": "а\u0301" * 50,
    "markup": EVIL,
}


@pytest.mark.parametrize("text", ANY_TEXT.values(), ids=ANY_TEXT)
def test_one_page_holds_whatever_the_record_says(text):
    slip = longest(text)
    svg = slip_map(SlipAtlas(), slip, telling())
    reader = pdf_of(slip, map_svg=svg)
    assert len(reader.pages) == 1
    said = words(reader.pages[0].extract_text())
    # The last lines are on the page, so nothing before them was cut off.
    assert telling().t("This slip holds no personal data of the client: do not write any on it.") in said
    assert CODE in said
    assert "\u0301" not in said


@pytest.mark.parametrize("text", ANY_TEXT.values(), ids=ANY_TEXT)
def test_shortening_is_enough_for_it(text):
    """The template would cut what does not fit in its last variant: that never happens."""
    slip = longest(text)
    told = paper._told(slip, telling(), LINK, slip_map(SlipAtlas(), slip, telling()))
    sizes = typst.query(
        paper._template() + b"\n#context metadata(fits(shortenings.last()))",
        "metadata",
        field="value",
        one=True,
        font_paths=paper._fonts(),
        sys_inputs={"slip": json.dumps(told)},
    )
    assert json.loads(sizes) is True


def test_a_text_that_is_too_long_ends_in_an_ellipsis():
    assert "…" in pdf_of(longest(LONG)).pages[0].extract_text()


def test_every_sign_let_through_has_a_glyph():
    """PDF/UA refuses a document with a sign its fonts lack, so compiling is the proof."""
    signs = "".join(chr(code) for code in range(0x20, 0x2800) if paper._PRINTED.match(chr(code)))
    assert len(signs) > 900
    slip = slip_to()
    told = paper._told(slip, telling(), LINK, None) | {"provider": signs}
    typst.compile(
        paper._template(),
        font_paths=paper._fonts(),
        sys_inputs={"slip": json.dumps(told)},
        pdf_standards="ua-1",
    )


@pytest.mark.parametrize(
    "name", ["Центр 😀 中文", "Центр \u202eтиповий\u202c", "\x00\x07Центр\x1b[31m", "\ue000Центр", "Центр ჯ"]
)
def test_a_sign_without_a_glyph_does_not_stop_the_paper(name):
    atlas = SlipAtlas()
    atlas.points["centre"] = replace(CENTRE, name=name)
    said = pdf_of(slip_to(atlas=atlas, from_place=VILLAGE)).pages[0].extract_text()
    assert "Центр" in said
    assert not {"\u202e", "\x00", "\x1b", "\ue000"} & set(said)


def test_the_code_on_the_paper_leads_to_the_link():
    slip = slip_to()
    told = paper._told(slip, telling(), LINK, None)
    code = segno.make(LINK, error="m", micro=False)
    size = len(code.matrix) + 8  # four modules of quiet on each side
    root = ET.fromstring(told["qr"])
    assert root.get("width") == root.get("height") == str(size)


def test_slips_are_printed_by_several_at_once():
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    slips = [slip_to(note=f"кабінет {number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        papers = list(pool.map(lambda slip: slip_pdf(slip, telling(), link=LINK), slips))
    for number, content in enumerate(papers):
        assert f"кабінет {number}" in pypdf.PdfReader(BytesIO(content)).pages[0].extract_text()
