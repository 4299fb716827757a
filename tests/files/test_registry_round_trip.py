"""Whatever a registry says is read back as written, and whatever a file holds is answered in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapapp.domain.errors import InvalidInputError
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
)
from mapapp.files.phones import read_phone
from mapapp.files.reference_tables import read_services
from mapapp.files.registry_writer import registry_lines

MELITOPOL_HROMADA = Katottg("UA23080070000068953")

# Whatever the registry, whatever the file.

PLAIN_TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,12}", fullmatch=True)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def periods(draw):
    start, end = sorted([draw(DAYS), draw(DAYS)])
    return start, end


@st.composite
def catchments(draw, areas):
    chosen = draw(st.lists(st.sampled_from(areas), min_size=1, max_size=3, unique=True))
    found = []
    for area in chosen:
        start, end = periods(draw)
        found.append(
            draw(
                st.sampled_from(
                    [
                        CatchmentArea(area),
                        CatchmentArea(area, CatchmentBasis.RIGHT, None, end),
                        CatchmentArea(area, CatchmentBasis.CONTRACT, start, end),
                    ]
                )
            )
        )
    return tuple(found)


@st.composite
def offerings(draw, areas):
    return Offering(
        service=draw(st.sampled_from(list(read_services()))),
        catchment=draw(catchments(areas)),
        target_groups=TargetGroup(draw(st.integers(1, 2 ** len(TargetGroup) - 1))),
        places=frozenset(draw(st.lists(st.sampled_from(PlaceOfProvision), min_size=1))),
        payment=draw(st.sampled_from(Payment)),
        capacity=draw(st.none() | st.integers(0, 999_999_999)),
    )


@st.composite
def registries(draw, gazetteer):
    free = [code for code, state in gazetteer.occupation.items() if state is not Occupation.FULLY]
    hromadas = [gazetteer.hromadas[code] for code in free if code in gazetteer.hromadas]
    is_demo = draw(st.booleans())
    names = PLAIN_TEXT.map(lambda text: f"{text} (демо)") if is_demo else PLAIN_TEXT
    ids = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    organisations = tuple(
        Organisation(
            one,
            draw(names),
            draw(st.sampled_from(Sector)),
            edrpou=None if is_demo else draw(st.sampled_from([None, "00032129", "32855961"])),
            successor_of=tuple(draw(st.lists(st.sampled_from(ids), unique=True)))
            if one not in ids[:1]
            else (),
            is_demo=is_demo,
        )
        for one in ids
    )
    organisations = tuple(
        o if o.id not in o.successor_of else Organisation(o.id, o.name, o.sector, o.edrpou, (), o.is_demo)
        for o in organisations
    )
    points = []
    for point_id in draw(st.lists(IDS, min_size=1, max_size=3, unique=True)):
        hromada = draw(st.sampled_from(hromadas))
        policy = draw(st.sampled_from(LocationPolicy))
        is_public = policy is LocationPolicy.PUBLIC
        areas = [*gazetteer.parents_of(hromada.katottg), NATION]
        place = draw(st.sampled_from(gazetteer.settlements_of[hromada.katottg]))
        start, end = periods(draw)
        phones = ["1545", "116 123", "0800 503 508"] if is_demo else ["+380 (50) 123-45-67", "1545"]
        points.append(
            ServicePoint(
                id=point_id,
                organisation=draw(st.sampled_from(ids)),
                kind=draw(st.sampled_from(PointKind)),
                name=draw(names),
                location_policy=policy,
                oblast=hromada.oblast,
                hromada=hromada.katottg
                if policy in {LocationPolicy.PUBLIC, LocationPolicy.HROMADA_ONLY}
                else None,
                settlement=place.katottg
                if is_public and place.katottg not in gazetteer.open_status
                else None,
                point=LonLat(
                    lon=hromada.centre.lon + draw(st.floats(-0.05, 0.05)),
                    lat=hromada.centre.lat + draw(st.floats(-0.05, 0.05)),
                )
                if is_public
                else None,
                precision=draw(st.sampled_from(PointPrecision)) if is_public else None,
                address=draw(st.just("") | PLAIN_TEXT) if is_public else "",
                phones=tuple(
                    map(read_phone, draw(st.lists(st.sampled_from(phones), min_size=1, unique=True)))
                ),
                offerings=tuple(draw(st.lists(offerings(areas), min_size=1, max_size=4))),
                hours=draw(st.just("") | PLAIN_TEXT),
                referral_note=draw(st.just("") | PLAIN_TEXT),
                relocated_from=draw(st.none() | st.just(MELITOPOL_HROMADA)),
                valid_from=draw(st.sampled_from([None, start])),
                valid_to=draw(st.sampled_from([None, end])),
                last_verified=draw(st.none() | DAYS),
                is_demo=is_demo,
            )
        )
    scope = draw(st.lists(st.sampled_from(list(gazetteer.oblasts)), min_size=1))
    return Registry(organisations, tuple(points), frozenset(scope))


@given(data=st.data())
def test_any_registry_written_and_read_is_the_same(gazetteer, read, data):
    registry = data.draw(registries(gazetteer))
    assert read("\n".join(registry_lines(registry, gazetteer, ["Опис", ""]))) == registry


@pytest.fixture(scope="module")
def providers(repo_root):
    """The first points of the shipped file."""
    text = (repo_root / "providers.yaml").read_text("utf-8")
    points = text.index("\npoints:\n")
    return text[: text.index("\n  - id: ", points + 4000)]


def test_the_beginning_of_the_shipped_file_is_itself_a_registry(read, providers):
    assert len(read(providers).points) > 2


def answers_in_words(read, content) -> bool:
    """Tell whether the content is read, or else refused with sentences that can be said."""
    try:
        return isinstance(read(content), Registry)
    except InvalidInputError as refused:
        return bool(refused.faults) and all(str(fault) for fault in refused.faults)


SIGNS = ["\n", "\n  - ", "\n    ", ": ", "- ", *"[]{}\"'~|>#?%@\t\0", "&a ", "*a", "!!x "]
WORDS = ["UA53080170000047487", "withheld", "catchment: ", "demo: true", "9" * 5000]
WRITTEN = st.sampled_from(SIGNS + WORDS)
PLACES = st.floats(0, 1, exclude_max=True)


@given(edits=st.lists(st.tuples(PLACES, st.integers(0, 60), st.lists(WRITTEN).map("".join)), min_size=1))
@settings(max_examples=150)
def test_a_mistyped_file_is_read_or_refused_in_words(read, providers, edits):
    text = providers
    for place, length, inserted in edits:
        start = int(place * len(text))
        text = text[:start] + inserted + text[start + length :]
    assert answers_in_words(read, text)


@given(edits=st.lists(st.tuples(PLACES, st.integers(0, 9), st.binary(max_size=9)), min_size=1))
def test_a_damaged_file_is_read_or_refused_in_words(read, providers, edits):
    content = providers.encode()
    for place, length, inserted in edits:
        start = int(place * len(content))
        content = content[:start] + inserted + content[start + length :]
    assert answers_in_words(read, content)


@given(
    field=st.sampled_from(["id", "kind", "name", "hromada", "coordinates", "phones", "offerings", "demo"]),
    value=st.recursive(
        st.sampled_from(["~", '""', "0", "-1", "2026-02-30", "x", "UA", "true", "home-care", "1e999", "😀"]),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
            | st.dictionaries(
                st.sampled_from(["area", "service", "lat", "lon", "basis", "places"]), inner
            ).map(lambda fields: "{" + ", ".join(f"{name}: {one}" for name, one in fields.items()) + "}")
        ),
        max_leaves=6,
    ),
)
def test_any_value_in_any_field_is_read_or_refused_in_words(read, providers, field, value):
    points = providers.index("\npoints:\n")
    start = providers.index(f" {field}:", points)
    end = providers.index("\n    ", start)
    assert answers_in_words(read, f"{providers[:start]} {field}: {value}{providers[end:]}")
