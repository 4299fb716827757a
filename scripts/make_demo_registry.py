#!/usr/bin/env python3
"""Write the demonstration registry: invented providers, believably spread, over real hromadas.

The default writes `providers.yaml`: about 250 service points in three oblasts, with gaps as in life.
`--nationwide --points 20000` fills the country for tests and measurements. The same options always give the
same file: every choice is drawn from a hash of the seed and of what is chosen, never from a clock.

Nothing invented can be taken for real: each record is `demo: true` and says so in its name, phones are public
hotlines, addresses and EDRPOU codes are left out or marked, and no place is more exact than its settlement.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_VENV_PYTHON = ROOT / ".venv" / "bin" / "python"
if sys.prefix == sys.base_prefix and _VENV_PYTHON.exists():
    os.execv(_VENV_PYTHON, [str(_VENV_PYTHON), *sys.argv])  # noqa: S606 - our own interpreter

from demo_circumstances import with_circumstances  # noqa: E402
from demo_recipes import (  # noqa: E402
    CHILDREN_LINE,
    GOVERNMENT_LINE,
    INSTITUTIONS,
    OBLAST_LINES,
    OBLAST_RECIPES,
    OFFICE_HOURS,
    RECIPES,
    RUN_BY_CITIZENS,
    SERVICES,
    VIOLENCE_LINES,
    OblastRecipe,
    Recipe,
)
from demo_words import (  # noqa: E402
    oblast_title,
    of_council,
    of_hromada,
    of_oblast_council,
    place_title,
    regional,
)

from mapapp.domain.errors import UsageError  # noqa: E402
from mapapp.domain.gazetteer import Gazetteer  # noqa: E402
from mapapp.domain.geo import LonLat  # noqa: E402
from mapapp.domain.geography import Hromada, Oblast, Occupation, Settlement, TerritoryStatus  # noqa: E402
from mapapp.domain.hours_text import read_hours  # noqa: E402
from mapapp.domain.katottg import Katottg, KatottgLevel  # noqa: E402
from mapapp.domain.registry import (  # noqa: E402
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
from mapapp.files.gazetteer import read_gazetteer  # noqa: E402
from mapapp.files.phones import read_phone  # noqa: E402
from mapapp.files.registry_writer import registry_lines  # noqa: E402

DEFAULT_POINTS = 250
DEFAULT_SEED = 2671
PILOT_OBLASTS = ("UA18", "UA23", "UA53")
"""Zhytomyr, Zaporizhzhia and Poltava oblasts."""

HEADING = (
    "",
    "Демонстраційний реєстр: надавачів вигадано, телефони — загальнодоступні гарячі лінії, координати",
    "вказано поблизу центру населеного пункту. Файл створює програма scripts/make_demo_registry.py.",
    "Як скласти власний реєстр, описано в docs/providers-file.md.",
    "",
    "Demonstration registry: the providers are invented. Written by scripts/make_demo_registry.py;",
    "docs/providers-file.md tells how to write one of your own.",
)

EXPIRED = (date(2023, 1, 1), date(2024, 12, 31))
CURRENT = (date(2025, 1, 1), date(2030, 12, 31))
FUTURE = (date(2031, 1, 1), date(2033, 12, 31))

_SHARE_WITH_NEW_CENTRE = 0.6
_SHARE_WITH_CONTRACT = 0.3
_SHARE_SERVING_THEIR_HROMADA = 0.7
_SHARE_SERVING_THEIR_RAION = 0.95
_SHARE_WITH_OBLAST_LINE = 0.5
_SHARE_KNOWING_CAPACITY = 0.6
_SHARE_FREE = 0.25
_SHARE_VERIFIED = 0.8
_FARTHEST_CONTRACT_KM = 45
_SERVICES_BY_CONTRACT = ("home-care", "social-support", "counselling", "in-kind-help")
_MAIN_KINDS = frozenset({PointKind.SOCIAL_SERVICES_CENTRE, PointKind.TERRITORIAL_CENTRE})
_DEGREE_M = 111_200


class Draw:
    """Chance that depends on the seed and on what is decided, not on the order of deciding."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, *what: object) -> float:
        """Return a number from 0 up to 1, the same for the same question."""
        text = "/".join(map(str, (self._seed, *what)))
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def one_of(self, options: Sequence[str], *what: object) -> str:
        """Return one of the options."""
        return options[int(self(*what) * len(options))]

    def whole(self, least: int, most: int, *what: object) -> int:
        """Return a whole number between the two, both included."""
        return least + int(self(*what) * (most - least + 1))


class Country:
    """Where providers may work: what is free, where its people live, and what lies near."""

    def __init__(self, gazetteer: Gazetteer, prefixes: Iterable[str] | None) -> None:
        chosen = None if prefixes is None else set(prefixes)
        self.gazetteer = gazetteer
        in_scope = [
            hromada
            for hromada in gazetteer.hromadas.values()
            if chosen is None or hromada.katottg.oblast_prefix in chosen
        ]
        occupation = gazetteer.occupation
        self.hromadas = [h for h in in_scope if occupation[h.katottg] is not Occupation.FULLY]
        self.occupied = [
            h for h in in_scope if occupation[h.katottg] is Occupation.FULLY and not h.is_special_city
        ]
        self._places = {hromada.katottg: self._in_order(hromada) for hromada in self.hromadas}
        self.oblasts = sorted({hromada.oblast for hromada in self.hromadas})

    def capital(self, oblast: Katottg) -> Hromada:
        """Return the free hromada of the oblast with most people."""
        return max((h for h in self.hromadas if h.oblast == oblast), key=persons)

    @cached_property
    def largest(self) -> list[Hromada]:
        """Return the free hromadas, those with most people first."""
        return sorted(self.hromadas, key=lambda h: (-persons(h), h.katottg))

    def places(self, hromada: Hromada) -> list[Settlement]:
        """Return the free settlements of the hromada: the centre, then by population."""
        return self._places[hromada.katottg]

    def _in_order(self, hromada: Hromada) -> list[Settlement]:
        free = [place for place in self.gazetteer.settlements_of[hromada.katottg] if self._is_free(place)]
        centre = min(free, key=lambda place: (apart_km(place.point, hromada.centre), place.katottg))
        rest = sorted(free, key=lambda place: (-persons(place), place.katottg))
        return [centre, *(place for place in rest if place is not centre)]

    def _is_free(self, place: Settlement) -> bool:
        status = self.gazetteer.open_status.get(place.katottg, frozenset())
        return place.point is not None and TerritoryStatus.TEMPORARILY_OCCUPIED not in status

    def safety(self, hromada: Hromada) -> float:
        """Return how much rarer providers are where fighting goes on around the centre."""
        status = self.gazetteer.open_status.get(self.places(hromada)[0].katottg, frozenset())
        fighting = {TerritoryStatus.ACTIVE_HOSTILITIES, TerritoryStatus.ACTIVE_HOSTILITIES_WITH_E_RESOURCES}
        return 0.1 if fighting & status else 1.0


def persons(unit: Hromada | Settlement) -> int:
    """Return the population, or a village's where nobody counted."""
    return unit.population.persons if unit.population is not None else 500


def unit_digits(hromada: Hromada) -> str:
    """Return the digits of the code that tell a hromada from all others."""
    return hromada.katottg.hromada_prefix[2:]


def apart_km(a: LonLat | None, b: LonLat) -> float:
    """Return a distance good enough to choose a neighbour by."""
    if a is None:
        return math.inf
    return math.hypot((a.lon - b.lon) * math.cos(math.radians(b.lat)), a.lat - b.lat) * 111.2


class Demonstration:
    """Builds the registry: first what must occur, then the common kinds until the number is reached."""

    def __init__(self, country: Country, draw: Draw) -> None:
        self.country = country
        self.draw = draw
        self.organisations: dict[str, Organisation] = {}
        self.points: list[ServicePoint] = []

    def registry(self, count: int) -> Registry:
        """Return a registry with that many service points."""
        for number, oblast in enumerate(self.country.oblasts):
            for recipe in OBLAST_RECIPES:
                if recipe.absent_in != number % 3:
                    self._add_for_oblast(recipe, self.country.gazetteer.oblasts[oblast])
        self._add_relocated(max(4, count // 500))
        needed = len(self.points)
        if count < needed:
            raise UsageError(
                "{count} service points are too few: those that must occur are {needed}",
                count=count,
                needed=needed,
            )
        self._add_common(count - needed)
        self._agree_contracts()
        self._limit_validity(slice(needed, None))
        self._add_circumstances()
        return Registry(
            organisations=tuple(sorted(self.organisations.values(), key=lambda one: one.id)),
            points=tuple(sorted(self.points, key=lambda point: point.id)),
            scope=frozenset(self.country.oblasts),
        )

    def _add_for_oblast(self, recipe: OblastRecipe, oblast: Oblast) -> None:
        towns = [hromada for hromada in self.country.largest if hromada.oblast == oblast.katottg]
        town = towns[min(recipe.town, len(towns) - 1)]
        place = self.country.places(town)[0]
        areas = {KatottgLevel.HROMADA: town.katottg, KatottgLevel.RAION: town.raion}
        catchment = (CatchmentArea(areas.get(recipe.serves) or oblast.katottg),)
        point_id = f"demo-{oblast.katottg[2:4]}-{recipe.code}"
        self._add(
            point_id,
            owner=self._owner(recipe.owner, town),
            kind=recipe.kind,
            name=recipe.name.format(
                regional=regional(oblast), oblast=oblast_title(oblast), place=place_title(place)
            ),
            place=place,
            offerings=[
                self._offering(service, catchment, point_id, recipe.places) for service in recipe.services
            ],
            phones=recipe.phones,
            hours=recipe.hours,
            policy=recipe.policy,
            referral_note=recipe.referral_note,
        )

    def _add_relocated(self, count: int) -> None:
        """Add centres of occupied hromadas that work elsewhere, for their own people and by contract."""
        left = sorted(self.country.occupied, key=lambda hromada: (-persons(hromada), hromada.katottg))
        hosts = self.country.largest[:6]
        for number, home in enumerate(left[:count]):
            near = next((host for host in hosts if host.oblast == home.oblast), hosts[0])
            host = near if number % 2 == 0 else hosts[number % len(hosts)]
            place = self.country.places(host)[0]
            catchment = (
                CatchmentArea(home.katottg),
                CatchmentArea(host.katottg, CatchmentBasis.CONTRACT, *CURRENT),
            )
            point_id = f"demo-{unit_digits(home)}-relocated"
            self._add(
                point_id,
                owner=self._owner("centre", home),
                kind=PointKind.SOCIAL_SERVICES_CENTRE,
                name=f"Демонстраційний переміщений центр надання соціальних послуг {of_hromada(home)}",
                place=place,
                offerings=[
                    replace(self._offering(service, catchment, point_id), target_groups=TargetGroup.DISPLACED)
                    for service in ("counselling", "information", "in-kind-help", "social-support")
                ],
                phones=(GOVERNMENT_LINE,),
                hours=OFFICE_HOURS,
                relocated_from=home.katottg,
            )

    def _add_common(self, count: int) -> None:
        """Add the likeliest points: each has an exponential waiting time, and the shortest are taken."""
        waiting = sorted(self._candidates(count))
        standing: Counter[tuple[Katottg, str]] = Counter()
        for _, code, hromada, recipe_number in waiting[:count]:
            recipe = RECIPES[recipe_number]
            standing[hromada, code] += 1
            self._add_one(recipe, self.country.gazetteer.hromadas[hromada], standing[hromada, code])

    def _candidates(self, count: int) -> Iterator[tuple[float, str, Katottg, int]]:
        """Yield more candidates than are needed, larger hromadas with more of them."""
        per_hromada = 3 * count / len(self.country.hromadas) / len(RECIPES)
        for hromada in self.country.hromadas:
            size = persons(hromada) / 10_000
            safety = self.country.safety(hromada)
            for number, recipe in enumerate(RECIPES):
                if not self._fits(recipe, hromada):
                    continue
                rate = recipe.commonness * size**recipe.growth * safety
                for again in range(1 + int(per_hromada * math.sqrt(size)) if recipe.repeats else 1):
                    chance = self.draw("candidate", hromada.katottg, recipe.code, again)
                    yield -math.log(1 - chance) / (rate * 0.8**again), recipe.code, hromada.katottg, number

    def _fits(self, recipe: Recipe, hromada: Hromada) -> bool:
        """Tell whether the hromada is organised so: one new centre, or the two older institutions."""
        if recipe.code in {"territorial", "family"}:
            return self._main(hromada) == "territorial"
        return recipe.code != "centre" or self._main(hromada) == "centre"

    def _main(self, hromada: Hromada) -> str:
        return "centre" if self.draw("main", hromada.katottg) < _SHARE_WITH_NEW_CENTRE else "territorial"

    def _add_one(self, recipe: Recipe, hromada: Hromada, number: int) -> None:
        place = self._place(recipe, hromada, number)
        suffix = "" if number == 1 else f"-{number}"
        point_id = f"demo-{unit_digits(hromada)}-{recipe.code}{suffix}"
        offered = [s for s, chance in recipe.offers.items() if self.draw("offer", point_id, s) < chance]
        catchment = (self._catchment(recipe, hromada, point_id),)
        violence = VIOLENCE_LINES[:1] if recipe.kind is PointKind.MOBILE_TEAM else (GOVERNMENT_LINE,)
        children = (CHILDREN_LINE,) if recipe.kind is PointKind.FAMILY_SUPPORT_CENTRE else ()
        self._add(
            point_id,
            owner=self._owner(recipe.owner, hromada),
            kind=recipe.kind,
            name=recipe.name.format(
                hromada=of_hromada(hromada),
                place=place_title(place),
                number="" if number == 1 else f" № {number}",
            ),
            place=place,
            offerings=[
                self._offering(service, catchment, point_id) for service in offered or list(recipe.offers)[:1]
            ],
            phones=(*violence, *children),
            hours=recipe.hours,
        )

    def _place(self, recipe: Recipe, hromada: Hromada, number: int) -> Settlement:
        """Return the centre for a first office, a village for a branch, any settlement for others."""
        places = self.country.places(hromada)
        if recipe.code == "branch" and len(places) > 1:
            return places[1 + (number - 1) % (len(places) - 1)]
        if number == 1:
            return places[0]
        return places[int(self.draw("place", hromada.katottg, recipe.code, number) ** 3 * len(places))]

    def _catchment(self, recipe: Recipe, hromada: Hromada, point_id: str) -> CatchmentArea:
        """Return the own hromada; some organisations of citizens serve a raion or an oblast."""
        chance = self.draw("catchment", point_id)
        if recipe.kind is not PointKind.NGO or chance < _SHARE_SERVING_THEIR_HROMADA or hromada.raion is None:
            return CatchmentArea(hromada.katottg)
        return CatchmentArea(hromada.raion if chance < _SHARE_SERVING_THEIR_RAION else hromada.oblast)

    def _agree_contracts(self) -> None:
        """Let some hromadas without a centre of their own be served by the nearest one, by contract."""
        centres = {
            point.hromada: number
            for number, point in enumerate(self.points)
            if point.kind in _MAIN_KINDS and point.hromada is not None and point.relocated_from is None
        }
        without = [hromada for hromada in self.country.hromadas if hromada.katottg not in centres]
        without.sort(key=lambda hromada: self.draw("contract", hromada.katottg))
        hromadas = self.country.gazetteer.hromadas
        periods = cycle((EXPIRED, FUTURE, CURRENT, CURRENT, CURRENT))
        for hromada in without[: math.ceil(len(without) * _SHARE_WITH_CONTRACT)]:
            nearest = min(centres, key=lambda code: apart_km(hromadas[code].centre, hromada.centre))
            if apart_km(hromadas[nearest].centre, hromada.centre) <= _FARTHEST_CONTRACT_KM:
                contract = CatchmentArea(hromada.katottg, CatchmentBasis.CONTRACT, *next(periods))
                number = centres[nearest]
                self.points[number] = _with_contract(self.points[number], contract)

    def _limit_validity(self, common: slice) -> None:
        """Close some of the common points in the past and open some in the future."""
        numbers = range(*common.indices(len(self.points)))
        chosen = sorted(numbers, key=lambda number: self.draw("validity", self.points[number].id))
        limited = chosen[: max(4, len(chosen) // 100)]
        for number in limited[::2]:
            self.points[number] = replace(self.points[number], valid_to=date(2025, 6, 30))
        for number in limited[1::2]:
            self.points[number] = replace(self.points[number], valid_from=date(2031, 1, 1))

    def _add_circumstances(self) -> None:
        """Tell what may decide a referral; a mobile team stops in the villages of its hromada."""
        hromadas = self.country.gazetteer.hromadas
        self.points = [
            with_circumstances(
                point,
                self.draw,
                () if point.hromada is None else self.country.places(hromadas[point.hromada])[1:5],
            )
            for point in self.points
        ]

    def _add(
        self,
        point_id: str,
        *,
        owner: Organisation,
        kind: PointKind,
        name: str,
        place: Settlement,
        offerings: Sequence[Offering],
        phones: tuple[str, ...],
        hours: Sequence[str],
        policy: LocationPolicy = LocationPolicy.PUBLIC,
        referral_note: str = "",
        relocated_from: Katottg | None = None,
    ) -> None:
        """Add a point near the centre of a settlement, which only a public point tells."""
        is_public = policy is LocationPolicy.PUBLIC
        own_line = OBLAST_LINES.get(place.katottg.oblast_prefix)
        if own_line is not None and is_public and self.draw("own line", point_id) < _SHARE_WITH_OBLAST_LINE:
            phones = (own_line, *phones)
        text = self.draw.one_of(hours, "hours", point_id)
        self.points.append(
            ServicePoint(
                id=point_id,
                organisation=owner.id,
                kind=kind,
                name=name,
                location_policy=policy,
                oblast=place.oblast,
                hromada=place.area if is_public or policy is LocationPolicy.HROMADA_ONLY else None,
                settlement=place.katottg if is_public else None,
                point=self._near(place, point_id) if is_public else None,
                precision=PointPrecision.SETTLEMENT if is_public else None,
                address=f"демонстраційна адреса, {place_title(place)}" if is_public else "",
                phones=tuple(map(read_phone, phones)),
                offerings=tuple(offerings),
                hours=text,
                opening_hours=read_hours(text).hours,
                referral_note=referral_note,
                relocated_from=relocated_from,
                last_verified=self._verified(point_id),
                is_demo=True,
            )
        )

    def _near(self, place: Settlement, point_id: str) -> LonLat:
        """Return an invented position around the settlement's centre, farther off in larger ones."""
        if place.point is None:
            raise ValueError(f"{place.katottg} has no coordinates")
        reach_m = min(2500.0, max(150.0, 3 * math.sqrt(persons(place))))
        distance_deg = reach_m * math.sqrt(self.draw("distance", point_id)) / _DEGREE_M
        bearing = 2 * math.pi * self.draw("bearing", point_id)
        lat = place.point.lat + distance_deg * math.cos(bearing)
        lon = place.point.lon + distance_deg * math.sin(bearing) / math.cos(math.radians(place.point.lat))
        return LonLat(lon=round(lon, 5), lat=round(lat, 5))

    def _verified(self, point_id: str) -> date | None:
        if self.draw("verified", point_id) > _SHARE_VERIFIED:
            return None
        return date(2026, self.draw.whole(1, 9, "month", point_id), self.draw.whole(1, 28, "day", point_id))

    def _offering(
        self,
        service: str,
        catchment: tuple[CatchmentArea, ...],
        point_id: str,
        places: Iterable[PlaceOfProvision] = (),
    ) -> Offering:
        terms = SERVICES[service]
        is_free = self.draw("free", point_id, service) < _SHARE_FREE
        knows_capacity = self.draw("knows", point_id, service) < _SHARE_KNOWING_CAPACITY
        return Offering(
            service=service,
            catchment=catchment,
            target_groups=terms.groups,
            places=frozenset(places or terms.places),
            payment=Payment.FREE if is_free else terms.payment,
            capacity=self.draw.whole(*terms.capacity, "capacity", point_id, service)
            if terms.capacity is not None and knows_capacity
            else None,
        )

    def _owner(self, code: str, hromada: Hromada) -> Organisation:
        """Return who runs the point, made at the first mention, with what it was reorganised from."""
        code = self._main(hromada) if code == "main" else code
        oblast = self.country.gazetteer.oblasts[hromada.oblast]
        if code in RUN_BY_CITIZENS:
            name = f"{RUN_BY_CITIZENS[code]} ({oblast_title(oblast)})"
            return self._organisation(f"demo-{code}-{oblast.katottg[2:4]}", name, Sector.NON_STATE)
        institution = INSTITUTIONS[code]
        council = of_oblast_council(oblast) if institution.is_of_oblast else of_council(hromada)
        digits = oblast.katottg[2:4] if institution.is_of_oblast else unit_digits(hromada)
        organisation_id = f"demo-org-{digits}-{code}"
        former: tuple[str, ...] = ()
        if self.draw("reorganised", organisation_id) < institution.reorganised:
            name = f"{institution.former.format(council=council)} (реорганізована)"
            former = (self._organisation(f"{organisation_id}-former", name).id,)
        name = self.draw.one_of(institution.names, "form", organisation_id).format(council=council)
        return self._organisation(organisation_id, name, successor_of=former)

    def _organisation(
        self,
        organisation_id: str,
        name: str,
        sector: Sector = Sector.STATE_COMMUNAL,
        successor_of: tuple[str, ...] = (),
    ) -> Organisation:
        made = Organisation(organisation_id, name, sector, successor_of=successor_of, is_demo=True)
        return self.organisations.setdefault(organisation_id, made)


def _with_contract(point: ServicePoint, contract: CatchmentArea) -> ServicePoint:
    """Return the point with the contract added to the two services such contracts are mostly about."""
    agreed = [one.service for one in point.offerings if one.service in _SERVICES_BY_CONTRACT][:2]
    return replace(
        point,
        offerings=tuple(
            replace(one, catchment=(*one.catchment, contract)) if one.service in agreed else one
            for one in point.offerings
        ),
    )


def demo_registry(
    gazetteer: Gazetteer,
    points: int = DEFAULT_POINTS,
    seed: int = DEFAULT_SEED,
    *,
    nationwide: bool = False,
) -> Registry:
    """Return a registry of invented providers; `nationwide` leaves the three pilot oblasts."""
    country = Country(gazetteer, None if nationwide else PILOT_OBLASTS)
    return Demonstration(country, Draw(seed)).registry(points)


def main() -> None:
    """Write the registry file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=DEFAULT_POINTS, help="how many (default %(default)s)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed, another registry")
    parser.add_argument("--nationwide", action="store_true", help="all oblasts, not the three pilot ones")
    parser.add_argument("--output", type=Path, default=ROOT / "providers.yaml", metavar="FILE")
    options = parser.parse_args()
    gazetteer = read_gazetteer(ROOT / "geodata")
    try:
        registry = demo_registry(gazetteer, options.points, options.seed, nationwide=options.nationwide)
    except UsageError as error:
        parser.error(str(error))
    with options.output.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in registry_lines(registry, gazetteer, HEADING))
    print(f"{len(registry.points)} service points, {len(registry.organisations)} organisations")


if __name__ == "__main__":
    main()
