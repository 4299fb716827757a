"""The demonstration registry is believable, has real gaps and can be taken for real by nobody."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from mapapp.domain.coverage import CoverageState, Reach, coverage_state
from mapapp.domain.errors import UsageError
from mapapp.domain.geography import HromadaKind, Occupation, TerritoryStatus
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import REMOTE
from mapapp.domain.registry import (
    Accessibility,
    CatchmentBasis,
    LocationPolicy,
    PointKind,
    PointPrecision,
    TargetGroup,
)
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_hotlines, read_services
from mapapp.files.registry_file import read_registry
from mapapp.files.registry_writer import registry_lines

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))
from demo_words import genitive, masculine, of_council, of_hromada, place_title, regional  # noqa: E402
from make_demo_registry import demo_registry  # noqa: E402

sys.path.remove(str(SCRIPTS))

DAY = date(2026, 7, 1)
PILOTS = {"UA18", "UA23", "UA53"}


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


@pytest.fixture(scope="module")
def registry(repo_root, gazetteer):
    """The shipped file, read."""
    return read_registry(repo_root / "providers.yaml", gazetteer, read_services(), read_hotlines())


@pytest.fixture(scope="module")
def organisations(registry):
    return {organisation.id: organisation for organisation in registry.organisations}


@pytest.fixture(scope="module")
def free_hromadas(gazetteer):
    return [
        hromada
        for hromada in gazetteer.hromadas.values()
        if hromada.katottg[:4] in PILOTS and gazetteer.occupation[hromada.katottg] is not Occupation.FULLY
    ]


def contracts(registry):
    """Yield each contract with the point that serves by it."""
    for point in registry.points:
        for area in {area for offering in point.offerings for area in offering.catchment}:
            if area.basis is CatchmentBasis.CONTRACT:
                yield point, area


# The file.


def test_the_shipped_file_is_what_the_script_writes_byte_for_byte(repo_root, tmp_path):
    written = tmp_path / "providers.yaml"
    subprocess.run([sys.executable, SCRIPTS / "make_demo_registry.py", "--output", written], check=True)
    assert written.read_bytes() == (repo_root / "providers.yaml").read_bytes()


def test_reading_the_shipped_file_gives_back_what_was_generated(gazetteer, registry):
    assert demo_registry(gazetteer) == registry


def test_the_same_seed_gives_the_same_registry_and_another_another(gazetteer, registry):
    assert demo_registry(gazetteer, seed=1) == demo_registry(gazetteer, seed=1) != registry


@pytest.mark.parametrize("points", [100, 251])
def test_there_are_as_many_points_as_asked_for(gazetteer, points):
    assert len(demo_registry(gazetteer, points).points) == points


def test_fewer_points_than_must_occur_are_refused_in_words(gazetteer):
    with pytest.raises(UsageError, match="5 service points are too few: those that must occur are 30"):
        demo_registry(gazetteer, 5)


def test_the_script_scales_to_the_country(gazetteer, tmp_path):
    country = demo_registry(gazetteer, 3000, nationwide=True)
    path = tmp_path / "country.yaml"
    path.write_text("\n".join(registry_lines(country, gazetteer)), encoding="utf-8")
    assert read_registry(path, gazetteer, read_services(), read_hotlines()) == country
    assert len(country.points) == 3000
    assert {point.oblast for point in country.points} == country.scope
    free = {code for code, state in gazetteer.occupation.items() if state is not Occupation.FULLY}
    assert country.scope == {h.oblast for code, h in gazetteer.hromadas.items() if code in free}


# Nobody can take it for real.


def test_every_record_is_a_demonstration_and_says_so_in_its_name(registry):
    records = [*registry.organisations, *registry.points]
    assert all(record.is_demo and "демо" in record.name.lower() for record in records)


def test_no_code_of_a_legal_person_is_invented(registry):
    assert {organisation.edrpou for organisation in registry.organisations} == {None}


def test_phones_are_public_hotlines_and_an_oblasts_own_line_stays_in_its_oblast(registry, gazetteer):
    areas = {hotline.number: hotline.area for hotline in read_hotlines()}
    for point in registry.points:
        assert point.phones
        for phone in point.phones:
            oblast = gazetteer.oblasts[point.oblast]
            assert areas[phone.written] == "national" or (areas[phone.written], oblast.name) == (
                "Zaporizhzhia oblast",
                "Запорізька",
            )
    assert any(phone.written == "0800 503 508" for point in registry.points for phone in point.phones)


def test_addresses_and_positions_are_no_more_exact_than_the_settlement(registry, gazetteer):
    for point in registry.points:
        if point.is_confidential:
            continue
        place = gazetteer.settlements[point.settlement]
        assert point.address == f"демонстраційна адреса, {place_title(place)}"
        assert point.precision is PointPrecision.SETTLEMENT
        north_km = (point.point.lat - place.point.lat) * 111.2
        east_km = (point.point.lon - place.point.lon) * 111.2 * math.cos(math.radians(place.point.lat))
        assert math.hypot(north_km, east_km) < 3


def test_positions_of_neighbours_differ(registry):
    positions = Counter(point.point for point in registry.points if point.point is not None)
    assert set(positions.values()) == {1}


def test_ids_are_ascii(registry):
    assert all(record.id.isascii() for record in [*registry.organisations, *registry.points])


# It is believable.


def test_about_250_points_stand_in_three_oblasts(registry):
    assert len(registry.points) == 250
    assert {code.oblast_prefix for code in registry.scope} == PILOTS
    assert {point.oblast for point in registry.points} == registry.scope


def test_every_kind_occurs_and_administrative_points_give_no_social_services(registry):
    assert {point.kind for point in registry.points} == set(PointKind)
    for point in registry.points:
        assert bool(point.offerings) == (point.kind is not PointKind.ADMINISTRATIVE_SERVICE_POINT)


def test_what_decides_a_referral_is_told_of_some_and_unknown_of_others(registry):
    offerings = [offering for point in registry.points for offering in point.offerings]
    assert {offering.vacant == 0 for offering in offerings if offering.vacant is not None} == {True, False}
    assert any(offering.capacity is not None and offering.vacant is None for offering in offerings)
    assert any(offering.age_from is not None for offering in offerings)
    entrance = Accessibility.STEP_FREE_ENTRANCE
    assert {(entrance in p.accessibility, entrance in p.no_accessibility) for p in registry.points} == {
        (True, False),
        (False, True),
        (False, False),
    }
    assert any(point.wartime.is_suspended for point in registry.points)
    assert any(point.closures for point in registry.points)
    assert any(offering.places <= REMOTE for offering in offerings)


def test_mobile_teams_stop_in_villages_of_their_hromada(registry, gazetteer):
    teams = [point for point in registry.points if point.stops]
    assert teams
    for team in teams:
        assert team.kind is PointKind.MOBILE_TEAM
        assert {gazetteer.settlements[stop.settlement].hromada for stop in team.stops} == {team.hromada}


def test_each_service_reaches_some_hromadas_and_misses_others(registry, gazetteer, free_hromadas):
    served = {slug: set() for slug in read_services()}
    parents = {hromada.katottg: set(gazetteer.parents_of(hromada.katottg)) for hromada in free_hromadas}
    for point in registry.points:
        if (point.valid_from or DAY) > DAY or (point.valid_to or DAY) < DAY:
            continue
        for offering in point.offerings:
            areas = {area.area for area in offering.catchment if area.holds_on(DAY)}
            served[offering.service] |= {code for code, units in parents.items() if units & areas}
    shares = {slug: len(hromadas) / len(free_hromadas) for slug, hromadas in served.items()}
    assert {slug for slug, share in shares.items() if not 0.005 < share < 0.9} == set()


def test_every_state_of_the_map_can_be_seen(registry, gazetteer):
    drawn_alike = {
        CoverageState.FROM_NEIGHBOUR,
        CoverageState.REMOTE_ONLY,
    }  # this test counts areas, not reasons
    states = set()
    for hromada in gazetteer.hromadas.values():
        reach = Reach()
        for point in registry.points:
            if any(
                offering.service == "home-care"
                and any(area.area == hromada.katottg and area.holds_on(DAY) for area in offering.catchment)
                for offering in point.offerings
            ):
                is_here = point.hromada == hromada.katottg
                reach = Reach(reach.from_here + is_here, from_wider=reach.from_wider + (not is_here))
        occupation = gazetteer.occupation[hromada.katottg]
        states.add(coverage_state(reach, occupation, in_scope=hromada.oblast in registry.scope))
    assert states == set(CoverageState) - drawn_alike


def test_larger_hromadas_have_more_and_many_have_nothing(registry, free_hromadas):
    points = Counter(point.hromada for point in registry.points)
    by_size = sorted(free_hromadas, key=lambda hromada: hromada.population.persons)
    third = len(by_size) // 3
    small, large = by_size[:third], by_size[-third:]
    assert sum(points[h.katottg] for h in large) > 2 * sum(points[h.katottg] for h in small)
    assert 0.1 < sum(points[h.katottg] == 0 for h in free_hromadas) / len(free_hromadas) < 0.4


def test_no_provider_works_in_an_occupied_place(registry, gazetteer):
    occupied = TerritoryStatus.TEMPORARILY_OCCUPIED
    for point in registry.points:
        if point.hromada is not None:
            assert gazetteer.occupation[point.hromada] is not Occupation.FULLY
        assert occupied not in gazetteer.open_status.get(point.settlement, ())


def test_shelters_for_survivors_are_withheld_and_serve_their_oblast(registry):
    shelters = [p for p in registry.points if any(o.service == "shelter-survivors" for o in p.offerings)]
    assert len(shelters) >= 2
    for shelter in shelters:
        assert shelter.kind is PointKind.SHELTER
        assert shelter.location_policy is LocationPolicy.WITHHELD
        assert shelter.hromada is None
        assert {area.area for offering in shelter.offerings for area in offering.catchment} == {
            shelter.oblast
        }
        assert "1547" in {phone.written for phone in shelter.phones}
        assert "поліція" in shelter.referral_note


def test_sensitive_places_are_never_public(registry):
    services = read_services()
    for point in registry.points:
        is_sensitive = any(services[offering.service].is_confidential for offering in point.offerings)
        if is_sensitive or point.kind is PointKind.CRISIS_ROOM:
            assert point.is_confidential


def test_confidential_names_do_not_give_the_hromada_away(registry, gazetteer):
    for point in registry.points:
        if point.is_confidential:
            names = {h.name[:-2] for h in gazetteer.hromadas.values() if h.oblast == point.oblast}
            told = point.name.replace(gazetteer.oblasts[point.oblast].name, "")
            assert not any(name in told for name in names)


def test_relocated_providers_left_an_occupied_hromada_and_still_serve_it(registry, gazetteer):
    relocated = [point for point in registry.points if point.relocated_from is not None]
    assert {point.oblast[:4] for point in relocated} >= {"UA23", "UA53"}
    for point in relocated:
        assert gazetteer.occupation[point.relocated_from] is Occupation.FULLY
        assert gazetteer.hromadas[point.relocated_from].oblast[:4] == "UA23"
        for offering in point.offerings:
            assert point.relocated_from in {area.area for area in offering.catchment}
            assert offering.target_groups == TargetGroup.DISPLACED


def test_contracts_are_current_expired_and_still_to_come(registry):
    found = [area for _, area in contracts(registry)]
    assert any(area.holds_on(DAY) for area in found)
    assert any(area.end < DAY for area in found)
    assert any(area.start > DAY for area in found)


def test_contracts_are_with_another_hromada(registry, gazetteer):
    for point, contract in contracts(registry):
        assert contract.area in gazetteer.hromadas
        assert point.relocated_from is not None or contract.area != point.hromada


def test_some_points_have_closed_and_some_will_open(registry):
    assert any(point.valid_to is not None and point.valid_to < DAY for point in registry.points)
    assert any(point.valid_from is not None and point.valid_from > DAY for point in registry.points)


def test_a_provider_serves_a_whole_oblast(registry):
    assert any(
        area.area == point.oblast and not point.is_confidential
        for point in registry.points
        for offering in point.offerings
        for area in offering.catchment
    )


def test_reorganisations_lead_from_the_old_institution_to_the_new(registry, organisations):
    pairs = [(organisations[old], new) for new in organisations.values() for old in new.successor_of]
    assert any("для сім’ї, дітей та молоді" in old.name for old, _ in pairs)
    assert any(
        "комунальна установа" in old.name and "комунальне некомерційне підприємство" in new.name
        for old, new in pairs
    )
    running = {point.organisation for point in registry.points}
    assert all(old.id not in running and new.id in running for old, new in pairs)


def test_organisations_of_both_sectors_run_points(registry, organisations):
    sectors = Counter(organisations[point.organisation].sector for point in registry.points)
    assert len(sectors) == 2
    assert min(sectors.values()) > 20


# It is written in Ukrainian.


def test_each_hromada_of_the_country_has_a_genitive(gazetteer):
    adjectives = {h.name: genitive(h.name) for h in gazetteer.hromadas.values() if not h.is_special_city}
    undeclined = {name for name, form in adjectives.items() if form != f"{name[:-1]}ої"}
    assert undeclined == {"Асканія-Нова"}


@pytest.mark.parametrize(
    ("name", "in_genitive"),
    [
        ("Опішнянська", "Опішнянської"),
        ("Квітнева", "Квітневої"),
        ("Ювілейна", "Ювілейної"),
        ("Петрівсько-Роменська", "Петрівсько-Роменської"),
        ("Асканія-Нова", "Асканія-Нова"),
    ],
)
def test_names_are_declined_as_they_are_spoken(name, in_genitive):
    assert genitive(name) == in_genitive


def test_a_word_that_is_no_adjective_is_not_declined_by_guess():
    with pytest.raises(ValueError, match="Опішня"):
        genitive("Опішня")


def test_units_are_named_in_full(gazetteer):
    opishnia = gazetteer.hromadas[Katottg("UA53080350000070563")]
    kyiv = gazetteer.hromadas[Katottg("UA80000000000093317")]
    assert opishnia.kind is HromadaKind.SELYSHCHE
    assert of_hromada(opishnia) == "Опішнянської селищної громади"
    assert of_council(opishnia) == "Опішнянської селищної ради"
    assert of_hromada(kyiv) == "міста Києва"
    assert of_council(kyiv) == "Київської міської ради"
    assert masculine("Полтавська") == "Полтавський"
    assert regional(gazetteer.oblasts[opishnia.oblast]) == "Полтавський обласний"
    assert regional(gazetteer.oblasts[kyiv.oblast]) == "Київський міський"
