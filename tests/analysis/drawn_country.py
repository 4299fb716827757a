"""Small countries drawn in letters, whose coverage can be worked out by hand.

    country = draw("a.b c", hromadas="ab c")

Each letter is a settlement, each column and row `STEP_M`. Hromadas are named by the capital of their first
settlement: A has a and b, C has c. A digit of `oblasts` and one of `raions` stands for each hromada.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from pyproj import Geod
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import ground_of, of_service, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import answer_access, service_access
from mapapp.analysis.layout import NONE, Layout
from mapapp.analysis.people import People
from mapapp.analysis.supply import Form, OpenSupply
from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import PeopleKind, PeopleTable

STEP_M = 9_000.0
LIMIT_M = 15_000.0
DAY = date(2026, 1, 15)
TABLE = PeopleTable("population", "Everyone", PeopleKind.POPULATION, date(2022, 1, 1), "a drawing")
SERVICE = "day-care"
WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Offer:
    """An offering at a settlement of the drawing; `serves` are hromadas, "*" all of them."""

    at: str
    serves: str = "*"
    capacity: float = np.nan
    form: Form = Form.AT_SITE
    point: str = ""
    service: str = SERVICE
    is_first: bool = True
    is_located: bool = True


@dataclass(frozen=True)
class Country:
    """A drawn country; people can be changed with `dataclasses.replace`."""

    layout: Layout
    people: People
    letters: str
    scope: np.ndarray = field(repr=False)
    drawn: np.ndarray = field(repr=False)
    """(N, 2) degrees, of those too whose place nobody is told."""

    def hromada(self, name: str) -> Katottg:
        return self.layout.areas[self._area(name)]

    def settlement(self, letter: str) -> int:
        return self.letters.index(letter)

    def supply(self, *offers: Offer) -> OpenSupply:
        offers = tuple(replace(it, point=it.point or f"p{number}") for number, it in enumerate(offers))
        places = np.array([self.settlement(it.at) for it in offers], int)
        points = tuple(sorted({it.point for it in offers}))
        services = tuple(sorted({SERVICE, *(it.service for it in offers)}))
        areas = len(self.layout.areas)
        served = np.zeros((len(offers), areas), np.int8)
        for row, it in enumerate(offers):
            served[row, range(areas) if it.serves == "*" else [self._area(name) for name in it.serves]] = 1
        has_site = np.array([it.form is Form.AT_SITE and it.is_located for it in offers], bool)
        has_home = np.array([it.form is not Form.HIDDEN for it in offers], bool)
        return OpenSupply(
            services=services,
            point_ids=points,
            service=np.array([services.index(it.service) for it in offers], np.int16),
            point=np.array([points.index(it.point) for it in offers], np.int32),
            form=np.array([it.form for it in offers], np.int8),
            site=np.where(has_site, np.arange(len(offers)), NONE).astype(np.int32),
            site_lon=self.drawn[places, 0],
            site_lat=self.drawn[places, 1],
            home=np.where(has_home, self.layout.area[places], NONE).astype(np.int32),
            catchment=np.arange(len(offers), dtype=np.int32),
            reaches=csr_array(served),
            capacity=np.array([it.capacity for it in offers], np.float64),
            is_first=np.array([it.is_first for it in offers], bool),
        )

    def inputs(self, *offers: Offer, limit_m: float = LIMIT_M, service: str = SERVICE) -> AccessInputs:
        offered = of_service(self.supply(*offers), service)
        ways = ways_by_distance(ground_of(self.layout), offered, limit_m)
        return AccessInputs(self.layout, self.people, self.scope, offered, ways)

    def answer(self, *offers: Offer, limit_m: float = LIMIT_M, area: Katottg | None = None):
        query = AccessQuery(SERVICE, DAY, Threshold(limit_m), area=area)
        return answer_access(query, TABLE, service_access(self.inputs(*offers, limit_m=limit_m)))

    def metres(self, here: str, there: str) -> float:
        one, other = self.settlement(here), self.settlement(there)
        return float(WGS84.inv(*self.drawn[one], *self.drawn[other])[2])

    def _area(self, name: str) -> int:
        return int(self.layout.area[self.settlement(name.lower())])


def draw(
    picture: str,
    hromadas: str,
    *,
    oblasts: str = "",
    raions: str = "",
    persons: dict[str, float] | None = None,
    uncounted: str = "",
    occupied: str = "",
    urban: str = "",
    unlocated: str = "",
    undescribed: str = "",
) -> Country:
    """Return the country; each settlement has 100 persons unless told otherwise.

    `persons` may be NaN for a whole hromada: unknown. `uncounted` have a share of their hromada's figure,
    `undescribed` are oblasts the registry does not claim to cover.
    """
    groups = hromadas.split()
    oblasts = oblasts or "1" * len(groups)
    raions = raions or "1" * len(groups)
    area_codes = [
        Katottg(f"UA{oblast:0>2}{raion:0>2}{number:03}{0:010}")
        for number, (oblast, raion) in enumerate(zip(oblasts, raions, strict=True), 1)
    ]
    found = {
        letter: (column, row)
        for row, line in enumerate(picture.strip("\n").splitlines())
        for column, letter in enumerate(line)
        if letter.isalpha()
    }
    codes = {
        letter: Katottg(f"{area[:9]}{number:03}{0:07}")
        for area, group in zip(area_codes, groups, strict=True)
        for number, letter in enumerate(group, 1)
    }
    assert codes.keys() == found.keys()
    letters = sorted(codes, key=codes.__getitem__)
    in_order = sorted(area_codes)
    drawn = np.array([_at(*found[letter]) for letter in letters])
    is_lost = np.array([letter in unlocated for letter in letters])
    oblast_of = [Katottg(f"{code[:4]}{0:015}") for code in in_order]
    raion_of = [Katottg(f"{code[:6]}{0:013}") for code in in_order]
    all_oblasts, all_raions = tuple(sorted(set(oblast_of))), tuple(sorted(set(raion_of)))
    area = np.array([in_order.index(f"{codes[letter][:9]}{0:010}") for letter in letters], np.int32)
    layout = Layout(
        settlements=tuple(codes[letter] for letter in letters),
        areas=tuple(in_order),
        lon=np.where(is_lost, np.nan, drawn[:, 0]),
        lat=np.where(is_lost, np.nan, drawn[:, 1]),
        area=area,
        is_occupied=np.array([letter in occupied for letter in letters]),
        is_urban=np.array([letter in urban for letter in letters]),
        oblasts=all_oblasts,
        raions=all_raions,
        area_oblast=np.array([all_oblasts.index(it) for it in oblast_of], np.int32),
        area_raion=np.array([all_raions.index(it) for it in raion_of], np.int32),
        is_hromada=np.ones(len(in_order), bool),
    )
    living = np.array([(persons or {}).get(letter, 100.0) for letter in letters], np.float64)
    total = np.bincount(area, living, len(in_order))
    is_counted = np.array([letter not in uncounted for letter in letters])
    people = People(living, is_counted, total, total.copy(), np.full(len(in_order), np.nan))
    scope = np.array([code[3] not in undescribed for code in in_order])
    return Country(layout, people, "".join(letters), scope, drawn)


def _at(column: int, row: int) -> tuple[float, float]:
    """Return longitude and latitude so many steps east and south of a place in Poltava oblast."""
    lon, lat, _ = WGS84.fwd(34.0, 49.8, 90.0, column * STEP_M)
    lon, lat, _ = WGS84.fwd(lon, lat, 180.0, row * STEP_M)
    return lon, lat
