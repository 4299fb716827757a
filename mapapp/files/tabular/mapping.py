"""Which column of a file is which field: proposed from the headers, checked before anything is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from rapidfuzz import fuzz, process

from mapapp.domain.errors import Fault, msgid
from mapapp.files.tabular.cells import closest, fold_word
from mapapp.files.tabular.columns import BY_FIELD, COLUMNS
from mapapp.files.tabular.geojson_table import OFFERINGS
from mapapp.files.tabular.personal_data import is_personal_header

REMEMBERED: Final = msgid("remembered from an earlier import")
SAME_NAME: Final = msgid("the header is the field’s own name")
OTHER_WORD: Final = msgid("another word for the field")
ALIKE: Final = msgid("the header is like «{title}»")
NOTHING_ALIKE: Final = msgid("no field is called anything like it")
TAKEN: Final = msgid("the field was given to the column «{header}»")
PERSONAL: Final = msgid("data of persons: never imported")

_ALIKE_PERCENT = 86
_SHORTEST_ALIKE = 4


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """What a column of the file probably holds.

    `field` is None where nothing is proposed; `certainty` is from 0 to 1; `why` is a msgid filled from
    `why_values`.
    """

    header: str
    field: str | None
    certainty: float
    why: str
    why_values: Mapping[str, str] = dataclasses.field(default_factory=dict)


def propose_columns(
    headers: Sequence[str], remembered: Mapping[str, str | None] | None = None
) -> tuple[ProposedColumn, ...]:
    """Propose a field for each header, never one field twice.

    Parameters
    ----------
    headers
        Those of the file, each different.
    remembered
        The field of a header as a person decided it before; none or empty leaves the column out. It wins.

    """
    wanted = [_wanted(header, remembered or {}) for header in headers]
    chosen: dict[str, str] = {}
    # The surest first; of equals the one further left, as sorting keeps their order.
    for proposal in sorted(wanted, key=lambda proposal: -proposal.certainty):
        if proposal.field is not None:
            chosen.setdefault(proposal.field, proposal.header)
    return tuple(
        proposal
        if proposal.field is None or chosen[proposal.field] == proposal.header
        else ProposedColumn(proposal.header, None, 0, TAKEN, {"header": chosen[proposal.field]})
        for proposal in wanted
    )


def _wanted(header: str, remembered: Mapping[str, str | None]) -> ProposedColumn:
    if is_personal_header(header):
        return ProposedColumn(header, None, 1, PERSONAL)
    if header in remembered and (not remembered[header] or remembered[header] in BY_FIELD):
        return ProposedColumn(header, remembered[header] or None, 1, REMEMBERED)
    folded = fold_word(header)
    if (field := _own_names().get(folded)) is not None:
        return ProposedColumn(header, field, 1, SAME_NAME)
    if (field := _other_words().get(folded)) is not None:
        return ProposedColumn(header, field, 0.95, OTHER_WORD)
    found = _most_alike(folded)
    if found is None:
        return ProposedColumn(header, None, 0, NOTHING_ALIKE)
    word, percent = found
    field = _own_names().get(word) or _other_words()[word]
    return ProposedColumn(header, field, percent / 100, ALIKE, {"title": BY_FIELD[field].title_uk})


def _most_alike(folded: str) -> tuple[str, float] | None:
    if len(folded) < _SHORTEST_ALIKE:
        return None
    known = (*_own_names(), *_other_words())
    found = process.extractOne(folded, known, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE_PERCENT)
    return None if found is None else (found[0], found[1])


@cache
def _own_names() -> Mapping[str, str]:
    """Return the fields by their names and titles, folded."""
    names: dict[str, str] = {}
    for column in COLUMNS:
        name = column.field.partition(".")[2]
        of_offering = (f"{OFFERINGS}.{name}",) if column.part == "offering" else ()
        for text in (column.field, column.title_uk, column.title_en, *of_offering):
            names.setdefault(fold_word(text), column.field)
    return MappingProxyType(names)


@cache
def _other_words() -> Mapping[str, str]:
    words: dict[str, str] = {}
    for column in COLUMNS:
        for text in column.synonyms:
            words.setdefault(fold_word(text), column.field)
    return MappingProxyType(words)


def check_mapping(
    mapping: Mapping[str, str], defaults: Mapping[str, str], *, has_owner: bool
) -> tuple[Fault, ...]:
    """Return what is wrong with a mapping of headers to fields, and what is missing of it.

    `has_owner` says that an organisation is named for points whose rows name none.
    """
    faults = [*_unknown_fields({*mapping.values(), *defaults}), *_given_twice(mapping)]
    known = {field for field in (*mapping.values(), *defaults) if field}
    for fields, fault in _NEEDED:
        if not fields & known:
            faults.append(fault)
    if not has_owner and not _OWNER & known:
        faults.append(
            Fault(
                "no column says which organisation a point belongs to: choose the column of its EDRPOU, name "
                "or id, or name one organisation for all"
            )
        )
    return tuple(faults)


_PLACES: Final = frozenset(
    {"point.hromada", "point.settlement", "point.lat", "point.address", "point.oblast"}
)
_OWNER: Final = frozenset(
    {"organisation.id", "organisation.source_id", "organisation.edrpou", "organisation.name"}
)
_NEEDED: Final = (
    (
        frozenset({"point.id", "point.source_id"}),
        Fault(
            "no column says which record a row is: choose the column of its number or id in the source, so "
            "that the next import finds the record again"
        ),
    ),
    (frozenset({"point.name"}), Fault("no column holds the name of the service point: choose one")),
    (
        frozenset({"point.kind"}),
        Fault("no column says what kind of place it is: choose one, or name one kind for all rows"),
    ),
    (
        _PLACES,
        Fault("no column says where the point is: choose its hromada, settlement, address or coordinates"),
    ),
)


def _unknown_fields(fields: Iterable[str]) -> Iterable[Fault]:
    for field in fields:
        if field and field not in BY_FIELD:
            suggestion = closest(field, BY_FIELD)
            yield (
                Fault("there is no field «{field}»", {"field": field})
                if suggestion is None
                else Fault(
                    "there is no field «{field}»: did you mean «{suggestion}»?",
                    {"field": field, "suggestion": suggestion},
                )
            )


def _given_twice(mapping: Mapping[str, str]) -> Iterable[Fault]:
    headers: dict[str, str] = {}
    for header, field in mapping.items():
        if field and field in headers:
            yield Fault(
                "columns «{first}» and «{second}» both hold «{field}»: choose one",
                {"first": headers[field], "second": header, "field": field},
            )
        headers.setdefault(field, header)


def chosen_columns(proposed: Collection[ProposedColumn]) -> dict[str, str]:
    """Return the field of each header that has one."""
    return {column.header: column.field for column in proposed if column.field is not None}
