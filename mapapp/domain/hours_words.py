"""What the words, days and clock times of a written timetable are, each in whatever shape people give it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MINUTES_IN_HOUR = 60
LAST_HOUR = 24
_LONGEST_NUMBER = 5
"""More digits than any clock has: enough to see that."""

_DASHES = re.compile("[‐‑‒–—―−˗﹘﹣－]")
_APOSTROPHES = re.compile("['’ʼ`´‘ʹ′\"*]")
_O_FOR_ZERO = re.compile(
    r"(?<![^\W\d_])[оo](?=\d)|(?<=\d)[оo](?=[:.])|(?<=\d[:.])[оo]{2}|(?<=\d[:.]\d)[оo]",
)
_THREE_FOR_Z = re.compile(r"(?<![\d:.,-])3(?=\s+\d{1,2}[:.-]?\d{2}\D*до)")
# Capitals that look alike are not the same letters as the small ones that do.
_LATIN_AS_CYRILLIC = str.maketrans("ABCEHIKMOPTXYaceiopxy", "АВСЕНІКМОРТХУасеіорху")


class Sign(StrEnum):
    """What a token is; the letters make a timetable a string that a pattern can match."""

    DAY = "D"
    EVERY_DAY = "E"
    WORKING_DAYS = "W"
    OFF = "O"
    ROUND_THE_CLOCK = "A"
    BREAK = "B"
    WITHOUT = "N"
    EXCEPT = "X"
    FROM = "F"
    UNTIL = "U"
    AND = "&"
    NEXT_DAY = "M"
    CLOCK = "T"
    BARE = "n"
    DASH = "-"
    COMMA = ","
    SEMICOLON = ";"
    COLON = ":"
    DOT = "."
    SLASH = "/"
    OPENING = "("
    CLOSING = ")"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a timetable; `value` is the day's number, or the minute of the day, or a bare number.

    `is_glued` tells that no space stands before it.
    """

    sign: Sign
    written: str
    value: int = 0
    is_glued: bool = False


_DAY_NAMES = (
    r"пн|пон|понед|понеділ(?:ок|ка|ку|ком)|mo|mon|monday",
    r"вт|вів|вівт|вівтор(?:ок|ка|ку|ком)|tu|tue|tues|tuesday",
    r"ср|сер|серед[аиуі]|середою|we|wed|wednesday",
    r"чт|чет|четв|четвер|четверг(?:а|у|ом)|th|thu|thur|thurs|thursday",
    r"пт|пят|пятн|пятниц[яіюи]|пятницею|fr|fri|friday",
    r"сб|суб|субот[аиуі]|суботою|sa|sat|saturday",
    r"нд|нед|неділ[яіюи]|неділею|su|sun|sunday",
)
_WORDS: tuple[tuple[Sign, str], ...] = (
    (
        Sign.EVERY_DAY,
        (
            r"щодня|щоденно|кожного дня|кожен день|daily|every ?day|"
            r"без (?:перерви? (?:та|і) )?вихідних(?: днів)?(?: (?:та|і) перерви?)?"
        ),
    ),
    (
        Sign.WORKING_DAYS,
        r"(?:(?:у|в|по) )?(?:будні(?: дні)?|будн(?:ях|ів|ім дням)|робоч(?:і|их) дн(?:і|ів|ях))",
    ),
    (Sign.WORKING_DAYS, r"weekdays|working days"),
    (
        Sign.OFF,
        (
            r"вихідн(?:ий|і)(?: (?:день|дні))?|вих\.?|неприйомн(?:ий|і)(?: (?:день|дні))?|зачинено|закрито|"
            r"не (?:працює|працюємо|робоч(?:ий|і)(?: (?:день|дні))?)|ні|немає|closed|off|_+"
        ),
    ),
    (Sign.ROUND_THE_CLOCK, r"цілодобов(?:о|ий|а)|24/7|round the clock"),
    (
        Sign.BREAK,
        r"(?:технічн\w+ |обідн\w+ )?перерв(?:а|и|у)?(?: на обід)?|обід(?:у|ня)?|lunch(?: break)?|break",
    ),
    (Sign.WITHOUT, r"без|without"),
    (Sign.EXCEPT, r"крім|окрім|except"),
    (Sign.NEXT_DAY, r"наступного (?:дня|ранку)|next day"),
    (Sign.FROM, r"з|із|зі|від|from"),
    (Sign.UNTIL, r"до|по|to|till|until"),
    (Sign.AND, r"та|і|й|and"),
)
_HEADING = re.compile(
    r"^\s*(?:(?:графік|режим|години|час|розклад)\s+(?:роботи|прийому(?: громадян)?)|opening hours)\s*[:.-]*"
)
_HOUR_WORD = re.compile(r"(?<=\d)\s*(?:год(?:ин[аиу]?)?|г)\b\.?")
# A word may touch a figure («до17.00»), never a letter.
_WORD = re.compile(
    "|".join(f"(?P<day{number}>(?:{names})(?![^\\W\\d_])\\.?)" for number, names in enumerate(_DAY_NAMES))
    + "|"
    + "|".join(f"(?P<word{number}>(?:{words})(?![^\\W\\d_]))" for number, (_, words) in enumerate(_WORDS))
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::-(?=\d\d(?![:.]\d))|[:.]\s?)(?P<minute>\d\d)(?:(?!\d)|(?=\d\d[:.]\d\d))"
    r"|(?<![:.\d])(?P<joined>\d{3,4})(?!\d)"
)
_ORDINAL = re.compile(r"\d+-(?:й|я|е|ий|ій|го|му|ша|га|тя)(?!\w)")
_BARE = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+\.?|\S")
_CYRILLIC = re.compile("[а-яґєії]")


def plain_timetable(text: str) -> str:
    """Return the text in small letters, with one kind of dash and of digits, without apostrophes."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    plain = _APOSTROPHES.sub("", plain.translate(_cyrillic_in(plain)).lower()).replace("\n", ";")
    plain = _O_FOR_ZERO.sub(lambda letters: "0" * len(letters[0]), plain)
    return _HOUR_WORD.sub("", _HEADING.sub("", _THREE_FOR_Z.sub("з", plain)))


def _cyrillic_in(text: str) -> dict[int, int]:
    """Return the look-alike letters to exchange: none in a text that is English throughout."""
    is_english = re.search("[D-GJLNQRSUVWZbdfghjk-nq-wz]", text) and not _CYRILLIC.search(text.lower())
    return {} if is_english else _LATIN_AS_CYRILLIC


def tokens(plain: str) -> Iterator[Token]:
    """Yield the tokens of a plain text; every character that is not a space is in one of them."""
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        token, end = _token_at(plain, at)
        yield token
        at = end


def _token_at(plain: str, at: int) -> tuple[Token, int]:
    is_glued = at > 0 and not plain[at - 1].isspace()
    if found := _ORDINAL.match(plain, at):
        return Token(Sign.UNKNOWN, found[0]), found.end()
    if (found := _WORD.match(plain, at)) and not _is_inside_word(plain, at):
        group = str(found.lastgroup)
        number = int(group.lstrip("daywor"))
        sign = Sign.DAY if group.startswith("day") else _WORDS[number][0]
        return Token(sign, found[0], number, is_glued), found.end()
    if (found := _CLOCK.match(plain, at)) and (minute := _minute_of_day(found)) is not None:
        return Token(Sign.CLOCK, found[0], minute, is_glued), found.end()
    if found := _BARE.match(plain, at):
        return Token(Sign.BARE, found[0], int(found[0][:_LONGEST_NUMBER]), is_glued), found.end()
    if plain[at] in "-,;:./()":
        return Token(Sign(plain[at]), plain[at], is_glued=is_glued), at + 1
    found = _LETTERS.match(plain, at)
    assert found is not None
    return Token(Sign.UNKNOWN, found[0]), found.end()


def _is_inside_word(plain: str, at: int) -> bool:
    return at > 0 and plain[at - 1].isalpha() and plain[at].isalpha()


def _minute_of_day(clock: re.Match[str]) -> int | None:
    """Return the minute of the day, 24:00 being the last; None when no clock shows it."""
    written = clock["joined"]
    hour, minute = (written[:-2], written[-2:]) if written else (clock["hour"], clock["minute"])
    return minute_of_day(int(hour), int(minute))


def minute_of_day(hour: int, minute: int) -> int | None:
    """Return the minute of the day, 24:00 being the last; None when no clock shows it."""
    total = hour * MINUTES_IN_HOUR + minute
    return total if minute < MINUTES_IN_HOUR and total <= LAST_HOUR * MINUTES_IN_HOUR else None
