"""What must hold within one record of a registry file, whatever stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mapapp.domain.errors import Fault
from mapapp.domain.hours import OpenSpan
from mapapp.domain.hours_text import read_hours
from mapapp.domain.registry import CatchmentBasis, PointKind
from mapapp.files.registry_fields import WEEK_FIELDS
from mapapp.files.registry_values import Cell, Record


def judge_organisation(organisation: Record) -> None:
    """Report what an organisation says against itself."""
    judge_period(organisation, "valid_from", "valid_to")
    _judge_demo_name(organisation)
    if organisation.get("demo") and "edrpou" in organisation:
        organisation.fault(Fault("a demonstration record invents no EDRPOU code: remove it"), "edrpou")


def judge_point(point: Record) -> None:
    """Report what a point says against itself; who may know its place is judged elsewhere."""
    judge_period(point, "valid_from", "valid_to")
    _judge_demo_name(point)
    _judge_accessibility(point)
    _judge_hours(point)
    for closure in point.get("closures", ()):
        judge_period(closure, "first", "last")
    if point.get("kind") is not PointKind.ADMINISTRATIVE_SERVICE_POINT:
        require(point, "offerings", Fault("field «{field}» is missing", {"field": "offerings"}))


def judge_offering(offering: Record) -> None:
    """Report what an offering says against itself."""
    _judge_at_most(offering, "vacant", "capacity")
    _judge_at_most(offering, "age_from", "age_to")
    _judge_tariffs(offering.get("tariffs", ()))


def judge_contract(entry: Record) -> None:
    """Report a catchment by contract without its days, and a period turned round."""
    judge_period(entry, "start", "end")
    if entry.get("basis") is CatchmentBasis.CONTRACT:
        require(entry, "start", Fault("a contract has a first day: add start"))
        require(entry, "end", Fault("a contract has a last day: add end"))


def judge_period(record: Record, first: str, last: str) -> None:
    """Report a last day before the first."""
    if first in record and last in record and record.get(last) < record.get(first):
        record.fault(
            Fault(
                "{last} ({end}) comes before {first} ({start})",
                {"first": first, "last": last, "start": record.get(first), "end": record.get(last)},
            ),
            last,
        )


def require(record: Record, field: str, fault: Fault) -> None:
    """Report the fault unless the field is written, rightly or wrongly."""
    if field not in record.written:
        record.fault(fault)


def _judge_at_most(record: Record, less: str, more: str) -> None:
    if less in record and more in record and record.get(less) > record.get(more):
        record.fault(
            Fault(
                "{less} ({small}) is above {more} ({great})",
                {"less": less, "small": record.get(less), "more": more, "great": record.get(more)},
            ),
            less,
        )


def _judge_demo_name(record: Record) -> None:
    if record.get("demo") and "name" in record and "демо" not in record.get("name").lower():
        record.fault(Fault("a demonstration record says so in its name: add «(демо)»"), "name")


def _judge_accessibility(point: Record) -> None:
    there = point.values("accessibility")
    for cell in point.get("no_accessibility", ()):
        if cell.value in there:
            point.fault(
                Fault(
                    "{word} is said to be there and not to be there: remove one",
                    {"word": cell.value.name.lower()},
                ),
                "no_accessibility",
                cell.line,
            )


def _judge_hours(point: Record) -> None:
    week: Record | None = point.get("week")
    if week is not None:
        for day in WEEK_FIELDS:
            _judge_spans(week, day)
    exceptions: Sequence[Record] = point.get("hours_exceptions", ())
    for exception in exceptions:
        judge_period(exception, "first", "last")
        _judge_spans(exception, "hours")
    if exceptions and "week" not in point.written and read_hours(point.get("hours", "")).hours is None:
        point.fault(
            Fault("days that differ need a week to differ from: add week, or hours that can be understood"),
            "hours_exceptions",
        )


def _judge_spans(record: Record, field: str) -> None:
    cells: Sequence[Cell] = record.get(field, ())
    for earlier, later in pairwise(cells):
        one: OpenSpan = earlier.value
        other: OpenSpan = later.value
        if one.closes <= one.opens or other.opens < one.closes:
            record.fault(
                Fault(
                    "the stretch of work from {later} begins before the one from {earlier} ends",
                    {"later": f"{other.opens:%H:%M}", "earlier": f"{one.opens:%H:%M}"},
                ),
                field,
                later.line,
            )


def _judge_tariffs(tariffs: Sequence[Record]) -> None:
    for tariff in tariffs:
        judge_period(tariff, "start", "end")
    dated = sorted((one for one in tariffs if "start" in one), key=lambda one: one.get("start"))
    for earlier, later in pairwise(dated):
        if "end" not in earlier.written or later.get("start") <= earlier.get("end", earlier.get("start")):
            later.fault(
                Fault(
                    "the tariff from {later} begins before the one from {earlier} ends: part their days",
                    {"earlier": earlier.get("start"), "later": later.get("start")},
                ),
                "start",
            )
