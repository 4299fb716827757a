"""Everything the public may know of one service point, told in full: what is unknown is said to be so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup

from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.registry import Accessibility, Organisation, RecordSource, ServicePoint, WartimeState
from mapapp.domain.registry_questions import Freshness, PointRecord
from mapapp.presentation.facts import (
    NOTHING,
    Telling,
    answer,
    badge,
    demo_marked,
    email_link,
    facts,
    joined,
    known,
    lines,
    phone_link,
    section,
    unknown,
    website_link,
)
from mapapp.presentation.labels import label, oblast_name, raion_name
from mapapp.presentation.messages import Translator
from mapapp.presentation.offering_card import offering_card, period, place_name
from mapapp.presentation.timetable import open_badge, settlement_text, stops_table, timetable


def record_card(telling: Telling, record: PointRecord, freshness: Freshness) -> Markup:
    """Return what most people ask: its name and state first, then how to reach it, where, when and what."""
    t, point = telling.t, record.point
    offerings = joined(offering_card(telling, offering) for offering in point.offerings)
    stops = section(t("Stops of the mobile team"), stops_table(telling, point.stops))
    return Markup('<article class="record">{}{}</article>').format(
        _head(telling, record, freshness),
        joined(
            [
                section(t("How to reach it"), _contacts(telling, point)),
                section(t("Where it is"), _whereabouts(telling, point)),
                section(t("When it works"), timetable(telling, point)),
                stops if point.stops else NOTHING,
                section(
                    t("Services"), offerings or Markup("<p>{}</p>").format(t("No services are recorded."))
                ),
            ]
        ),
    )


def record_details(telling: Telling, record: PointRecord, freshness: Freshness) -> Markup:
    """Return the rest: accessibility, wartime, the organisation, and where the record itself comes from."""
    t, point = telling.t, record.point
    return Markup('<div class="record details">{}</div>').format(
        joined(
            [
                section(t("Accessibility of the place"), _accessibility(t, point)),
                section(t("In wartime"), _wartime(telling, point.wartime)),
                section(t("Organisation"), _organisation(telling, record)),
                section(t("About this record"), _about(telling, record, freshness)),
            ]
        )
    )


def state_badges(
    telling: Telling,
    freshness: Freshness,
    last_verified: date | None,
    valid_to: date | None,
    *,
    is_confidential: bool,
) -> list[Markup]:
    """Return what must be seen at once: ended, not disclosed, verified lately or not."""
    t, today = telling.t, telling.today
    marks = []
    if valid_to is not None and valid_to < today:
        marks.append(badge("bad", "✕", t("Stopped working on {day}", day=valid_to)))
    if is_confidential:
        marks.append(badge("neutral", "•", t("Location not disclosed")))
    text = label(t, freshness)
    if last_verified is not None:
        text = f"{text}: {t.date(last_verified)}"
    kind, sign = {
        Freshness.FRESH: ("good", "✓"),
        Freshness.STALE: ("warning", "!"),
        Freshness.NEVER_VERIFIED: ("warning", "?"),
    }[freshness]
    return [*marks, badge(kind, sign, text)]


def address_text(parts: AddressParts) -> str:
    """Return the parts of an address in the order in which an address is printed."""
    ordered = (parts.postcode, parts.settlement, parts.street, parts.building, parts.block, parts.office)
    text = ", ".join(part for part in ordered if part)
    return f"{text} ({parts.note})" if parts.note else text


def _head(telling: Telling, record: PointRecord, freshness: Freshness) -> Markup:
    t, point = telling.t, record.point
    marks = state_badges(
        telling, freshness, point.last_verified, point.valid_to, is_confidential=point.is_confidential
    )
    if point.valid_from is not None and point.valid_from > telling.today:
        marks.insert(0, badge("neutral", "•", t("Will work from {day}", day=point.valid_from)))
    if point.wartime.is_suspended:
        marks.insert(0, badge("bad", "✕", _suspension(t, point.wartime)))
    if point.relocated_from is not None:
        origin = place_name(telling, point.relocated_from)
        marks.append(badge("neutral", "→", t("Relocated from: {origin}", origin=origin)))
    marks = [mark for mark in (open_badge(telling, point), *marks) if mark]
    kind = label(t, point.kind)
    name = record.organisation.short_name or record.organisation.name
    return Markup('<h2>{}</h2><p class="kind">{}</p><p class="badges">{}</p>').format(
        demo_marked(t, point.name, is_demo=point.is_demo),
        kind if record.organisation.name == point.name else f"{kind} · {name}",
        Markup(" ").join(marks),
    )


def _contacts(telling: Telling, point: ServicePoint) -> Markup:
    t = telling.t
    return Markup("<dl>{}</dl>").format(
        facts(
            (t("Phone"), known(t, phone_lines(point.phones))),
            (t("How to be referred"), point.referral_note),
            (t("E-mail"), known(t, Markup("<br>").join(map(email_link, point.emails)))),
            (t("Website"), known(t, website_link(point.website))),
            *((contact.title, _contact(contact)) for contact in point.contacts),
            (t("Languages"), known(t, ", ".join(map(t.language_name, point.languages)))),
        )
    )


def phone_lines(phones: Iterable[Phone]) -> Markup:
    """Return telephones as written, one a line, dialled by a touch."""
    return Markup("<br>").join(phone_link(phone.written, phone.e164) for phone in phones)


def _contact(contact: Contact) -> Markup:
    ways = [phone_lines(contact.phones)] if contact.phones else []
    return Markup("<br>").join([*ways, email_link(contact.email)] if contact.email else ways)


def _whereabouts(telling: Telling, point: ServicePoint) -> Markup:
    t = telling.t
    return Markup("<dl>{}</dl>").format(
        facts(
            (t("Who may know the place"), label(t, point.location_policy)),
            *(() if point.is_confidential else _public_place(telling, point)),
            *_units(telling, point),
        )
    )


def _public_place(telling: Telling, point: ServicePoint) -> Iterable[tuple[str, object]]:
    t = telling.t
    yield t("Address"), known(t, point.address)
    parts = "" if point.address_parts is None else address_text(point.address_parts)
    if parts != point.address:
        yield t("Address as understood"), parts
    if point.point is not None and point.precision is not None:
        yield (
            t("Place on the map"),
            t(
                "known {precision}: {lat}, {lon}",
                precision=label(t, point.precision),
                lat=f"{point.point.lat:.5f}",
                lon=f"{point.point.lon:.5f}",
            ),
        )
        yield t("Source of the coordinates"), known(t, point.coordinates_source)
    if point.settlement is not None:
        yield t("Settlement"), settlement_text(telling, point.settlement)


def _units(telling: Telling, point: ServicePoint) -> Iterable[tuple[str, object]]:
    t, gazetteer = telling.t, telling.gazetteer
    hromada = None if point.hromada is None else gazetteer.hromadas.get(point.hromada)
    if point.hromada is not None:
        yield t("Hromada"), place_name(telling, point.hromada)
    if hromada is not None and hromada.raion is not None:
        yield t("Raion"), raion_name(t, gazetteer.raions[hromada.raion])
    oblast = gazetteer.oblasts.get(point.oblast)
    yield t("Oblast"), point.oblast if oblast is None else oblast_name(t, oblast)
    if point.relocated_from is not None:
        yield t("Relocated from"), place_name(telling, point.relocated_from)


def _accessibility(t: Translator, point: ServicePoint) -> Markup:
    rows = []
    for need in Accessibility:
        is_so = True if need in point.accessibility else None
        is_so = False if need in point.no_accessibility else is_so
        rows.append((label(t, need).capitalize(), answer(t, is_so=is_so)))
    return Markup("<dl>{}</dl>").format(facts(*rows))


def _wartime(telling: Telling, wartime: WartimeState) -> Markup:
    t = telling.t
    works = _suspension(t, wartime) if wartime.is_suspended else t("not suspended")
    return Markup("<dl>{}</dl>").format(
        facts(
            (t("Work"), works),
            (t("Works without electricity"), answer(t, is_so=wartime.works_without_power)),
            (t("Shelter on site"), answer(t, is_so=wartime.has_shelter)),
            (t("Last confirmed by the provider"), _day(t, wartime.last_confirmed)),
        )
    )


def _suspension(t: Translator, wartime: WartimeState) -> str:
    if wartime.suspended_until is None:
        return t("Suspended until further notice")
    return t("Suspended until {day}", day=wartime.suspended_until)


def _organisation(telling: Telling, record: PointRecord) -> Markup:
    t, organisation = telling.t, record.organisation
    ownership = None if organisation.ownership is None else label(t, organisation.ownership)
    return Markup("<dl>{}</dl>").format(
        facts(
            (t("Full name"), demo_marked(t, organisation.name, is_demo=organisation.is_demo)),
            (t("Short name"), organisation.short_name),
            (t("EDRPOU code"), known(t, organisation.edrpou)),
            (t("Registered as"), label(t, organisation.kind)),
            (t("Legal form"), known(t, organisation.legal_form)),
            (t("Ownership"), known(t, ownership)),
            (t("Sector"), label(t, organisation.sector)),
            (t("Branch of"), organisation.parent or ""),
            (t("Successor of"), lines(_predecessors(record.predecessors, organisation))),
            (t("State Registry"), _state_registry(t, organisation)),
            (t("Registered address"), organisation.address),
            (t("Phone"), phone_lines(organisation.phones)),
            (t("E-mail"), Markup("<br>").join(map(email_link, organisation.emails))),
            (t("Website"), website_link(organisation.website)),
            (t("Valid"), period(t, organisation.valid_from, organisation.valid_to)),
            (t("Data verified"), _day(t, organisation.last_verified)),
            (t("Source"), _source(t, organisation.source)),
        )
    )


def _predecessors(found: Sequence[Organisation], organisation: Organisation) -> list[str]:
    """Return the names of the predecessors, the ids of those no longer in the registry."""
    names = {
        predecessor.id: ", ".join(filter(None, [predecessor.name, predecessor.edrpou]))
        for predecessor in found
    }
    return [names.get(record_id, record_id) for record_id in organisation.successor_of]


def _state_registry(t: Translator, organisation: Organisation) -> object:
    if not organisation.registry_number:
        return unknown(t)
    dates = period(t, organisation.registry_in, organisation.registry_out)
    number = t("No. {number}", number=organisation.registry_number)
    return f"{number}, {dates}" if dates else number


def _about(telling: Telling, record: PointRecord, freshness: Freshness) -> Markup:
    t, point = telling.t, record.point
    dates = period(t, point.valid_from, point.valid_to)
    return Markup("<dl>{}</dl>").format(
        facts(
            (t("Id"), point.id),
            (t("Works"), dates or t("dates unknown")),
            (t("Data verified"), _day(t, point.last_verified)),
            (t("Freshness"), label(t, freshness)),
            (t("Source"), known(t, _source(t, point.source))),
            (t("Version of the record"), t.number(record.version)),
            (
                t("Demonstration"),
                t("This record is invented to show how the map works.") if point.is_demo else "",
            ),
        )
    )


def _source(t: Translator, source: RecordSource | None) -> str:
    return "" if source is None else t("{source}, record {id}", source=source.name, id=source.record_id)


def _day(t: Translator, day: date | None) -> object:
    return unknown(t) if day is None else t.date(day)
