"""How a record came to be as it is: each change with its fields before and after, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from markupsafe import Markup

from mapapp.domain.changes import FieldDifference
from mapapp.domain.contacts import AddressParts
from mapapp.domain.errors import msgid
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentBasis,
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
    Term,
)
from mapapp.domain.registry_questions import PublicVersion
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import Telling, joined
from mapapp.presentation.labels import group_labels, label
from mapapp.presentation.offering_card import offered_name, place_name
from mapapp.presentation.record_card import address_text
from mapapp.presentation.timetable import settlement_text

FIELD_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": msgid("Id"),
        "organisation": msgid("Organisation"),
        "kind": msgid("Kind"),
        "name": msgid("Name"),
        "location_policy": msgid("Who may know the place"),
        "oblast": msgid("Oblast"),
        "hromada": msgid("Hromada"),
        "settlement": msgid("Settlement"),
        "point": msgid("Coordinates"),
        "lon": msgid("Longitude"),
        "lat": msgid("Latitude"),
        "precision": msgid("Precision"),
        "address": msgid("Address"),
        "address_parts": msgid("Address as understood"),
        "postcode": msgid("Postcode"),
        "street": msgid("Street"),
        "building": msgid("Building"),
        "block": msgid("Block"),
        "office": msgid("Office"),
        "note": msgid("Note"),
        "phones": msgid("Phones"),
        "written": msgid("As written"),
        "e164": msgid("As dialled"),
        "emails": msgid("E-mail"),
        "email": msgid("E-mail"),
        "website": msgid("Website"),
        "contacts": msgid("Contacts"),
        "title": msgid("Post"),
        "languages": msgid("Languages"),
        "hours": msgid("Hours"),
        "opening_hours": msgid("Hours as understood"),
        "week": msgid("Week"),
        "exceptions": msgid("Exceptions"),
        "spans": msgid("Hours"),
        "opens": msgid("Opens"),
        "closes": msgid("Closes"),
        "closures": msgid("Times without work"),
        "first": msgid("First day"),
        "last": msgid("Last day"),
        "reason": msgid("Reason"),
        "referral_note": msgid("How to be referred"),
        "relocated_from": msgid("Relocated from"),
        "valid_from": msgid("Works from"),
        "valid_to": msgid("Works to"),
        "last_verified": msgid("Data verified"),
        "is_demo": msgid("Demonstration"),
        "coordinates_source": msgid("Source of the coordinates"),
        "accessibility": msgid("Accessible"),
        "no_accessibility": msgid("Not accessible"),
        "wartime": msgid("In wartime"),
        "is_suspended": msgid("Suspended"),
        "suspended_until": msgid("Suspended until"),
        "works_without_power": msgid("Works without electricity"),
        "has_shelter": msgid("Shelter on site"),
        "last_confirmed": msgid("Last confirmed by the provider"),
        "stops": msgid("Stops of the mobile team"),
        "day": msgid("Day"),
        "place": msgid("Place"),
        "source": msgid("Source"),
        "record_id": msgid("Id in the source"),
        "offerings": msgid("Services"),
        "service": msgid("Service"),
        "catchment": msgid("Whom it serves"),
        "area": msgid("Area"),
        "basis": msgid("Basis"),
        "start": msgid("Begins"),
        "end": msgid("Ends"),
        "target_groups": msgid("For whom"),
        "places": msgid("Where the service is given"),
        "payment": msgid("Payment"),
        "capacity": msgid("Capacity at once"),
        "vacant": msgid("Free places"),
        "capacity_unit": msgid("Unit of capacity"),
        "capacity_as_of": msgid("Free places as of"),
        "age_from": msgid("Age from"),
        "age_to": msgid("Age to"),
        "terms": msgid("For how long"),
        "is_emergency": msgid("Emergency admission"),
        "meets_standard": msgid("Meets the state standard"),
        "tariffs": msgid("Tariffs"),
        "per_person": msgid("Price a person, UAH"),
        "per_family": msgid("Price a family, UAH"),
        "conditions": msgid("Conditions"),
    }
)
"""What a person reads for each field of a service point and of what it is made of."""

_WORDS: Final[Mapping[str, type[StrEnum]]] = MappingProxyType(
    {
        "kind": PointKind,
        "location_policy": LocationPolicy,
        "precision": PointPrecision,
        "places": PlaceOfProvision,
        "payment": Payment,
        "capacity_unit": CapacityUnit,
        "terms": Term,
        "accessibility": Accessibility,
        "no_accessibility": Accessibility,
        "basis": CatchmentBasis,
    }
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_STEP: Final = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
_LONGEST_NUMBER_OF_FIELDS: Final = 3


def record_history(telling: Telling, history: Sequence[PublicVersion]) -> Markup:
    """Return the changes, the newest first and unfolded."""
    entries = joined(
        _version(telling, version, is_open=index == 0, is_first=index == len(history) - 1)
        for index, version in enumerate(history)
    )
    return Markup('<ol class="history">{}</ol>').format(entries)


def field_label(telling: Telling, path: str) -> str:
    """Return the words for a path such as `offerings[home-care].capacity`, from the whole to the part."""
    words, last = [], ""
    for name, key in _STEP.findall(path):
        if key:
            # The member's own name says which: a service, or an area of a catchment.
            named = offered_name(telling, key) if last == "offerings" else place_name(telling, key)
            words.append(f"«{named}»")
        else:
            words.append(_field(telling, name))
            last = name
    return " · ".join(words)


def value_text(telling: Telling, field: str, value: Any) -> str:
    """Return a plain JSON value of a field as a person reads it; nothing is a dash."""
    t = telling.t
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, Mapping):
        return _group_text(telling, field, value)
    if isinstance(value, list):
        return _list_text(telling, field, value)
    return _word_text(telling, field, value)


def _version(telling: Telling, version: PublicVersion, *, is_open: bool, is_first: bool) -> Markup:
    t = telling.t
    rows = joined(_difference(telling, difference) for difference in version.differences)
    return Markup(
        '<li><details{}><summary><strong>{}</strong> · {}{}</summary><table class="changes"><thead><tr>'
        '<th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></details></li>"
    ).format(
        # The first version is the whole record, which stands above already.
        Markup(" open") if is_open and not is_first else "",
        t.moment(version.at),
        label(t, version.kind),
        f": {_said_fields(telling, version.differences)}" if not is_first else f": {t('first version')}",
        t("What"),
        t("Before"),
        t("After"),
        rows,
    )


def _said_fields(telling: Telling, differences: Sequence[FieldDifference]) -> str:
    t = telling.t
    if not differences:
        return t("nothing public changed")
    labels = list(dict.fromkeys(field_label(telling, difference.field) for difference in differences))
    rest = len(labels) - _LONGEST_NUMBER_OF_FIELDS
    said = "; ".join(labels[:_LONGEST_NUMBER_OF_FIELDS])
    return f"{said}; {t.plural('and {n} more', 'and {n} more', rest)}" if rest > 0 else said


def _difference(telling: Telling, difference: FieldDifference) -> Markup:
    t = telling.t
    field = _last_field(difference.field)
    return Markup(
        '<tr><th scope="row">{}</th><td data-label="{}">{}</td><td data-label="{}">{}</td></tr>'
    ).format(
        escape(field_label(telling, difference.field)),
        t("Before"),
        escape(value_text(telling, field, difference.before)),
        t("After"),
        escape(value_text(telling, field, difference.after)),
    )


def _last_field(path: str) -> str:
    names = [name for name, _ in _STEP.findall(path) if name]
    return names[-1] if names else path


def _field(telling: Telling, name: str) -> str:
    text = FIELD_LABELS.get(name)
    return name if text is None else telling.t(text)


def _group_text(telling: Telling, field: str, group: Mapping[str, Any]) -> str:
    if field == "address_parts":
        return address_text(AddressParts(**group))
    if set(group) == {"lon", "lat"}:
        return f"{group['lat']:.5f}, {group['lon']:.5f}"
    if "written" in group:
        return str(group["written"])
    if set(group) <= {"opens", "closes"}:
        return f"{group.get('opens', '')}–{group.get('closes', '')}"
    return "; ".join(
        f"{_field(telling, name)}: {value_text(telling, name, value)}" for name, value in group.items()
    )


def _list_text(telling: Telling, field: str, members: list[Any]) -> str:
    t = telling.t
    if field == "week":
        days = ((t.weekday(day), spans) for day, spans in enumerate(members))
        return "; ".join(f"{name} {value_text(telling, 'spans', spans)}" for name, spans in days)
    if field == "target_groups":
        known = [TargetGroup[str(name).upper()] for name in members if str(name).upper() in _GROUP_NAMES]
        return ", ".join(word for group in known for word in group_labels(t, group))
    separator = " | " if any(isinstance(member, Mapping) and len(member) > 1 for member in members) else ", "
    return separator.join(value_text(telling, field, member) for member in members)


_GROUP_NAMES: Final = frozenset(str(group.name) for group in TargetGroup)


def _word_text(telling: Telling, field: str, value: object) -> str:
    t, text = telling.t, str(value)
    vocabulary = _WORDS.get(field)
    if vocabulary is not None and text in {word.value for word in vocabulary}:
        return label(t, vocabulary(text))
    if field in _NAMED_BY:
        return _NAMED_BY[field](telling, text)
    if _DAY.fullmatch(text):
        return t.date(date.fromisoformat(text))
    return t.number(value) if isinstance(value, int | float) else text


_NAMED_BY: Final[Mapping[str, Callable[[Telling, str], str]]] = MappingProxyType(
    {
        **dict.fromkeys(("oblast", "hromada", "relocated_from", "area"), place_name),
        # In an address taken apart this is a name, which no gazetteer holds as a code.
        "settlement": settlement_text,
        "service": offered_name,
        "languages": lambda telling, code: telling.t.language_name(code),
    }
)
