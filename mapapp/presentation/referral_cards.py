"""What a person reads of each provider in the answer to a referral, as HTML that is safe to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from mapapp.domain.contacts import Phone
from mapapp.domain.referral import Candidate, Match, ReferralQuestion
from mapapp.domain.registry import LocationPolicy, PointPrecision, Term
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import NOTHING, Telling, demo_marked, facts, joined, phone_link, unknown
from mapapp.presentation.labels import group_labels, label, oblast_name
from mapapp.presentation.messages import Translator
from mapapp.presentation.offering_card import place_name
from mapapp.presentation.referral_reasons import (
    ages_text,
    cautions,
    fitting_reasons,
    places_text,
    refusal_text,
    stop_text,
    unknowns_text,
    way_text,
)

_SHOWN_LEFT_OUT: Final = 5
"""Of a longer list of those left out the first are shown and the rest folded up."""


def local_card(
    telling: Telling, match: Match, question: ReferralQuestion, number: int, *, is_chosen: bool = False
) -> Markup:
    """Return one numbered answer given in person; a list of one that begins at its number."""
    way = match.way
    distance = NOTHING
    if way is not None:
        distance = Markup('<p class="distance">{}</p>').format(way_text(telling, way))
        if way.stop is not None:
            distance += Markup('<p class="stop">{}</p>').format(stop_text(telling, way.stop))
    current = Markup(' aria-current="true"') if is_chosen else NOTHING
    return Markup(
        '<ol class="providers" role="list" start="{}"><li class="provider"{}>{}{}{}{}</li></ol>'
    ).format(
        number,
        current,
        _head(telling.t, match.candidate),
        distance,
        _why(telling, match, question),
        _facts(telling, match.candidate, _place_facts(telling, match.candidate)),
    )


def remote_card(telling: Telling, match: Match, question: ReferralQuestion) -> Markup:
    """Return one answer given from afar: no number and no distance."""
    t, candidate = telling.t, match.candidate
    given = (t("Where the service is given"), places_text(t, candidate.places))
    return _unnumbered(telling, match, question, [given])


def confidential_card(telling: Telling, match: Match, question: ReferralQuestion) -> Markup:
    """Return one answer whose place is not disclosed: how to come in, and neither place nor distance."""
    t, candidate = telling.t, match.candidate
    who = (t("How to be referred"), candidate.referral_note)
    return _unnumbered(telling, match, question, [who, (t("Location"), _undisclosed(telling, candidate))])


def left_out_list(
    telling: Telling, left_out: Sequence[Match], question: ReferralQuestion, *, has_more: bool
) -> Markup:
    """Return those nearer by who do not take the client, each with all its reasons."""
    t = telling.t
    entries = [_left_out(telling, match, question) for match in left_out]
    first = Markup('<ul class="left-out" role="list">{}</ul>').format(joined(entries[:_SHOWN_LEFT_OUT]))
    more = Markup('<p class="aside">{}</p>').format(t("There are more of them.")) if has_more else NOTHING
    rest = entries[_SHOWN_LEFT_OUT:]
    if not rest:
        return first + more
    return Markup(
        '{}<details><summary>{}</summary><ul class="left-out" role="list">{}</ul></details>{}'
    ).format(first, t.plural("{n} more provider", "{n} more providers", len(rest)), joined(rest), more)


def phone_list(phones: Iterable[Phone]) -> Markup:
    """Return telephone numbers as written, each dialled by a touch."""
    return Markup(", ").join(phone_link(phone.written, phone.e164) for phone in phones)


def _unnumbered(
    telling: Telling, match: Match, question: ReferralQuestion, pairs: Iterable[tuple[str, object]]
) -> Markup:
    return Markup('<article class="providers"><div class="provider">{}{}{}</div></article>').format(
        _head(telling.t, match.candidate),
        _why(telling, match, question),
        _facts(telling, match.candidate, pairs),
    )


def _head(t: Translator, candidate: Candidate) -> Markup:
    kind = label(t, candidate.kind)
    if candidate.organisation_name not in {"", candidate.name}:
        kind = f"{kind} · {candidate.organisation_name}"
    return Markup('<h3>{}</h3><p class="kind">{}</p>').format(
        demo_marked(t, candidate.name, is_demo=candidate.is_demo), escape(kind)
    )


def _why(telling: Telling, match: Match, question: ReferralQuestion) -> Markup:
    signs = [("good", "✓", reason) for reason in fitting_reasons(telling, match, question)]
    signs += [("caution", "!", caution) for caution in cautions(telling, match, question)]
    reasons = joined(
        Markup('<li class="{}"><span aria-hidden="true">{}</span> {}</li>').format(kind, sign, escape(said))
        for kind, sign, said in signs
    )
    unknowns = unknowns_text(telling.t, match.verdict.unknowns)
    return joined(
        [
            Markup('<ul class="reasons" role="list">{}</ul>').format(reasons) if reasons else NOTHING,
            Markup('<p class="unknowns"><span aria-hidden="true">?</span> {}</p>').format(unknowns)
            if unknowns
            else NOTHING,
        ]
    )


def _facts(telling: Telling, candidate: Candidate, pairs: Iterable[tuple[str, object]]) -> Markup:
    t = telling.t
    phones = phone_list(candidate.phones) or unknown(t)
    return Markup("<dl>{}</dl><details><summary>{}</summary><dl>{}</dl></details>").format(
        facts((t("Phone"), phones), (t("Hours"), candidate.hours), *pairs),
        t("More about it"),
        facts(*_terms(t, candidate)),
    )


def _place_facts(telling: Telling, candidate: Candidate) -> Iterable[tuple[str, object]]:
    t = telling.t
    yield t("Address"), _address(t, candidate)
    if candidate.hromada is not None:
        name = place_name(telling, candidate.hromada)
        if candidate.relocated_from is not None:
            origin = place_name(telling, candidate.relocated_from)
            name = t("{hromada}; relocated from: {origin}", hromada=name, origin=origin)
        yield t("Hromada"), name


def _terms(t: Translator, candidate: Candidate) -> Iterable[tuple[str, object]]:
    capacity = t("unknown")
    if candidate.capacity is not None:
        capacity = t.plural("{n} place", "{n} places", candidate.capacity)
    yield t("For whom"), ", ".join(group_labels(t, candidate.target_groups))
    yield t("Ages"), ages_text(t, candidate.age_from, candidate.age_to)
    yield t("Where the service is given"), places_text(t, candidate.places)
    yield t("For how long"), ", ".join(label(t, term) for term in Term if term in candidate.terms)
    yield t("Payment"), label(t, candidate.payment)
    yield t("Conditions"), candidate.conditions
    yield t("Languages"), ", ".join(map(t.language_name, candidate.languages))
    yield t("Capacity"), capacity
    verified = candidate.last_verified
    yield t("Data verified"), t("unknown") if verified is None else t.date(verified)


def _address(t: Translator, candidate: Candidate) -> str:
    """Say beside the address how exactly the map knows it, unless it knows the building."""
    if candidate.precision in {None, PointPrecision.BUILDING}:
        return candidate.address
    on_map = (
        t("on the map {precision}", precision=label(t, candidate.precision)) if candidate.precision else ""
    )
    return f"{candidate.address} ({on_map})" if candidate.address else on_map


def _undisclosed(telling: Telling, candidate: Candidate) -> str:
    t = telling.t
    parts = [label(t, candidate.location_policy)]
    if candidate.location_policy is LocationPolicy.HROMADA_ONLY and candidate.hromada is not None:
        parts.append(place_name(telling, candidate.hromada))
    oblast = telling.gazetteer.oblasts.get(candidate.oblast)
    parts.append(candidate.oblast if oblast is None else oblast_name(t, oblast))
    return " · ".join(parts)


def _left_out(telling: Telling, match: Match, question: ReferralQuestion) -> Markup:
    t, candidate = telling.t, match.candidate
    reasons = joined(
        Markup('<li><span aria-hidden="true">✕</span> {}</li>').format(
            escape(refusal_text(telling, refusal, candidate, question))
        )
        for refusal in match.verdict.refusals
    )
    distance = "" if match.way is None else t.distance(match.way.distance_m)
    return Markup(
        '<li><p class="name"><strong>{}</strong> <span class="aside">{}</span></p>'
        '<ul class="reasons" role="list">{}</ul><p class="aside">{}</p></li>'
    ).format(
        demo_marked(t, candidate.name, is_demo=candidate.is_demo),
        distance,
        reasons,
        phone_list(candidate.phones),
    )
