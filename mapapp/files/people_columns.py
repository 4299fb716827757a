"""What the columns of a table of people mean: where, of whom, how many there are, how many get a service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mapapp.domain.errors import Fault
from mapapp.domain.people import EVERYONE_THERE, PeopleKind, Subject
from mapapp.domain.registry import TargetGroup
from mapapp.domain.services import Service
from mapapp.files.tabular.cells import closest, fold_word
from mapapp.files.tabular.columns import BY_FIELD
from mapapp.files.tabular.words import WORDS, Language, tell_word, words_told

NAMED_GROUPS: Final = tuple(group for group in TargetGroup if group is not TargetGroup.EVERYONE)
"""The groups that a table of needs may count."""

TOTAL_WORDS: Final = frozenset({"разом", "всього", "усього", "загалом", "total", "totals"})


class Place(StrEnum):
    """What of a hromada's place a column names."""

    CODE = "code"
    OBLAST = "oblast"
    RAION = "raion"
    HROMADA = "hromada"


class Number(StrEnum):
    """What a column counts."""

    PERSONS = "persons"
    RECIPIENTS = "recipients"


_PLACE_TITLES: Final = {
    Place.CODE: ("Код громади", "Hromada code"),
    Place.OBLAST: ("Область", "Oblast"),
    Place.RAION: ("Район", "Raion"),
    Place.HROMADA: ("Громада", "Hromada"),
}
_CODE_WORDS: Final = (
    "код громади",
    "код",
    "катоттг",
    "код катоттг",
    "катоттг громади",
    "код катоттг громади",
    "код за катоттг",
    "hromada code",
    "katottg",
    "katottg code",
    "code",
)
_SUBJECT_WORDS: Final = frozenset(
    {
        "кого пораховано",
        "група",
        "вразлива група",
        "категорія",
        "категорія осіб",
        "послуга",
        "соціальна послуга",
        "subject",
        "group",
        "vulnerable group",
        "service",
    }
)
_ROW_NUMBER: Final = "№"
_NOT_TAKEN: Final = frozenset(
    {"n", "no", "з п", "n з п", "номер", "примітка", "примітки", "note", "notes", "коментар"}
)
_RECIPIENT_WORDS: Final = frozenset({
    "отримують", "отримує", "отримувач", "отримувачі", "отримувачів", "отримали", "охоплено",
    "recipient", "recipients", "receive", "receives", "receiving", "received",
})  # fmt: skip
_NEED_WORDS: Final = frozenset({
    "потребують", "потребує", "потреба", "потребу", "потреби", "need", "needs", "needing",
})  # fmt: skip
_FILLERS: Final = frozenset({
    "з", "із", "них", "у", "в", "тому", "числі", "т", "ч", "кількість", "чисельність", "число", "осіб",
    "людей", "чол", "які", "що", "соціальну", "соціальної", "соціальних", "послугу", "послуги", "послуг",
    "number", "of", "persons", "people", "the", "service", "services", "in", "who",
})  # fmt: skip
_EVERYONE_WORDS: Final = {
    PeopleKind.POPULATION: (
        "населення",
        "наявне населення",
        "жителів",
        "мешканців",
        "population",
        "residents",
    ),
    PeopleKind.DISPLACED: (),
    PeopleKind.NEEDS: (),
}
_REPEATED = re.compile(r" \(\d+\)$")
"""What the reading of a table adds to a header that stands twice."""


@dataclass(frozen=True, slots=True)
class CountColumn:
    """A column of numbers; `subject` is None in a long table, where each row names its own."""

    header: str
    number: Number
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class PeopleColumns:
    """The columns of a table: the place by header, the subject's own header in a long table, the numbers.

    `total` is the header of a column that adds up the groups of its row, which is checked and not kept.
    """

    places: Mapping[Place, str]
    subject: str | None
    counts: tuple[CountColumn, ...]
    total: str | None
    not_taken: tuple[str, ...]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Those counted by the columns of a wide table, in the order of the columns."""
        return tuple(dict.fromkeys(one.subject for one in self.counts if one.subject is not None))


class SubjectWords:
    """Finds who is counted by a group, a service, or a key such as `service:home-care`."""

    def __init__(self, services: Mapping[str, Service], kind: PeopleKind) -> None:
        self._kind = kind
        self._subjects: dict[str, Subject] = {}
        self._told: dict[str, str] = {}
        for group, word in WORDS[TargetGroup].items():
            subject = self._of_group(group)
            texts = (group.name, f"group:{group.name}", word.uk, word.en, *word.synonyms)
            self._learn(subject, word.uk, texts)
        self._learn(EVERYONE_THERE, "", _EVERYONE_WORDS[kind])
        for slug, service in services.items():
            texts = (slug, f"service:{slug}", service.name_uk, service.name_en, service.official_code or "")
            self._learn(Subject(service=slug), service.name_uk, texts)

    def _of_group(self, group: TargetGroup) -> Subject:
        is_everyone = group is TargetGroup.EVERYONE or (
            # Those whom a table of the displaced counts are all of them displaced.
            group is TargetGroup.DISPLACED and self._kind is PeopleKind.DISPLACED
        )
        return EVERYONE_THERE if is_everyone else Subject(group=group)

    def _learn(self, subject: Subject, told: str, texts: Sequence[str]) -> None:
        for text in filter(None, texts):
            self._subjects.setdefault(fold_word(text), subject)
            self._told.setdefault(fold_word(text), told or text)

    def find(self, folded: str) -> Subject | None:
        """Return who is called so, None for nobody."""
        if folded in TOTAL_WORDS:
            return EVERYONE_THERE
        return self._subjects.get(folded)

    def unknown(self, written: str) -> Fault:
        """Return the complaint about a word for nobody, with the likeliest one or all groups."""
        alike = closest(fold_word(written), self._subjects)
        if alike is not None:
            return Fault(
                "«{value}» names no group and no service known here: did you mean «{suggestion}»?",
                {"value": written, "suggestion": self._told[alike]},
            )
        return Fault(
            "«{value}» names no group and no service known here: write one of {groups}, or a service by its "
            "name, its slug or its key such as service:home-care",
            {"value": written, "groups": words_told(TargetGroup)},
        )


def understand_columns(
    headers: Sequence[str], words: SubjectWords, kind: PeopleKind
) -> tuple[PeopleColumns, list[Fault]]:
    """Return what the columns mean, and every fault of theirs with the header as its column."""
    reader = _Headers(words, kind, is_long=any(fold_word(header) in _SUBJECT_WORDS for header in headers))
    for header in headers:
        reader.take(header)
    return reader.finish()


class _Headers:
    """Takes the headers one by one, from the left."""

    def __init__(self, words: SubjectWords, kind: PeopleKind, *, is_long: bool) -> None:
        self._words = words
        self._kind = kind
        self._is_long = is_long
        self._places: dict[Place, str] = {}
        self._subject: str | None = None
        self._counts: dict[tuple[Number, Subject | None], CountColumn] = {}
        self._total: str | None = None
        self._not_taken: list[str] = []
        self._last: Subject | None = None
        self._faults: list[Fault] = []

    def take(self, header: str) -> None:
        folded = fold_word(header)
        if folded in _NOT_TAKEN or header == _ROW_NUMBER:
            self._not_taken.append(header)
        elif (place := _PLACES.get(folded)) is not None:
            self._once(place in self._places, header, self._places.get(place, ""))
            self._places.setdefault(place, header)
        elif folded in _SUBJECT_WORDS:
            self._once(self._subject is not None, header, self._subject or "")
            self._subject = self._subject or header
        else:
            self._take_number(header)

    def _take_number(self, header: str) -> None:
        found = self._number(header)
        if found is None:
            self._report(header, self._words.unknown(header))
            return
        number, subject = found
        if not self._is_long and subject is None:
            self._report(
                header, Fault("this column says how many and not of whom: name a group or a service")
            )
            return
        if subject == EVERYONE_THERE and self._kind is PeopleKind.NEEDS and not self._is_long:
            # Needs are of groups; kept, their sum would tell the small number that is left out.
            self._once(self._total is not None, header, self._total or "")
            self._total = header
            return
        column = CountColumn(header, number, subject)
        first = self._counts.setdefault((number, subject), column)
        self._once(first is not column, header, first.header)
        self._last = subject

    def _number(self, header: str) -> tuple[Number, Subject | None] | None:
        """Return what is counted and of whom: None of a long table's, and where nothing is understood."""
        for words in dict.fromkeys((header, _REPEATED.sub("", header))):
            for number, rest in _apart(fold_word(words).split()):
                if self._is_long and not rest:
                    return number, None
                if rest and not self._is_long and (subject := self._words.find(rest)) is not None:
                    return number, subject
                if not rest and not self._is_long:
                    return number, self._meant(number)
        return None

    def _meant(self, number: Number) -> Subject | None:
        """Return of whom a bare «отримують» or «осіб» is: of those just left of it, or of everyone."""
        if number is Number.RECIPIENTS:
            return self._last
        return None if self._kind is PeopleKind.NEEDS else EVERYONE_THERE

    def _once(self, is_second: bool, header: str, first: str) -> None:  # noqa: FBT001
        if is_second:
            self._report(header, Fault("this column says the same as «{first}»: keep one", {"first": first}))

    def _report(self, header: str, fault: Fault) -> None:
        self._faults.append(Fault(fault.message, fault.values, column=header))

    def finish(self) -> tuple[PeopleColumns, list[Fault]]:
        if not {Place.CODE, Place.HROMADA} & self._places.keys():
            self._faults.append(
                Fault("no column names the hromada: add «Код громади» (KATOTTG), or «Область» and «Громада»")
            )
        if not any(one.number is Number.PERSONS for one in self._counts.values()) and not self._faults:
            self._faults.append(Fault("no column says how many persons there are"))
        return (
            PeopleColumns(
                self._places,
                self._subject,
                tuple(self._counts.values()),
                self._total,
                tuple(self._not_taken),
            ),
            self._faults,
        )


def _apart(words: Sequence[str]) -> Iterator[tuple[Number, str]]:
    """Yield what a header counts and of whom, the fewest words left out first."""
    known = _RECIPIENT_WORDS | _NEED_WORDS | _FILLERS | TOTAL_WORDS
    lead = next((n for n, word in enumerate(words) if word not in known), len(words))
    trail = next((n for n, word in enumerate(reversed(words)) if word not in known), len(words))
    cuts = [
        (start, end) for start in range(lead + 1) for end in range(trail + 1) if start + end <= len(words)
    ]
    for start, end in sorted(cuts, key=sum):
        left_out = {*words[:start], *words[len(words) - end :]}
        number = Number.RECIPIENTS if left_out & _RECIPIENT_WORDS else Number.PERSONS
        yield number, " ".join(words[start : len(words) - end])


def _place_words() -> Mapping[str, Place]:
    found: dict[str, Place] = {fold_word(word): Place.CODE for word in _CODE_WORDS}
    for place in (Place.OBLAST, Place.RAION, Place.HROMADA):
        column = BY_FIELD[f"point.{place}"]
        for word in (column.title_uk, column.title_en, *column.synonyms):
            found.setdefault(fold_word(word), place)
    return found


_PLACES: Final = _place_words()


def template_headers(
    language: Language, services: Sequence[Service] = (), groups: Sequence[TargetGroup] = NAMED_GROUPS
) -> list[str]:
    """Return the headers of an empty wide table: the place, each group, and for each service two numbers."""
    is_uk = language is Language.UKRAINIAN
    headers = [title[0 if is_uk else 1] for title in _PLACE_TITLES.values()]
    headers += [_capital(tell_word(group, language)) for group in groups]
    need, get = ("Потребують", "Отримують") if is_uk else ("Need", "Receive")
    for service in services:
        name = service.name_uk if is_uk else service.name_en
        headers += [f"{need}: {name}", f"{get}: {name}"]
    return headers


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
