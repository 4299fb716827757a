"""How a sentence, a number, a distance and a date are said in Ukrainian or in English.

The English sentence is the msgid. Catalogues are kept as readable `.po` files and compiled in memory at first
use, so there is no compiled file to forget; `scripts/messages` collects and checks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final, TypeVar

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from mapapp.domain.clock import KYIV
from mapapp.domain.errors import Fault, UsageError, msgid
from mapapp.domain.names import ukrainian_sort_key

LANGUAGES: Final = ("uk", "en")
"""Ukrainian first: it is the language of whoever has not chosen."""

_DATE_PATTERN: Final = {"uk": "dd.MM.yyyy", "en": "d MMMM yyyy"}
_MONTH_PATTERN: Final = {"uk": "MM.yyyy", "en": "MMMM yyyy"}
_MOMENT_PATTERN: Final = {"uk": "dd.MM.yyyy, HH:mm", "en": "d MMMM yyyy, HH:mm"}
_KILOMETRE_M: Final = 1000
_WHOLE_KILOMETRES_FROM_M: Final = 100_000

Sortable = TypeVar("Sortable")


_METRES: Final = msgid("m")
_KILOMETRES: Final = msgid("km")
_HOURS: Final = msgid("h")
_MINUTES: Final = msgid("min")


class Translator:
    """Says things in one language; call it with a msgid and the values of its `{named}` places.

    Dates and fractions among the values are written as the language writes them. Whole numbers are left as
    they are, since many are line numbers and codes: pass `t.number(n)` for a quantity.
    """

    def __init__(self, language: str) -> None:
        self.language: Final = language
        self.locale: Final = Locale(language)
        self._catalogue: Final = _compiled(language)

    def __call__(self, msgid: str, /, **values: object) -> str:
        """Return the sentence in this language."""
        return self._filled(self._catalogue.gettext(msgid), values)

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Return the form that agrees with `n`; its place `{n}` is written as the language writes it."""
        text = self._catalogue.ngettext(singular, plural, n)
        return self._filled(text, {"n": self.number(n), **values})

    def error(self, error: UsageError) -> str:
        """Return what the user can put right; the faults of an `InvalidInputError` are said one by one."""
        return self(error.message, **error.values)

    def fault(self, fault: Fault) -> str:
        """Return one fault of a file: where it stands and what is wrong."""
        text = self(fault.message, **fault.values)
        return f"{fault.where}: {text}" if fault.where else text

    def number(self, value: float) -> str:
        r"""Return the number with the separators of the language, at most three decimals.

        >>> translator("uk").number(12345.5)
        '12\xa0345,5'
        """
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float) -> str:
        """Return a share of 0 to 1 as whole per cent.

        >>> translator("uk").percent(0.517)
        '52%'
        """
        return format_percent(share, locale=self.locale)

    def distance(self, distance_m: float) -> str:
        r"""Return metres below a kilometre, then kilometres with one decimal, then whole ones.

        >>> translator("uk").distance(849.6), translator("uk").distance(1234)
        ('850\xa0м', '1,2\xa0км')
        """
        metres = round(distance_m)
        if metres < _KILOMETRE_M:
            return f"{self.number(metres)}\u00a0{self(_METRES)}"
        shape = "#,##0.0" if metres < _WHOLE_KILOMETRES_FROM_M else "#,##0"
        kilometres = format_decimal(metres / _KILOMETRE_M, format=shape, locale=self.locale)
        return f"{kilometres}\u00a0{self(_KILOMETRES)}"

    def duration(self, duration_s: float) -> str:
        r"""Return a time on the way in whole minutes, from an hour on with hours.

        >>> translator("uk").duration(1260), translator("uk").duration(4860)
        ('21\xa0хв', '1\xa0год 21\xa0хв')
        """
        hours, minutes = divmod(max(round(duration_s / 60), 1), 60)
        said = [f"{self.number(hours)}\u00a0{self(_HOURS)}"] if hours else []
        return " ".join([*said, f"{minutes}\u00a0{self(_MINUTES)}"] if minutes or not hours else said)

    def month(self, day: date) -> str:
        """Return the day's month and year.

        >>> translator("uk").month(date(2026, 2, 1))
        '02.2026'
        """
        return format_date(day, format=_MONTH_PATTERN[self.language], locale=self.locale)

    def clock_on(self, moment: datetime, today: date) -> str:
        """Return the time in Kyiv, with its weekday and day unless it is today.

        >>> translator("uk").clock_on(datetime(2026, 1, 9, 9, 0, tzinfo=KYIV), date(2026, 1, 7))
        'пт, 09.01.2026, 9:00'
        """
        there = moment.astimezone(KYIV)
        day, clock = there.date(), self.clock(there.time())
        if there.time() == time():
            day, clock = day - timedelta(days=1), "24:00"
        if day == today:
            return clock
        weekday = self.locale.days["stand-alone"]["abbreviated"][day.weekday()]
        return f"{weekday}, {self.date(day)}, {clock}"

    def date(self, day: date) -> str:
        """Return the day in figures in Ukrainian, with the month's name in English.

        >>> translator("uk").date(date(2025, 5, 7))
        '07.05.2025'
        """
        return format_date(day, format=_DATE_PATTERN[self.language], locale=self.locale)

    def moment(self, at: datetime) -> str:
        """Return the day and the time on a clock in Kyiv.

        >>> from zoneinfo import ZoneInfo
        >>> translator("uk").moment(datetime(2026, 1, 7, 21, 5, tzinfo=ZoneInfo("UTC")))
        '07.01.2026, 23:05'
        """
        pattern = _MOMENT_PATTERN[self.language]
        return format_datetime(at, format=pattern, tzinfo=KYIV, locale=self.locale)

    def clock(self, moment: time) -> str:
        """Return the time of day as timetables write it.

        >>> translator("uk").clock(time(9, 5))
        '9:05'
        """
        return f"{moment.hour}:{moment.minute:02}"

    def money(self, hryvnias: Decimal) -> str:
        r"""Return a sum in hryvnias.

        >>> translator("uk").money(Decimal("1250.5"))
        '1 250,50 ₴'
        """
        return format_currency(hryvnias, "UAH", locale=self.locale)

    def weekday(self, index: int) -> str:
        """Return the name of a day of the week, Monday being 0.

        >>> translator("uk").weekday(0)
        'понеділок'
        """
        return str(self.locale.days["stand-alone"]["wide"][index])

    def language_name(self, code: str) -> str:
        """Return the name of a language by its ISO 639 code; an unknown code stays as it is.

        >>> translator("uk").language_name("crh")
        'кримськотатарська'
        """
        return str(self.locale.languages.get(code, code))

    def listed(self, items: Iterable[str]) -> str:
        """Return the items joined as a sentence joins them: «а, б і в»."""
        return format_list(list(items), style="standard", locale=self.locale)

    def sort_key(self, text: str) -> tuple[int, ...] | str:
        """Return a key that lists names in this language's alphabet."""
        return ukrainian_sort_key(text) if self.language == "uk" else text.casefold()

    def _filled(self, text: str, values: dict[str, object]) -> str:
        return text.format_map({name: self._written(value) for name, value in values.items()})

    def _written(self, value: object) -> object:
        if isinstance(value, datetime):
            return self.date(value.date())
        if isinstance(value, date):
            return self.date(value)
        return self.number(value) if isinstance(value, float) else value


@cache
def translator(language: str) -> Translator:
    """Return the translator of one of `LANGUAGES`; it is made once and shared.

    Raises
    ------
    ValueError
        There is no catalogue in that language.

    """
    if language not in LANGUAGES:
        raise ValueError(f"«{language}» is not one of {', '.join(LANGUAGES)}")
    return Translator(language)


def _compiled(language: str) -> GNUTranslations:
    source = files("mapapp").joinpath("locale", language, "LC_MESSAGES", "mapapp.po")
    with source.open("rb") as catalogue:
        messages = read_po(catalogue, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)
