"""Opening hours, closures and stops as HSDS schedules, and back.

Times are of the wall clock in Europe/Kyiv: an offset would be wrong for half of every year, so none is
written. Each kind of row says what it is by a term of ours; rows of others are understood by their fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any, Final

from mapapp.domain.hours import DAYS_IN_WEEK, Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import MobileStop, ServicePoint
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import Said, fact, hsds_id, schedule_attribute

BYDAY: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CLOSED: Final = "зачинено"
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00(?:\.0+)?)?(?:[+]0[23]:?00)?", re.ASCII)


def schedules_of(point: ServicePoint, owner: str) -> list[Entity]:
    """Return the schedule rows of a point."""
    rows = [
        *_text_rows(point.hours),
        *_week_rows(point.opening_hours),
        *_exception_rows(point.opening_hours),
        *({"kind": "closure", **_period(one.first, one.last), "description": _CLOSED, "notes": one.reason}
          for one in point.closures),
        *_stop_rows(point.stops),
    ]  # fmt: skip
    return [_entity(owner, number, row) for number, row in enumerate(rows)]


def _entity(owner: str, number: int, row: dict[str, Any]) -> Entity:
    own = hsds_id("schedule", owner, str(number))
    attributes = [schedule_attribute(own, row.pop("kind"))]
    attributes += [fact(own, name, row.pop(name)) for name in ("number", "settlement") if name in row]
    fields = {name: value for name, value in row.items() if value not in {None, ""}}
    return {"id": own, **fields, "attributes": attributes}


def _text_rows(text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield {"kind": "text", "description": text}


def _week_rows(hours: OpeningHours | None) -> Iterator[dict[str, Any]]:
    if hours is None:
        return
    days_of: dict[OpenSpan, list[int]] = {}
    for day, spans in enumerate(hours.week):
        for span in spans:
            days_of.setdefault(span, []).append(day)
    if not days_of:
        yield {"kind": "week", "description": _CLOSED}
    for span, days in days_of.items():
        byday = ",".join(BYDAY[day] for day in days)
        yield {"kind": "week", "freq": "WEEKLY", "wkst": "MO", "byday": byday, **_times(span)}


def _exception_rows(hours: OpeningHours | None) -> Iterator[dict[str, Any]]:
    for number, exception in enumerate(hours.exceptions if hours else ()):
        said = {
            "kind": "exception",
            "number": str(number),
            **_period(exception.first, exception.last),
            "notes": exception.note,
        }
        if not exception.spans:
            yield {**said, "description": _CLOSED}
        for span in exception.spans:
            yield {**said, **_times(span)}


def _stop_rows(stops: Iterable[MobileStop]) -> Iterator[dict[str, Any]]:
    for stop in stops:
        yield {
            "kind": "stop",
            "settlement": str(stop.settlement),
            "dtstart": stop.day.isoformat(),
            **_period(stop.day, stop.day),
            "opens_at": stop.opens and stop.opens.isoformat(),
            "closes_at": stop.closes and stop.closes.isoformat(),
            "description": stop.place,
        }


def _period(first: date, last: date | None) -> dict[str, str]:
    period = {"valid_from": first.isoformat()}
    return period if last is None else {**period, "valid_to": last.isoformat()}


def _times(span: OpenSpan) -> dict[str, str]:
    return {"opens_at": span.opens.isoformat(), "closes_at": span.closes.isoformat()}


class Timetable:
    """What the schedule rows of one place say."""

    def __init__(self, rows: Iterable[Entity]) -> None:
        self.text = ""
        self.closures: list[Closure] = []
        self.stops: list[MobileStop] = []
        self.misunderstood: list[str] = []
        self._week: list[list[OpenSpan]] | None = None
        self._exceptions: dict[str, tuple[date, date, str, list[OpenSpan]]] = {}
        self._texts: list[str] = []
        for number, row in enumerate(rows):
            self._take(row, number)
        self.text = self.text or "; ".join(dict.fromkeys(self._texts))

    @property
    def opening_hours(self) -> OpeningHours | None:
        """The week with the days that differ, None where no row tells a week."""
        if self._week is None:
            return None
        week = tuple(tuple(sorted(spans, key=lambda span: span.opens)) for spans in self._week)
        exceptions = (
            HoursException(first, last, tuple(spans), note)
            for first, last, note, spans in self._exceptions.values()
        )
        return OpeningHours(week, tuple(exceptions))

    def _take(self, row: Entity, number: int) -> None:
        said = Said(row)
        match said.schedule():
            case "text":
                self.text = str(row.get("description", ""))
            case "week":
                self._take_week(row)
            case "exception":
                self._take_exception(row, said.fact("number"))
            case "closure":
                last = row.get("valid_to")
                reason = str(row.get("notes") or "")
                self.closures.append(Closure(_day(row["valid_from"]), last and _day(last), reason))
            case "stop":
                self.stops.append(_stop(row, said))
            case _:
                self._take_foreign(row, number)

    def _take_week(self, row: Entity) -> None:
        if self._week is None:
            self._week = [[] for _ in range(DAYS_IN_WEEK)]
        for day in str(row.get("byday") or "").split(","):
            if day:
                self._week[BYDAY.index(day.strip())].append(_span(row))

    def _take_exception(self, row: Entity, number: str) -> None:
        first = _day(row["valid_from"])
        last = _day(row.get("valid_to") or row["valid_from"])
        note = str(row.get("notes") or "")
        _, _, _, spans = self._exceptions.setdefault(number, (first, last, note, []))
        if row.get("opens_at"):
            spans.append(_span(row))

    def _take_foreign(self, row: Entity, number: int) -> None:
        """Take weekly rows without an end as the week, dated ones as exceptions; keep the rest as text."""
        texts = [str(row[name]) for name in ("description", "notes") if row.get(name)]
        self._texts += texts
        try:
            is_weekly = row.get("freq") == "WEEKLY" and row.get("byday") and not row.get("valid_to")
            if is_weekly and int(row.get("interval") or 1) == 1:
                self._take_week(row)
            elif row.get("valid_from") and row.get("valid_to") and not row.get("freq"):
                self._take_exception(row, f"foreign {number}")
            elif not texts:
                self.misunderstood.append(_as_text(row))
        except (ValueError, KeyError):
            self.misunderstood.append(_as_text(row))


def _as_text(row: Entity) -> str:
    return ", ".join(
        f"{name}={value}" for name, value in row.items() if isinstance(value, str) and name != "id"
    )


def _stop(row: Entity, said: Said) -> MobileStop:
    return MobileStop(
        settlement=Katottg(said.fact("settlement")),
        day=_day(row["valid_from"]),
        opens=_clock(row["opens_at"]) if row.get("opens_at") else None,
        closes=_clock(row["closes_at"]) if row.get("closes_at") else None,
        place=str(row.get("description") or ""),
    )


def _span(row: Entity) -> OpenSpan:
    return OpenSpan(_clock(row["opens_at"]), _clock(row["closes_at"]))


def _clock(written: Any) -> time:
    """Return the wall-clock time; one in another time zone is refused, since its day may differ too."""
    found = _CLOCK.fullmatch(str(written).strip())
    if found is None or (found[1] == "24" and found[2] != "00"):
        raise ValueError(f"«{written}» is not a time of day in Ukraine such as 09:00")
    return time(int(found[1]) % 24, int(found[2]))


def _day(written: Any) -> date:
    return date.fromisoformat(str(written))
