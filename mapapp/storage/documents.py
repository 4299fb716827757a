"""How a whole record becomes a document of plain JSON values, and a document the record again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from mapapp.domain.changes import Document, Record, RecordKind
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Organisation,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    ServicePoint,
    TargetGroup,
    Term,
)

_Value = TypeVar("_Value")

_VOCABULARIES: tuple[type[StrEnum], ...] = (
    Accessibility,
    CapacityUnit,
    CatchmentBasis,
    LocationPolicy,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    Term,
)


def document_of(record: Record) -> Document:
    """Return the record as plain JSON values; a field at its default is left out."""
    write = _from_organisation if isinstance(record, Organisation) else _from_point
    document: Document = write(record)
    return document


def record_of(kind: RecordKind, document: Document) -> Record:
    """Return the record a document was made of."""
    return organisation_of(document) if kind is RecordKind.ORGANISATION else point_of(document)


def organisation_of(document: Document) -> Organisation:
    """Return the organisation a document was made of."""
    organisation: Organisation = _to_organisation(document, Organisation)
    return organisation


def point_of(document: Document) -> ServicePoint:
    """Return the service point a document was made of."""
    point: ServicePoint = _to_point(document, ServicePoint)
    return point


def _converter() -> Converter:
    # A document is one we wrote: where it is damaged matters less than how fast thousands are read.
    converter = Converter(detailed_validation=False, omit_if_default=True)

    def as_text(type_: type[_Value], write: Callable[[_Value], str], read: Callable[[str], _Value]) -> None:
        converter.register_unstructure_hook(type_, write)
        converter.register_structure_hook(type_, lambda text, _: read(text))

    # Ukraine has some 31,000 codes, and each is repeated all over the registry; days and hours are few.
    as_text(Katottg, str, lru_cache(maxsize=1 << 16)(Katottg))
    as_text(date, date.isoformat, lru_cache(maxsize=1 << 14)(date.fromisoformat))
    as_text(time, lru_cache(maxsize=1 << 12)(_clock), lru_cache(maxsize=1 << 12)(time.fromisoformat))
    as_text(Decimal, str, Decimal)
    for words in _VOCABULARIES:
        as_text(words, {word: word.value for word in words}.__getitem__, _by_value(words))
    converter.register_unstructure_hook(TargetGroup, _group_names)
    converter.register_structure_hook(TargetGroup, lambda names, _: _groups(tuple(names)))
    _add_collections(converter)
    # The area is declared as text, for it may be the nation, and is a code all the same.
    area = make_dict_unstructure_fn(
        CatchmentArea, converter, _cattrs_omit_if_default=True, area=override(unstruct_hook=str)
    )
    converter.register_unstructure_hook(CatchmentArea, area)
    return converter


def _add_collections(converter: Converter) -> None:
    """Say how tuples, sets and «or None» are written and read: the library finds that out anew each time."""

    @converter.register_unstructure_hook_factory(_is_a(tuple))
    def _(members: Any) -> Any:
        member = get_args(members)[0]
        if member is str:
            return list
        write = converter.get_unstructure_hook(member)
        return lambda values: [write(value) for value in values]

    @converter.register_structure_hook_factory(_is_a(tuple))
    def _(members: Any) -> Any:
        member = get_args(members)[0]
        if member is str:
            return lambda values, _: tuple(values)
        read = converter.get_structure_hook(member)
        return lambda values, _: tuple([read(value, member) for value in values])

    @converter.register_unstructure_hook_factory(_is_a(frozenset))
    def _(_set: Any) -> Any:
        return lambda words: sorted([word.value for word in words])

    @converter.register_structure_hook_factory(_is_a(frozenset))
    def _(members: Any) -> Any:
        word = _by_value(get_args(members)[0])
        return lambda values, _: frozenset([word(value) for value in values])

    @converter.register_unstructure_hook_factory(_is_a(UnionType))
    def _(optional: Any) -> Any:
        write = converter.get_unstructure_hook(get_args(optional)[0])
        return lambda value: None if value is None else write(value)

    @converter.register_structure_hook_factory(_is_a(UnionType))
    def _(optional: Any) -> Any:
        type_ = get_args(optional)[0]
        read = converter.get_structure_hook(type_)
        return lambda value, _: None if value is None else read(value, type_)


def _is_a(kind: type) -> Callable[[Any], bool]:
    return lambda type_: get_origin(type_) is kind


def _by_value(words: type[StrEnum]) -> Callable[[str], StrEnum]:
    return {word.value: word for word in words}.__getitem__


def _clock(moment: time) -> str:
    """Return 09:00 where the minutes say all."""
    return moment.isoformat("auto" if moment.second or moment.microsecond else "minutes")


def _group_names(groups: TargetGroup) -> list[str]:
    return list(_names_of(int(groups)))


@cache
def _names_of(bits: int) -> tuple[str, ...]:
    return tuple(str(group.name).lower() for group in TargetGroup if group & bits)


@cache
def _groups(names: tuple[str, ...]) -> TargetGroup:
    groups = TargetGroup(0)
    for name in names:
        groups |= TargetGroup[name.upper()]
    return groups


_CONVERTER = _converter()
_from_organisation = _CONVERTER.get_unstructure_hook(Organisation)
_from_point = _CONVERTER.get_unstructure_hook(ServicePoint)
_to_organisation = _CONVERTER.get_structure_hook(Organisation)
_to_point = _CONVERTER.get_structure_hook(ServicePoint)
