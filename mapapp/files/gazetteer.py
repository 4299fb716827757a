"""The gazetteer's tables in `geodata/`: read, checked against one another, and counted."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml

from mapapp.domain.errors import Fault, InvalidInputError
from mapapp.domain.gazetteer import Gazetteer, SourceEdition
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Population,
    PopulationBasis,
    Raion,
    Settlement,
    SettlementKind,
    StatusPeriod,
    TerritoryStatus,
)
from mapapp.domain.katottg import Katottg, KatottgLevel
from mapapp.domain.population import spread_remainder

_POPULATION_SOURCE = "population"
_POPULATION_DAY = date(2022, 1, 1)

_Row = dict[str, str]
_Parsed = TypeVar("_Parsed")
_Unit = TypeVar("_Unit", Oblast, Raion, Hromada, Settlement)


def read_gazetteer(folder: Path) -> Gazetteer:
    """Read and check every table of the folder.

    Checked: each code is well formed, of the right level and unique; each parent exists and shares the
    child's prefix; coordinates lie in the country; each hromada has settlements and its centre is one of
    them; counted settlements never sum to more than their hromada; each status names a known unit.

    Raises
    ------
    InvalidInputError
        Something does not hold; every fault is listed with its file and line.

    """
    tables = _Tables(folder)
    oblasts = tables.units("oblasts.csv", KatottgLevel.OBLAST, _oblast)
    raions = tables.units("raions.csv", KatottgLevel.RAION, _raion)
    hromadas = tables.units("hromadas.csv", KatottgLevel.HROMADA, _hromada)
    settlements = tables.units("settlements.csv", None, _settlement)
    periods = tables.rows("territory_status.csv", _status_period)
    open_status = tables.rows("settlement_status.csv", _open_status)
    sources = _read_sources(folder / "sources.yaml")
    tables.stop_on_faults()

    hromadas = dict(sorted({**hromadas, **_special_cities(oblasts, settlements)}.items()))
    raion_of_prefix = {code.raion_prefix: code for code in raions}
    settlements = {code: _placed(place, hromadas, raion_of_prefix) for code, place in settlements.items()}
    _check_parents(tables, oblasts, raions, hromadas, settlements)
    _check_centres(tables, settlements)
    known = {*oblasts, *raions, *hromadas, *settlements}
    _check_known(tables, "territory_status.csv", (period.katottg for period in periods), known)
    _check_known(tables, "settlement_status.csv", (code for code, _ in open_status), settlements)
    settlements |= _estimated(tables, hromadas, settlements)
    tables.stop_on_faults()

    statuses: defaultdict[Katottg, set[TerritoryStatus]] = defaultdict(set)
    for code, status in open_status:
        statuses[code].add(status)
    return Gazetteer(
        oblasts=MappingProxyType(oblasts),
        raions=MappingProxyType(raions),
        hromadas=MappingProxyType(hromadas),
        settlements=MappingProxyType(settlements),
        status_periods=tuple(periods),
        open_status=MappingProxyType({code: frozenset(found) for code, found in statuses.items()}),
        sources=MappingProxyType(sources),
    )


def read_areas_outside_hromadas(folder: Path) -> Mapping[Katottg, float]:
    """Return the known areas, in km², of what the map draws besides hromadas, by code.

    Raises
    ------
    InvalidInputError
        A row is not a code and a number.

    """
    tables = _Tables(folder)
    rows = tables.rows(
        "areas_outside_hromadas.csv", lambda row: (Katottg(row["code"]), float(row["area_km2"]))
    )
    tables.stop_on_faults()
    return MappingProxyType(dict(rows))


def gazetteer_counts(gazetteer: Gazetteer) -> Mapping[str, int]:
    """Return what was read, by name, for a person to compare with the sources' own figures."""
    hromadas = gazetteer.hromadas.values()
    settlements = gazetteer.settlements.values()
    kinds = Counter(place.kind for place in settlements)
    return {
        "oblasts": len(gazetteer.oblasts),
        "raions": len(gazetteer.raions),
        "hromadas": sum(not hromada.is_special_city for hromada in hromadas),
        "special cities": sum(hromada.is_special_city for hromada in hromadas),
        "settlements": len(gazetteer.settlements),
        "cities": kinds[SettlementKind.CITY] + kinds[SettlementKind.SPECIAL_CITY],
        "selyshcha": kinds[SettlementKind.SELYSHCHE],
        "villages": kinds[SettlementKind.VILLAGE],
        "settlements without coordinates": sum(place.point is None for place in settlements),
        "settlements outside any hromada": sum(place.hromada is None for place in settlements),
        "settlements with a former name": sum(bool(place.former_name) for place in settlements),
        "settlements with counted population": sum(
            place.population is not None and not place.population.is_estimate for place in settlements
        ),
        "settlements with estimated population": sum(
            place.population is not None and place.population.is_estimate for place in settlements
        ),
        "population 2022": sum(h.population.persons for h in hromadas if h.population is not None),
        "status periods": len(gazetteer.status_periods),
        "settlements with an open status": len(gazetteer.open_status),
    }


@dataclass
class _Tables:
    """Reads the tables row by row and remembers every fault, and the line each unit stands on."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, dict[Katottg, int]] = field(default_factory=dict)
    centres: dict[Katottg, Katottg] = field(default_factory=dict)

    def fault(self, file: str, line: int | None, message: str, /, **values: object) -> None:
        self.faults.append(Fault(message, values, file=file, line=line))

    def stop_on_faults(self) -> None:
        if self.faults:
            raise InvalidInputError(
                "Faults in the geography tables of {folder}: {count}; nothing was taken from them",
                self.faults,
                folder=self.folder,
                count=len(self.faults),
            )

    def rows(self, name: str, parse: Callable[[_Row], _Parsed]) -> list[_Parsed]:
        """Return the parsed rows of a table; a row that does not parse is a fault."""
        return [parsed for _, parsed in self._parsed(name, parse)]

    def units(
        self, name: str, level: KatottgLevel | None, parse: Callable[[_Row], _Unit]
    ) -> dict[Katottg, _Unit]:
        """Return the units of a table by code; codes must be unique and of the level."""
        found: dict[Katottg, _Unit] = {}
        lines = self.lines.setdefault(name, {})
        for line, unit in self._parsed(name, parse):
            code = unit.katottg
            if code in found:
                self.fault(
                    name, line, "code {code} stands on line {first} already", code=code, first=lines[code]
                )
            if level is not None and code.level is not level:
                self.fault(
                    name,
                    line,
                    "{code} is the code of a {found}, not of a {expected}",
                    code=code,
                    found=code.level.value,
                    expected=level.value,
                )
            found[code] = unit
            lines[code] = line
        return found

    def _parsed(self, name: str, parse: Callable[[_Row], _Parsed]) -> Iterator[tuple[int, _Parsed]]:
        for line, row in self._csv_rows(name):
            try:
                parsed = parse(row)
            except KeyError as missing:
                self.fault(name, line, "the column {column} is missing", column=missing.args[0])
                return
            except ValueError as error:
                self.fault(name, line, "{problem}", problem=error)
                continue
            if name == "hromadas.csv":
                self.centres[Katottg(row["code"])] = Katottg(row["center_code"])
            yield line, parsed

    def _csv_rows(self, name: str) -> Iterator[tuple[int, _Row]]:
        try:
            with (self.folder / name).open(encoding="utf-8", newline="") as table:
                reader = csv.DictReader(table, strict=True)
                for row in reader:
                    yield reader.line_num, row
        except FileNotFoundError:
            self.fault(name, None, "the table is missing")
        except (UnicodeDecodeError, csv.Error) as error:
            self.fault(name, None, "the table cannot be read as UTF-8 CSV: {problem}", problem=error)


def _oblast(row: _Row) -> Oblast:
    return Oblast(Katottg(row["code"]), OblastKind(row["category"]), row["name"], row["name_en"])


def _raion(row: _Row) -> Raion:
    return Raion(Katottg(row["code"]), row["name"], row["name_en"], Katottg(row["oblast_code"]))


def _hromada(row: _Row) -> Hromada:
    centre = _point(row)
    if centre is None:
        raise ValueError("a hromada needs the coordinates of its centre")
    return Hromada(
        katottg=Katottg(row["code"]),
        kind=HromadaKind(row["kind"]),
        name=row["name"],
        name_en=row["name_en"],
        raion=Katottg(row["raion_code"]),
        oblast=Katottg(row["oblast_code"]),
        centre=centre,
        population=_counted(row["population_2022"]),
        area_km2=float(row["area_km2"]) if row["area_km2"] else None,
    )


def _settlement(row: _Row) -> Settlement:
    oblast = Katottg(row["oblast_code"])
    return Settlement(
        katottg=Katottg(row["code"]),
        kind=SettlementKind(row["category"]),
        name=row["name"],
        name_en=row["name_en"],
        former_name=row["former_name"],
        hromada=Katottg(row["hromada_code"]) if row["hromada_code"] else None,
        raion=None,
        oblast=oblast,
        area=oblast,
        point=_point(row),
        population=_counted(row["population_2022"]),
    )


def _status_period(row: _Row) -> StatusPeriod:
    return StatusPeriod(
        katottg=Katottg(row["code"]),
        status=TerritoryStatus(row["status"]),
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]) if row["end"] else None,
        as_listed=row["as_listed"],
        excludes_part=row["exclusion"] == "True",
    )


def _open_status(row: _Row) -> tuple[Katottg, TerritoryStatus]:
    return Katottg(row["code"]), TerritoryStatus(row["status"])


def _point(row: _Row) -> LonLat | None:
    if not row["lat"] and not row["lon"]:
        return None
    point = LonLat(lon=float(row["lon"]), lat=float(row["lat"]))
    if point not in UKRAINE_BOUNDS:
        raise ValueError(f"lon {point.lon}, lat {point.lat} lies outside the country")
    return point


def _counted(persons: str) -> Population | None:
    return Population(int(persons), _POPULATION_DAY, _POPULATION_SOURCE) if persons else None


def _read_sources(path: Path) -> dict[str, SourceEdition]:
    with path.open(encoding="utf-8") as text:
        return {name: SourceEdition(**entry) for name, entry in yaml.safe_load(text).items()}


def _special_cities(
    oblasts: Mapping[Katottg, Oblast], settlements: Mapping[Katottg, Settlement]
) -> dict[Katottg, Hromada]:
    """Return Kyiv and Sevastopol as what stands in for their hromada."""
    return {
        code: Hromada(
            katottg=code,
            kind=HromadaKind.SPECIAL_CITY,
            name=oblasts[code].name,
            name_en=oblasts[code].name_en,
            raion=None,
            oblast=code,
            centre=city.point,
            population=city.population,
            area_km2=None,
        )
        for code, city in settlements.items()
        if city.kind is SettlementKind.SPECIAL_CITY and city.point is not None and code in oblasts
    }


def _placed(
    place: Settlement, hromadas: Mapping[Katottg, Hromada], raion_of_prefix: Mapping[str, Katottg]
) -> Settlement:
    """Return the settlement with its raion and the drawn area that holds it.

    Crimea's hromadas are not in our tables, so its settlements are drawn with their raion.
    """
    raion = raion_of_prefix.get(place.katottg.raion_prefix)
    hromada = place.hromada if place.hromada in hromadas else None
    special_city = place.katottg if place.katottg in hromadas else None
    return replace(
        place,
        hromada=hromada or special_city,
        raion=raion,
        area=hromada or special_city or raion or place.oblast,
    )


def _check_parents(
    tables: _Tables,
    oblasts: Collection[Katottg],
    raions: Mapping[Katottg, Raion],
    hromadas: Mapping[Katottg, Hromada],
    settlements: Mapping[Katottg, Settlement],
) -> None:
    """Each parent exists and its digits begin the child's."""

    def check(file: str, child: Katottg, parent: Katottg, known: Collection[Katottg], prefix: str) -> None:
        if parent not in known or not parent.startswith(prefix):
            tables.fault(
                file,
                tables.lines[file].get(child),
                "{parent} is not the parent of {child}: expected a known code that begins with {prefix}",
                parent=parent,
                child=child,
                prefix=prefix,
            )

    for raion in raions.values():
        check("raions.csv", raion.katottg, raion.oblast, oblasts, raion.katottg.oblast_prefix)
    for hromada in hromadas.values():
        code = hromada.katottg
        check("hromadas.csv", code, hromada.oblast, oblasts, code.oblast_prefix)
        if hromada.raion is not None:
            check("hromadas.csv", code, hromada.raion, raions, code.raion_prefix)
    for place in settlements.values():
        code = place.katottg
        check("settlements.csv", code, place.oblast, oblasts, code.oblast_prefix)
        if place.hromada is not None:
            check("settlements.csv", code, place.hromada, hromadas, code.hromada_prefix)


def _check_centres(tables: _Tables, settlements: Mapping[Katottg, Settlement]) -> None:
    """Each hromada's centre is one of its own settlements, so each hromada has at least one."""
    for hromada, centre in tables.centres.items():
        place = settlements.get(centre)
        if place is None or place.hromada != hromada:
            tables.fault(
                "hromadas.csv",
                tables.lines["hromadas.csv"][hromada],
                "centre {centre} is not a settlement of hromada {hromada}",
                centre=centre,
                hromada=hromada,
            )


def _check_known(tables: _Tables, file: str, codes: Iterable[Katottg], known: Collection[Katottg]) -> None:
    for code in codes:
        if code not in known:
            tables.fault(file, None, "code {code} stands in no table of units", code=code)


def _estimated(
    tables: _Tables, hromadas: Mapping[Katottg, Hromada], settlements: Mapping[Katottg, Settlement]
) -> dict[Katottg, Settlement]:
    """Return the settlements nobody counted, with their share of the hromada's remainder."""
    members: defaultdict[Katottg | None, list[Settlement]] = defaultdict(list)
    for place in settlements.values():
        members[place.hromada].append(place)
    estimated: dict[Katottg, Settlement] = {}
    for code, hromada in hromadas.items():
        if hromada.population is None:
            continue
        counted = sum(place.population.persons for place in members[code] if place.population is not None)
        uncounted = [place.katottg for place in members[code] if place.population is None]
        try:
            shares = spread_remainder(hromada.population.persons, counted, uncounted)
        except ValueError as error:
            tables.fault("hromadas.csv", tables.lines["hromadas.csv"].get(code), "{problem}", problem=error)
            continue
        for village, persons in shares.items():
            share = replace(hromada.population, persons=persons, basis=PopulationBasis.ESTIMATED)
            estimated[village] = replace(settlements[village], population=share)
    return estimated
