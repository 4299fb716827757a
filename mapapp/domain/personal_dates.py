"""Which dates in a text may be dates of birth: those said to be, and full dates gone by.

Dates of orders and contracts («договір від 12.03.2025»), and recent ones that begin or end a period
(«зачинено з 01.11.2026»), are ordinary and stay.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = (
    ("січ", "янв", "jan"),
    ("лют", "фев", "feb"),
    ("бер", "мар", "mar"),
    ("кві", "апр", "apr"),
    ("тра", "мая", "may"),
    ("чер", "июн", "jun"),
    ("лип", "июл", "jul"),
    ("сер", "авг", "aug"),
    ("вер", "сен", "sep"),
    ("жов", "окт", "oct"),
    ("лис", "ноя", "nov"),
    ("гру", "дек", "dec"),
)
_MONTH_OF: Final = {start: number for number, names in enumerate(_MONTHS, start=1) for start in names}
_MONTH: Final = rf"(?:{'|'.join(_MONTH_OF)})[^\W\d_]*"
_DATE: Final = re.compile(
    r"(?<![\d.])(?:(?P<day>\d{1,2})\s?[./, |-]\s?(?P<month>\d{1,2})\s?[./, |-]\s?(?P<year>(?:19|20)\d{2})"
    # Two figures of a year only in full shape: «п. 1.2.15» is no date.
    r"|(?P<day5>\d{2})(?P<sign>[./-])(?P<month5>\d{2})(?P=sign)(?P<year5>\d{2})"
    r"|(?P<year2>(?:19|20)\d{2})[./-](?P<month2>\d{1,2})[./-](?P<day2>\d{1,2})"
    rf"|(?P<day3>\d{{1,2}})(?:-?(?:го|е|st|nd|rd|th))?\s?(?P<month3>{_MONTH})\.?,?\s?(?P<year3>(?:19|20)\d{{2}})"
    rf"|(?P<month4>{_MONTH})\.?\s?(?P<day4>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year4>(?:19|20)\d{{2}}))(?![\d])(?!\.\d)",
    re.IGNORECASE,
)
_BIRTH: Final = re.compile(
    # «1985 р.н.», «85 г.р.», «1985 року народження»
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-])?(?:(?:19|20)\d{2}|\d{2})\s?(?:р\.?\s?н\b\.?|р(?:оку|ік|\.)?\s?народж\w+|г\.?\s?р\b\.?"
    r"|г(?:ода|од|\.)?\s?рожд\w+)"
    # «нар. 01.02.1985», «дата народження: 5 травня 1985», “born in 1985”, “DOB 01021985”
    r"|\b(?:нар\.?|народ(?:ив|ил|ж)\w*|рожд\w+|родил\w+|родив\w+|д\.?\s?н\.|д/н|д\.?\s?р\.|born|birth\w*|d\.?o\.?b\.?)"
    rf"(?:[^\w\d]|у|в|in|on|of|року|дата|date|рік|year)*(?:\d{{8}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2}}\b|(?:\d{{1,2}}[\s./-]+(?:\d{{1,2}}|{_MONTH})[\s./-]+)?"
    r"(?:(?:19|20)\d{2}|\d{2}(?=\s?[рг]))\b)",
    re.IGNORECASE,
)
_ACT: Final = re.compile(
    r"(?:догов[іо]р\w*|контракт\w*|наказ\w*|рішен\w+|постанов\w+|розпоряджен\w+|закон\w*|угод\w+|приказ\w*"
    r"|решен\w+|ліцензі\w+|order|contract|law|resolution|кму|верифік\w+|перевірен\w+|чинн\w+|(?:№|\bno\.?)\s?[\w/-]+)"
    r"[^.;]{0,30}$",
    re.IGNORECASE,
)
_PERIOD: Final = re.compile(
    r"(?:^|[\s(])(?:з|із|зі|до|по|від|с|от|на|станом на|from|since|until|till|to|as of|-)\s?$", re.IGNORECASE
)
_RECENT: Final = timedelta(days=366)
_CENTURY: Final = 100


def birth_dates(text: str, today: date) -> tuple[list[str], str]:
    """Return what looks like dates of birth, and the text with every date taken out of it."""
    said = [found.group() for found in _BIRTH.finditer(text)]
    rest = _BIRTH.sub("¦", text)
    full = [found.group() for found in _DATE.finditer(rest) if _may_be_birth(found, rest, today)]
    return said + full, _DATE.sub(lambda found: found.group() if _day(found, today) is None else "¦", rest)


def _may_be_birth(found: re.Match[str], text: str, today: date) -> bool:
    day = _day(found, today)
    if day is None or day >= today:
        return False
    before = text[: found.start()]
    is_period = _PERIOD.search(before) is not None and today - day <= _RECENT
    return not is_period and _ACT.search(before) is None


def _day(found: re.Match[str], today: date) -> date | None:
    """Return the date, None where there is no such day: then the digits are something else."""
    part = {name.rstrip("2345"): text for name, text in found.groupdict().items() if text is not None}
    month = _MONTH_OF.get(part["month"][:3].lower()) or int(part["month"])
    year = int(part["year"])
    if year < _CENTURY:
        year += today.year // _CENTURY * _CENTURY
        year -= _CENTURY if year > today.year + 1 else 0
    try:
        return date(year, month, int(part["day"]))
    except ValueError:
        return None
