"""What a person reads of one provider found: its place in the list, whom it serves, how to reach it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import FoundPoint
from mapapp.domain.registry import LocationPolicy, PlaceOfProvision, PointPrecision
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import NOTHING, demo_marked, facts, joined, phone_link
from mapapp.presentation.labels import group_labels, hromada_name, label, oblast_name
from mapapp.presentation.messages import Translator


def ranked_cards(
    t: Translator, gazetteer: Gazetteer, found: Sequence[FoundPoint], client: Katottg | None
) -> Markup:
    """Return the public providers as a numbered list; `client` is the hromada asked about."""
    cards = (_ranked_card(t, gazetteer, point, client) for point in found)
    return Markup('<ol class="providers">{}</ol>').format(joined(cards))


def confidential_cards(t: Translator, gazetteer: Gazetteer, found: Sequence[FoundPoint]) -> Markup:
    """Return the providers whose place is not disclosed: no place, no distance, no number on the map."""
    cards = (_confidential_card(t, gazetteer, point) for point in found)
    return Markup('<ul class="providers">{}</ul>').format(joined(cards))


def phone_links(phones: Iterable[str]) -> Markup:
    """Return telephone numbers as written, each dialled by a touch."""
    return Markup(", ").join(map(phone_link, phones))


def marked_name(t: Translator, point: FoundPoint) -> Markup:
    """Return the name, with a mark if it is of a demonstration record and does not say so itself."""
    return demo_marked(t, point.name, is_demo=point.is_demo)


def _ranked_card(t: Translator, gazetteer: Gazetteer, point: FoundPoint, client: Katottg | None) -> Markup:
    distance = "" if point.distance_m is None else t.distance(point.distance_m)
    return Markup(
        '<li class="provider"><div class="provider-head"><h3>{}</h3><span class="distance">{}</span></div>'
        '<p class="kind">{}</p>{}<dl>{}</dl></li>'
    ).format(
        marked_name(t, point),
        distance,
        _kind_line(t, point),
        _serves_line(t, gazetteer, point, client),
        facts(
            (t("Phone"), phone_links(point.phones)),
            (t("Hours"), escape(point.hours)),
            (t("Address"), _address(t, point)),
            (t("Hromada"), _located(t, gazetteer, point)),
            *_offering(t, point),
        ),
    )


def _confidential_card(t: Translator, gazetteer: Gazetteer, point: FoundPoint) -> Markup:
    return Markup('<li class="provider"><h3>{}</h3><p class="kind">{}</p><dl>{}</dl></li>').format(
        marked_name(t, point),
        _kind_line(t, point),
        facts(
            (t("Phone"), phone_links(point.phones)),
            (t("How to be referred"), escape(point.referral_note)),
            (t("Hours"), escape(point.hours)),
            (t("Location"), _undisclosed(t, gazetteer, point)),
            *_offering(t, point),
        ),
    )


def _offering(t: Translator, point: FoundPoint) -> Iterable[tuple[str, str]]:
    places = ", ".join(label(t, place) for place in PlaceOfProvision if place in point.places)
    capacity = t("unknown")
    if point.capacity is not None:
        capacity = t.plural("{n} place", "{n} places", point.capacity)
    yield t("For whom"), ", ".join(group_labels(t, point.target_groups))
    yield t("Where the service is given"), places
    yield t("Payment"), label(t, point.payment)
    yield t("Capacity"), capacity
    yield t("Data verified"), t("unknown") if point.last_verified is None else t.date(point.last_verified)


def _kind_line(t: Translator, point: FoundPoint) -> str:
    kind = label(t, point.kind)
    return escape(kind if point.organisation_name == point.name else f"{kind} · {point.organisation_name}")


def _serves_line(t: Translator, gazetteer: Gazetteer, point: FoundPoint, client: Katottg | None) -> Markup:
    if client is None or point.serves_hromada is None:
        return NOTHING
    name = hromada_name(t, gazetteer.hromadas[client])
    if point.serves_hromada:
        return Markup('<p class="serves">{}</p>').format(t("Serves: {hromada}", hromada=name))
    return Markup('<p class="serves-not">{}</p>').format(t("Does not serve: {hromada}", hromada=name))


def _address(t: Translator, point: FoundPoint) -> str:
    """Say beside the address how exactly the map knows it, unless it knows the building."""
    if point.precision in {None, PointPrecision.BUILDING}:
        return escape(point.address)
    on_map = t("on the map {precision}", precision=label(t, point.precision)) if point.precision else ""
    return escape(f"{point.address} ({on_map})" if point.address else on_map)


def _located(t: Translator, gazetteer: Gazetteer, point: FoundPoint) -> str:
    if point.hromada is None:
        return ""
    name = hromada_name(t, gazetteer.hromadas[point.hromada])
    if point.relocated_from is None:
        return name
    origin = gazetteer.hromadas.get(point.relocated_from)
    return name if origin is None else _relocated(t, name, origin)


def _relocated(t: Translator, name: str, origin: Hromada) -> str:
    return t("{hromada}; relocated from: {origin}", hromada=name, origin=hromada_name(t, origin))


def _undisclosed(t: Translator, gazetteer: Gazetteer, point: FoundPoint) -> str:
    parts = [label(t, point.location_policy)]
    if point.location_policy is LocationPolicy.HROMADA_ONLY and point.hromada is not None:
        parts.append(hromada_name(t, gazetteer.hromadas[point.hromada]))
    parts.append(oblast_name(t, gazetteer.oblasts[point.oblast]))
    return " · ".join(parts)
