"""What a person reads of one service at one point: for whom, on what terms, how many places, what area."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from markupsafe import Markup

from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    Offering,
    PlaceOfProvision,
    Tariff,
    Term,
)
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import NOTHING, Telling, answer, facts, joined, known, unknown
from mapapp.presentation.labels import area_name, group_labels, label, service_name
from mapapp.presentation.messages import Translator

_SHOWN_AREAS: Final = 8
"""A longer catchment is folded up behind its first areas."""


def offering_card(telling: Telling, offering: Offering) -> Markup:
    """Return everything known of one service, what is unknown said so."""
    t = telling.t
    return Markup('<article class="offering"><h4>{}</h4><dl>{}</dl></article>').format(
        escape(offered_name(telling, offering.service)),
        facts(
            (t("For whom"), ", ".join(group_labels(t, offering.target_groups))),
            (t("Ages"), _ages(t, offering)),
            (t("Where the service is given"), _words(t, PlaceOfProvision, offering.places)),
            (t("For how long"), known(t, _words(t, Term, offering.terms))),
            (t("Payment"), label(t, offering.payment)),
            (t("Tariffs"), joined(_tariff(telling, tariff) for tariff in _newest_first(offering.tariffs))),
            (t("Capacity at once"), _capacity(t, offering)),
            (t("Free places"), _vacant(t, offering)),
            (t("Emergency admission"), answer(t, is_so=offering.is_emergency)),
            (t("Meets the state standard"), answer(t, is_so=offering.meets_standard)),
            (t("Conditions"), offering.conditions),
            (t("Whom it serves"), catchment_list(telling, offering.catchment)),
        ),
    )


def offered_name(telling: Telling, slug: str) -> str:
    """Return the service's name, or its slug where the classifier has no such service any more."""
    service = telling.services.get(slug)
    return slug if service is None else service_name(telling.t, service)


def place_name(telling: Telling, code: str) -> str:
    """Return the name of any unit by its code, or the code itself where the gazetteer lacks it."""
    try:
        return area_name(telling.t, telling.gazetteer, code)
    except (KeyError, ValueError):
        return code


def catchment_list(telling: Telling, catchment: Iterable[CatchmentArea]) -> Markup:
    """Return the areas served, each by right or by contract and when; a long list is folded up."""
    t = telling.t
    areas = sorted(catchment, key=lambda served: (_width(served.area), t.sort_key(_name(telling, served))))
    entries = [_catchment_entry(telling, served) for served in areas]
    first = Markup('<ul class="plain">{}</ul>').format(joined(entries[:_SHOWN_AREAS]))
    rest = entries[_SHOWN_AREAS:]
    if not rest:
        return first
    more = t.plural("{n} more area", "{n} more areas", len(rest))
    return Markup('{}<details><summary>{}</summary><ul class="plain">{}</ul></details>').format(
        first, more, joined(rest)
    )


def _name(telling: Telling, served: CatchmentArea) -> str:
    return place_name(telling, served.area)


def _width(area: str) -> int:
    """Return 0 for the nation, then oblasts, raions and hromadas."""
    if area == NATION:
        return 0
    return 1 + ["oblast", "raion", "hromada"].index(Katottg(area).level)


def _catchment_entry(telling: Telling, served: CatchmentArea) -> Markup:
    t = telling.t
    basis = label(t, served.basis)
    dates = period(t, served.start, served.end)
    text = f"{basis}, {dates}" if dates else basis
    if served.basis is CatchmentBasis.CONTRACT and not dates:
        text = f"{basis}, {t('dates unknown')}"
    if not served.holds_on(telling.today):
        ended = served.end is not None and served.end < telling.today
        text = f"{text} – {t('ended') if ended else t('not begun yet')}"
    return Markup('<li>{} <span class="aside">({})</span></li>').format(
        escape(_name(telling, served)), escape(text)
    )


def period(t: Translator, first: date | None, last: date | None) -> str:
    """Return a stretch of days in words, empty where neither end is known."""
    if first and last:
        return t("from {first} to {last}", first=first, last=last)
    if first:
        return t("from {first}", first=first)
    return t("to {last}", last=last) if last else ""


def _words(t: Translator, vocabulary: type[PlaceOfProvision | Term], chosen: Iterable[str]) -> str:
    held = frozenset(chosen)
    return ", ".join(label(t, word) for word in vocabulary if word in held)


def _ages(t: Translator, offering: Offering) -> str:
    first, last = offering.age_from, offering.age_to
    if first is not None and last is not None:
        return t("from {first} to {last} years", first=first, last=last)
    if first is not None:
        return t("from {first} years", first=first)
    return "" if last is None else t("to {last} years", last=last)


def _capacity(t: Translator, offering: Offering) -> object:
    return unknown(t) if offering.capacity is None else _amount(t, offering.capacity, offering.capacity_unit)


def _vacant(t: Translator, offering: Offering) -> object:
    if offering.vacant is None:
        return unknown(t)
    amount = _amount(t, offering.vacant, offering.capacity_unit)
    day = offering.capacity_as_of
    return amount if day is None else t("{amount} as of {day}", amount=amount, day=day)


def _amount(t: Translator, count: int, unit: CapacityUnit) -> str:
    if unit is CapacityUnit.PLACES:
        return t.plural("{n} place", "{n} places", count)
    if unit is CapacityUnit.FAMILIES:
        return t.plural("{n} family", "{n} families", count)
    return t.plural("{n} person", "{n} people", count)


def _newest_first(tariffs: Iterable[Tariff]) -> list[Tariff]:
    return sorted(tariffs, key=lambda tariff: tariff.start, reverse=True)


def _tariff(telling: Telling, tariff: Tariff) -> Markup:
    t = telling.t
    prices = []
    if tariff.per_person is not None:
        prices.append(t("{price} a person", price=t.money(tariff.per_person)))
    if tariff.per_family is not None:
        prices.append(t("{price} a family", price=t.money(tariff.per_family)))
    has_ended = tariff.end is not None and tariff.end < telling.today
    when = period(t, tariff.start, tariff.end) + (f" – {t('ended')}" if has_ended else "")
    basis = (
        Markup('<br><span class="aside">{}</span>').format(escape(tariff.basis)) if tariff.basis else NOTHING
    )
    return Markup("<div>{}, {}{}</div>").format(
        escape(", ".join(prices)) if prices else unknown(t), escape(when), basis
    )
