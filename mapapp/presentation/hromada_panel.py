"""What a person reads of one hromada: whether the service reaches it, from whom, and what is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from mapapp.domain.coverage import HromadaCoverage
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada, Occupation, Population, TerritoryStatus
from mapapp.domain.questions import FoundPoint, NearestAnswer
from mapapp.domain.referral import REMOTE
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import demo_marked, phone_link
from mapapp.presentation.labels import edition, hromada_name, hromada_whereabouts, label
from mapapp.presentation.messages import Translator

STATUS_SOURCE = "territory_status"
"""The key of the list of territories among the gazetteer's sources."""

_NOTHING = Markup()


def hromada_panel(
    t: Translator, gazetteer: Gazetteer, found: HromadaCoverage, providers: NearestAnswer | None
) -> Markup:
    """Return the panel; `providers` are those that serve the hromada, None where nothing is known of them."""
    hromada = gazetteer.hromadas[found.hromada]
    return Markup('<section class="panel"><h3>{}</h3><p class="kind">{}</p>{}{}{}</section>').format(
        hromada_name(t, hromada),
        hromada_whereabouts(t, gazetteer, hromada),
        _state(t, found),
        _NOTHING if providers is None else _servers(t, gazetteer, hromada, providers),
        _known(t, gazetteer, hromada, found.occupation),
    )


def population_text(t: Translator, gazetteer: Gazetteer, population: Population | None) -> str:
    """Return the number of people with its source and date, an estimate marked as one."""
    if population is None:
        return t("no data")
    count = t.plural("{n} person", "{n} people", population.persons)
    if population.is_estimate:
        count = t("{count} (estimate)", count=count)
    source = gazetteer.sources.get(population.source)
    return t(
        "{count} · {source}, {day}",
        count=count,
        source=population.source if source is None else source.attribution,
        day=population.as_of,
    )


def _state(t: Translator, found: HromadaCoverage) -> Markup:
    return Markup('<p class="state"><i class="swatch state-{}"></i>{}</p>').format(
        found.state, label(t, found.state)
    )


def _servers(t: Translator, gazetteer: Gazetteer, hromada: Hromada, providers: NearestAnswer) -> Markup:
    in_person = [point for point in providers.ranked if not point.places <= REMOTE]
    remote = [point for point in providers.ranked if point.places <= REMOTE]
    own = [point for point in in_person if point.hromada == hromada.katottg]
    others = [point for point in in_person if point.hromada != hromada.katottg]
    return _NOTHING.join(
        [
            _group(t, t("Providers in the hromada"), own, _phones),
            _group(
                t,
                t("Providers from elsewhere that serve it"),
                others,
                lambda point: _NOTHING.join([_where(t, gazetteer, point), _phones(point)]),
            ),
            _group(t, t("Online or by phone"), remote, _phones),
            _group(t, t("Providers whose location is not disclosed"), providers.confidential, _intake),
        ]
    )


def _group(
    t: Translator, title: str, points: Sequence[FoundPoint], more: Callable[[FoundPoint], Markup]
) -> Markup:
    if not points:
        return _NOTHING
    entries = _NOTHING.join(
        Markup("<li><strong>{}</strong>{}</li>").format(
            demo_marked(t, point.name, is_demo=point.is_demo), more(point)
        )
        for point in points
    )
    return Markup("<h4>{}</h4><ul>{}</ul>").format(title, entries)


def _phones(point: FoundPoint) -> Markup:
    links = Markup(", ").join(map(phone_link, point.phones))
    return Markup("<br>{}").format(links) if links else _NOTHING


def _intake(point: FoundPoint) -> Markup:
    note = Markup("<br>{}").format(escape(point.referral_note)) if point.referral_note else _NOTHING
    return _phones(point) + note


def _where(t: Translator, gazetteer: Gazetteer, point: FoundPoint) -> Markup:
    if point.hromada is None:
        return _NOTHING
    return Markup("<br>{}").format(hromada_name(t, gazetteer.hromadas[point.hromada]))


def _known(t: Translator, gazetteer: Gazetteer, hromada: Hromada, occupation: Occupation) -> Markup:
    facts = [(t("Population"), population_text(t, gazetteer, hromada.population))]
    statuses = list(_statuses(t, gazetteer, hromada))
    if statuses:
        listed = gazetteer.sources[STATUS_SOURCE]
        facts.append(
            (
                t("Territory status, list of {edition}", edition=edition(t, listed.edition)),
                Markup("<br>").join(statuses),
            )
        )
    rows = _NOTHING.join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact) for fact in facts)
    return Markup("{}<dl>{}</dl>").format(_occupied_note(t, occupation), rows)


def _occupied_note(t: Translator, occupation: Occupation) -> Markup:
    if occupation is Occupation.FULLY:
        text = t("The hromada is temporarily occupied: nothing is known of services there.")
    elif occupation is Occupation.PARTLY:
        text = t("Part of the hromada is temporarily occupied: the answer is about the rest of it.")
    else:
        return _NOTHING
    return Markup('<p class="note">{}</p>').format(text)


def _statuses(t: Translator, gazetteer: Gazetteer, hromada: Hromada) -> Iterable[str]:
    """Yield each open status with how many of the hromada's settlements it holds for, gravest first."""
    members = gazetteer.settlements_of.get(hromada.katottg, ())
    counts = Counter(status for place in members for status in gazetteer.open_status.get(place.katottg, ()))
    for status in reversed(list(TerritoryStatus)):
        if counts[status]:
            yield t.plural(
                "{status}: {count} of {n} settlement",
                "{status}: {count} of {n} settlements",
                len(members),
                status=label(t, status),
                count=t.number(counts[status]),
            )
