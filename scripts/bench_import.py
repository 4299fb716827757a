#!/usr/bin/env python3
"""Time an import, step by step and on both stores, against plain polars parsing and a raw COPY, in one run.

    scripts/private_postgis.py -- python scripts/bench_import.py --rows 20000 200000

The file is a CSV of the flat table with the columns of an export; its points are synthetic, scattered
around the settlements of geodata/. Each step runs in a process of its own, so that the peak of memory is the
step's. Without MAPAPP_TEST_POSTGIS_URL only the embedded store is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import polars as pl
import psycopg
from bench_nearest import ROOT, filled_store, fresh_database
from psycopg import sql
from scattered_registry import scattered_registry

from mapapp.analysis.duplicates import likely_duplicates
from mapapp.domain.changes import Authorship
from mapapp.domain.contacts import Phone
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import UKRAINE_BOUNDS
from mapapp.domain.geography import Occupation
from mapapp.domain.imports import ImportContext
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import BoundarySet
from mapapp.domain.registry import Registry, ServicePoint
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services
from mapapp.files.tabular.mapping import chosen_columns, propose_columns
from mapapp.files.tabular.reading import read_table
from mapapp.files.tabular.records import read_records
from mapapp.files.tabular.writing import write_csv
from mapapp.registry_import import ImportWishes, run_import
from mapapp.storage.store import open_store

TODAY = date(2026, 1, 15)
OFFERINGS_PER_POINT = 2.5
WISHES = ImportWishes(source="bench", authorship=Authorship("bench", "measuring"), today=TODAY)


def main() -> None:
    """Print a table for each number of rows."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000])
    options.add_argument("--offerings", type=int, default=0, help="also load so many offerings at once")
    options.add_argument("--step", nargs=2, metavar=("NAME", "TARGET"), help=argparse.SUPPRESS)
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.step:
        name, target = chosen.step
        report_step(STEPS[name], chosen.file, target)
        return
    for rows in chosen.rows:
        compare(rows)
    if chosen.offerings:
        compare_loading(chosen.offerings)


def compare(rows: int) -> None:
    """Time every step on one file."""
    gazetteer = read_gazetteer(ROOT / "geodata")
    registry = written_registry(gazetteer, round(rows / OFFERINGS_PER_POINT))
    empty = Registry((), (), frozenset())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.csv"
        with file.open("wb") as stream:
            write_csv(registry, stream)
        written = sum(len(point.offerings) for point in registry.points)
        print(
            f"\n{written:,} rows, {len(registry.points):,} points, {file.stat().st_size / 1e6:.1f} MB of CSV"
        )
        print(f"{'':<34}{'seconds':>9}{'rows a second':>15}{'peak MB':>9}{'polars / this':>15}")
        polars_s = told("polars.read_csv, as text", "polars", file, "-", written, None)
        told("read", "read", file, "-", written, polars_s)
        told("read and validate", "validate", file, "-", written, polars_s)
        for kind, url in targets(Path(folder)).items():
            store = filled_store(kind, url, gazetteer, empty)
            # Approximate ones check no point, so that none need be drawn.
            store.replace_boundaries(BoundarySet("none", True, "", "", "", datetime.now(UTC)), {}, ())
            store.dispose()
            if kind == "PostGIS":
                told("raw COPY of the text, PostGIS", "copy", file, url, written, polars_s)
            told(f"whole import, {kind}", "import", file, url, written, polars_s)
            told(f"the same file again, {kind}", "import", file, url, written, polars_s)
    began = time.perf_counter()
    pairs = likely_duplicates(registry, TODAY)
    seconds = time.perf_counter() - began
    print(f"duplicates among {len(registry.points):,} points: {seconds:.1f} s, {len(pairs)} pairs")


def written_registry(gazetteer: Gazetteer, points: int) -> Registry:
    """Return invented points without a fault, each with a telephone, an address and hours of its own."""
    open_services = [slug for slug, service in read_services().items() if not service.is_confidential]
    occupied = {code for code, found in gazetteer.occupation.items() if found is not Occupation.NONE}
    # Some fall away: the demand for more keeps the number of rows near what was asked for.
    found = scattered_registry(gazetteer, open_services, round(points * 1.2))
    written = (
        replace(
            point,
            is_demo=False,
            phones=(Phone(f"+38067{number:07}", f"+38067{number:07}"),),
            address=f"вул. Садова, {number % 400 + 1}, кв. {number % 90 + 1}",
            hours=f"Пн–Пт {8 + number % 3}:{number % 4 * 15:02}–17:00, обід 12:00–13:00",
        )
        for number, point in enumerate(found.points)
        if _has_no_fault(point, occupied)
    )
    organisations = tuple(replace(organisation, is_demo=False) for organisation in found.organisations)
    return Registry(organisations, tuple(islice(written, points)), frozenset())


def _has_no_fault(point: ServicePoint, occupied: AbstractSet[str]) -> bool:
    areas = [served.area for served in point.offerings[0].catchment]
    is_inside = point.point is not None and point.point in UKRAINE_BOUNDS
    return is_inside and len(set(areas)) == len(areas) and not occupied & {point.hromada, *areas}


def compare_loading(offerings: int) -> None:
    """Time putting a registry of so many offerings in place of an empty one, history included."""
    gazetteer = read_gazetteer(ROOT / "geodata")
    registry = scattered_registry(gazetteer, list(read_services()), round(offerings / OFFERINGS_PER_POINT))
    empty = Registry((), (), frozenset())
    with tempfile.TemporaryDirectory() as folder:
        for kind, url in targets(Path(folder)).items():
            store = filled_store(kind, url, gazetteer, empty)
            began = time.perf_counter()
            store.replace_registry(registry, no_progress)
            seconds = time.perf_counter() - began
            count = sum(len(point.offerings) for point in registry.points)
            print(f"{count:,} offerings loaded, {kind}: {seconds:.1f} s, {count / seconds:,.0f} a second")
            store.dispose()


def targets(folder: Path) -> dict[str, str]:
    """Return the address of an empty database of each kind at hand."""
    found = {"SQLite": f"sqlite:///{folder / 'mapapp.sqlite3'}"}
    server = os.environ.get("MAPAPP_TEST_POSTGIS_URL")
    if server:
        found["PostGIS"] = fresh_database(server, "bench_import")
    return found


def told(  # noqa: PLR0917 - one line of the table
    title: str, step: str, file: Path, target: str, rows: int, polars_s: float | None
) -> float:
    """Run a step in a process of its own, print its line and return its seconds."""
    command = [sys.executable, __file__, "--step", step, target, "--file", str(file)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    measured = json.loads(answer.stdout.splitlines()[-1])
    seconds = float(measured["seconds"])
    ratio = "" if polars_s is None else f"{polars_s / seconds:>14.3f}x"
    print(f"{title:<34}{seconds:>9.2f}{rows / seconds:>15,.0f}{measured['peak_mb']:>9.0f}{ratio}", flush=True)
    return seconds


def report_step(step: Callable[[Path, str], float], file: Path, target: str) -> None:
    """Run the step and print what it took as JSON."""
    seconds = step(file, target)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb}))


def _polars(file: Path, _target: str) -> float:
    began = time.perf_counter()
    pl.read_csv(file, infer_schema=False, separator=";")
    return time.perf_counter() - began


def _read(file: Path, _target: str) -> float:
    began = time.perf_counter()
    read_table(file, file.name)
    return time.perf_counter() - began


def _validate(file: Path, _target: str) -> float:
    context = ImportContext(read_gazetteer(ROOT / "geodata"), read_services(), "bench", TODAY)
    began = time.perf_counter()
    table = read_table(file, file.name)
    records = read_records(table.rows, chosen_columns(propose_columns(table.columns)), context, no_progress)
    seconds = time.perf_counter() - began
    if records.faults:
        raise SystemExit(f"the file was to have no fault: {records.faults[0]}")
    return seconds


def _copy(file: Path, target: str) -> float:
    columns = file.open(encoding="utf-8-sig").readline().count(";") + 1
    names = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(f"c{n}")) for n in range(columns))
    with psycopg.connect(target.replace("+psycopg", "")) as connection:
        connection.execute(sql.SQL("CREATE UNLOGGED TABLE raw ({})").format(names))
        began = time.perf_counter()
        statement = "COPY raw FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')"
        with connection.cursor().copy(statement) as copy:
            copy.write(file.read_bytes())
        connection.commit()
        return time.perf_counter() - began


def _import(file: Path, target: str) -> float:
    store = open_store(target)
    began = time.perf_counter()
    run_import(store, file, WISHES, no_progress)
    seconds = time.perf_counter() - began
    store.dispose()
    return seconds


STEPS: Mapping[str, Callable[[Path, str], float]] = {
    "polars": _polars,
    "read": _read,
    "validate": _validate,
    "copy": _copy,
    "import": _import,
}

if __name__ == "__main__":
    main()
