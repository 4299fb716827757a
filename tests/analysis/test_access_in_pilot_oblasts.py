"""Access in Zhytomyr, Poltava and Zaporizhzhia oblasts, with real places where hromadas receive people."""

import csv
from datetime import date

import numpy as np
import pytest
from drawn_country import SERVICE, WGS84
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import ground_of, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import answer_access, service_access
from mapapp.analysis.layout import layout_of
from mapapp.analysis.people import gazetteer_people
from mapapp.analysis.supply import Form, OpenSupply
from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.geography import Occupation
from mapapp.domain.people import PeopleKind, PeopleTable
from mapapp.files.gazetteer import read_gazetteer

TABLE = PeopleTable("population", "Everyone", PeopleKind.POPULATION, date(2022, 1, 1), "geodata/")
PILOTS = {"UA18": "Житомирська", "UA23": "Запорізька", "UA53": "Полтавська"}
LIMIT_M = 12_000.0


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


@pytest.fixture(scope="module")
def layout(gazetteer):
    return layout_of(gazetteer)


@pytest.fixture(scope="module")
def centres(shared_dir, layout):
    """Centres of administrative services that have coordinates: hromada, longitude, latitude."""
    path = shared_dir / "geodata" / "real" / "cnap_admin_service_centres.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        found = [
            (row["hromada_code"], float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(lines)
            if row["lon"] and row["hromada_code"] in layout.index_of_area
        ]
    assert len(found) > 1_000
    return found


def access_to(layout, people, centres):
    """Access where each centre serves its own hromada."""
    number = len(centres)
    rows = np.arange(number, dtype=np.int32)
    home = np.array([layout.index_of_area[hromada] for hromada, _, _ in centres], np.int32)
    reaches = csr_array((np.ones(number, np.int8), (rows, home)), shape=(number, len(layout.areas)))
    offered = OpenSupply(
        services=(SERVICE,),
        point_ids=tuple(f"centre-{row:05}" for row in rows),
        service=np.zeros(number, np.int16),
        point=rows,
        form=np.full(number, Form.AT_SITE, np.int8),
        site=rows,
        site_lon=np.array([lon for _, lon, _ in centres]),
        site_lat=np.array([lat for _, _, lat in centres]),
        home=home,
        catchment=rows,
        reaches=reaches,
        capacity=np.full(number, 30.0),
        is_first=np.ones(number, bool),
    )
    ways = ways_by_distance(ground_of(layout), offered, LIMIT_M)
    scope = np.ones(len(layout.areas), bool)
    return service_access(AccessInputs(layout, people, scope, offered, ways))


def test_each_settlement_has_its_hromadas_nearest_centre_as_geodesics_tell(gazetteer, layout, centres):
    access = access_to(layout, gazetteer_people(layout, gazetteer), centres)
    places = {}
    for hromada, lon, lat in centres:
        places.setdefault(hromada, []).append((lon, lat))
    checked = 0
    for number, code in enumerate(layout.settlements):
        own = places.get(layout.areas[layout.area[number]], [])
        if code[:4] in PILOTS and own and not layout.is_occupied[number] and np.isfinite(layout.lon[number]):
            here = layout.lon[number], layout.lat[number]
            nearest_m = min(WGS84.inv(*here, *place)[2] for place in own)
            assert access.standing.nearest[number] == pytest.approx(nearest_m, abs=1)
            if abs(nearest_m - LIMIT_M) > 1:
                assert access.standing.is_covered[number] == (nearest_m <= LIMIT_M)
            checked += 1
    assert checked > 2_000


def test_the_people_of_each_oblast_are_all_told_of(gazetteer, layout, centres):
    access = access_to(layout, gazetteer_people(layout, gazetteer), centres)
    for oblast in [code for code in layout.oblasts if code[:4] in PILOTS]:
        assert gazetteer.oblasts[oblast].name.startswith(PILOTS[oblast[:4]])
        query = AccessQuery(SERVICE, date(2026, 1, 15), Threshold(LIMIT_M), area=oblast)
        answer = answer_access(query, TABLE, access)
        people = answer.whole.people
        living = sum(
            place.population.persons
            for place in gazetteer.settlements.values()
            if place.oblast == oblast and place.population is not None
        )
        parts = (people.covered, people.uncovered, people.occupied, people.unknown)
        assert sum(part.value for part in parts) == pytest.approx(living, rel=1e-9)
        assert people.covered.value > 0
        assert people.uncovered.value > 0
        assert answer.whole.occupation == (
            Occupation.PARTLY if oblast.startswith("UA23") else Occupation.NONE
        )
        assert (people.occupied.value > 0) == oblast.startswith("UA23")
        assert {it.occupation for it in answer.hromadas.values() if it.people.occupied.value} <= {
            Occupation.PARTLY,
            Occupation.FULLY,
        }
