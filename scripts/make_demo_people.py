#!/usr/bin/env python3
"""Write the demonstration table of people: invented numbers for the hromadas of the demonstration registry.

Each number is a share of the hromada's population that was made up, never measured, and varied by chance that
depends on the seed and the hromada alone: the same options always give the same file. Some hromadas are left
out and some cells are unknown, as in life. Nothing may be concluded from it.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from make_demo_registry import DEFAULT_SEED, PILOT_OBLASTS, ROOT, Country, Draw, persons

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada
from mapapp.domain.registry import TargetGroup
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.people_columns import template_headers
from mapapp.files.reference_tables import read_services
from mapapp.files.tabular.words import Language

SHARES = {
    TargetGroup.OLDER_PEOPLE: (0.20, 0.32),
    TargetGroup.ADULTS_WITH_DISABILITIES: (0.04, 0.08),
    TargetGroup.CHILDREN_WITH_DISABILITIES: (0.0005, 0.005),
    TargetGroup.DISPLACED: (0.01, 0.12),
    TargetGroup.VETERANS_AND_FAMILIES: (0.01, 0.05),
}
"""From which to which share of a hromada's people; invented."""
SERVICE = "home-care"
_NEEDING = (0.008, 0.03)
_RECEIVING = (0.1, 1.0)
_SHARE_LEFT_OUT = 0.06
_SHARE_UNKNOWN = 0.03


def demo_people_rows(gazetteer: Gazetteer, seed: int = DEFAULT_SEED) -> list[list[str]]:
    """Return the header and a row for each hromada of the table."""
    draw = Draw(seed)
    service = read_services()[SERVICE]
    header = template_headers(Language.UKRAINIAN, [service], list(SHARES))
    hromadas = sorted(Country(gazetteer, PILOT_OBLASTS).hromadas, key=lambda hromada: hromada.katottg)
    counted = [one for one in hromadas if draw("left out", one.katottg) >= _SHARE_LEFT_OUT]
    return [header, *([*_place(gazetteer, one), *_numbers(draw, one)] for one in counted)]


def _place(gazetteer: Gazetteer, hromada: Hromada) -> list[str]:
    raion = "" if hromada.raion is None else gazetteer.raions[hromada.raion].name
    return [hromada.katottg, gazetteer.oblasts[hromada.oblast].name, raion, hromada.name]


def _numbers(draw: Draw, hromada: Hromada) -> Iterator[str]:
    people = persons(hromada)
    for group, (least, most) in SHARES.items():
        number = round(people * _between(draw, least, most, group.name, hromada.katottg))
        is_unknown = draw("unknown", group.name, hromada.katottg) < _SHARE_UNKNOWN
        yield "" if is_unknown else str(number)
    needing = round(people * _between(draw, *_NEEDING, "need", hromada.katottg))
    yield str(needing)
    yield str(round(needing * _between(draw, *_RECEIVING, "receive", hromada.katottg)))


def _between(draw: Draw, least: float, most: float, *what: object) -> float:
    return least + (most - least) * draw("people", *what)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed, another table")
    default = ROOT / "mapapp" / "files" / "reference" / "demo_people.csv"
    parser.add_argument("--output", type=Path, default=default, metavar="FILE")
    options = parser.parse_args()
    rows = demo_people_rows(read_gazetteer(ROOT / "geodata"), options.seed)
    with options.output.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    print(f"{len(rows) - 1} hromadas")


if __name__ == "__main__":
    main()
