"""A registry as the YAML file people edit: what offerings of a point share is said once, codes are named.

Written by hand rather than by `yaml.dump`, which can neither put a unit's name beside its code nor choose
which lists stay on one line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    Registry,
    ServicePoint,
    TargetGroup,
)
from mapapp.files.gazetteer_checks import GazetteerChecks

SCHEMA_PATH = "mapapp/files/registry.schema.json"
"""Where an editor finds the JSON Schema, from the repository's top level."""

_WORD = r"[^\W\d_][\w’'.,()«»–/-]*"
_PLAIN = re.compile(rf"{_WORD}(?: [\w’'.,()«»–/-]+)*")
_MEANS_SOMETHING = re.compile(r"(?i:true|false|yes|no|on|off|y|n|null)")


def registry_lines(registry: Registry, gazetteer: Gazetteer, heading: Iterable[str] = ()) -> Iterator[str]:
    """Yield the file line by line, without line ends; `heading` becomes comments at its top."""
    names = GazetteerChecks(gazetteer)
    yield f"# yaml-language-server: $schema={SCHEMA_PATH}"
    yield from (f"# {line}".rstrip() for line in heading)
    yield from ("", "scope:")
    yield from (f"  - {code}  # {names.name(code)}" for code in sorted(registry.scope))
    yield from ("", "organisations:")
    for organisation in registry.organisations:
        yield from _as_item(_organisation(organisation))
    yield from ("", "points:")
    for point in registry.points:
        yield from _as_item(_point(point, names))


def _as_item(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"    {line}" if number else f"  - {line}"


def _organisation(organisation: Organisation) -> Iterator[str]:
    yield f"id: {_text(organisation.id)}"
    yield f"name: {_text(organisation.name)}"
    yield f"sector: {_word(organisation.sector)}"
    if organisation.edrpou is not None:
        yield f'edrpou: "{organisation.edrpou}"'
    if organisation.successor_of:
        yield f"successor_of: {_inline(map(_text, organisation.successor_of))}"
    if organisation.is_demo:
        yield "demo: true"


def _point(point: ServicePoint, names: GazetteerChecks) -> Iterator[str]:
    yield f"id: {_text(point.id)}"
    yield f"organisation: {_text(point.organisation)}"
    yield f"kind: {_word(point.kind)}"
    yield f"name: {_text(point.name)}"
    yield from _place(point, names)
    if point.phones:
        yield f"phones: {_inline(_quoted(phone.written) for phone in point.phones)}"
    for field, text in (("hours", point.hours), ("referral_note", point.referral_note)):
        if text:
            yield f"{field}: {_text(text)}"
    for field, day in (
        ("valid_from", point.valid_from),
        ("valid_to", point.valid_to),
        ("last_verified", point.last_verified),
    ):
        if day is not None:
            yield f"{field}: {day.isoformat()}"
    yield from _offerings(point, names)
    if point.is_demo:
        yield "demo: true"


def _place(point: ServicePoint, names: GazetteerChecks) -> Iterator[str]:
    yield f"location_policy: {_word(point.location_policy)}"
    if point.hromada is None:
        yield f"oblast: {point.oblast}  # {names.name(point.oblast)}"
    else:
        yield f"hromada: {point.hromada}  # {names.name(point.hromada)}"
    if point.settlement is not None:
        yield f"settlement: {point.settlement}  # {names.name(point.settlement)}"
    if point.point is not None and point.precision is not None:
        yield f"coordinates: {{lat: {point.point.lat!r}, lon: {point.point.lon!r}}}"
        yield f"precision: {_word(point.precision)}"
    if point.address:
        yield f"address: {_text(point.address)}"
    if point.relocated_from is not None:
        yield f"relocated_from: {point.relocated_from}  # {names.name(point.relocated_from)}"


_Terms = dict[str, tuple[str, ...]]
"""The lines that say an offering's catchment, groups, places and payment, by field."""


def _offerings(point: ServicePoint, names: GazetteerChecks) -> Iterator[str]:
    """Yield what most offerings share, then each offering with what it has of its own."""
    terms = [_terms(offering, names) for offering in point.offerings]
    shared = {field: Counter(one[field] for one in terms).most_common(1)[0][0] for field in terms[0]}
    yield from _lines_unlike(shared, _default_terms(point, names))
    yield "offerings:"
    for offering, own_terms in zip(point.offerings, terms, strict=True):
        own = list(_lines_unlike(own_terms, shared))
        if offering.capacity is not None:
            own.append(f"capacity: {offering.capacity}")
        yield from (f"  {line}" for line in _offering(offering.service, own))


def _offering(service: str, own: list[str]) -> Iterator[str]:
    if not own:
        yield f"- {service}"
    elif "catchment:" not in own:
        yield f"- {{{', '.join([f'service: {service}', *own])}}}"
    else:
        yield f"- service: {service}"
        yield from (f"  {line}" for line in own)


def _terms(offering: Offering, names: GazetteerChecks) -> _Terms:
    groups = [_word(group) for group in TargetGroup if group in offering.target_groups]
    places = [_word(place) for place in PlaceOfProvision if place in offering.places]
    return {
        "catchment": ("catchment:", *(f"  - {_area(area, names)}" for area in offering.catchment)),
        "target_groups": (f"target_groups: {_inline(groups)}",),
        "places": (f"places: {_inline(places)}",),
        "payment": (f"payment: {_word(offering.payment)}",),
    }


def _default_terms(point: ServicePoint, names: GazetteerChecks) -> _Terms:
    """Return what the loader assumes where nothing is written; there is no place to assume."""
    return {
        "catchment": ("catchment:", f"  - {_area(CatchmentArea(point.hromada), names)}")
        if point.hromada is not None
        else (),
        "target_groups": (f"target_groups: {_inline([_word(TargetGroup.EVERYONE)])}",),
        "places": (),
        "payment": (f"payment: {_word(Payment.FREE)}",),
    }


def _lines_unlike(terms: _Terms, assumed: _Terms) -> Iterator[str]:
    for field, lines in terms.items():
        if lines != assumed[field]:
            yield from lines


def _area(area: CatchmentArea, names: GazetteerChecks) -> str:
    name = "Україна" if area.area == NATION else names.name(Katottg(area.area))
    if area.basis is CatchmentBasis.RIGHT and area.start is None and area.end is None:
        return f"{area.area}  # {name}"
    fields = [f"area: {area.area}"]
    if area.basis is not CatchmentBasis.RIGHT:
        fields.append(f"basis: {_word(area.basis)}")
    fields += [f"{field}: {day}" for field, day in (("start", area.start), ("end", area.end)) if day]
    return f"{{{', '.join(fields)}}}  # {name}"


def _word(member: Enum) -> str:
    return member.name.lower()


def _inline(words: Iterable[str]) -> str:
    return f"[{', '.join(words)}]"


def _text(text: str) -> str:
    """Return the text as YAML: as it is where that is safe, else in quotation marks."""
    is_safe = _PLAIN.fullmatch(text) is not None and _MEANS_SOMETHING.fullmatch(text) is None
    return text if is_safe else _quoted(text)


def _quoted(text: str) -> str:
    """Return a double-quoted scalar; a JSON string is one, once what YAML takes for a line end is escaped."""
    return "".join(
        sign if sign.isprintable() else _escape(sign) for sign in json.dumps(text, ensure_ascii=False)
    )


def _escape(sign: str) -> str:
    return f"\\U{ord(sign):08X}"
