"""A hromada explained: who serves it and from where, what is missing and why, how its neighbours fare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from mapapp.domain.coverage import JUDGED, REACHED, AreaPresence, CoverageState, PresenceColumn
from mapapp.domain.errors import msgid
from mapapp.domain.evidence import SMALLEST_SHOWN, UnmetDemand
from mapapp.domain.explanation import HromadaExplained, ServedBy, ServiceExplained
from mapapp.domain.geography import Occupation
from mapapp.domain.referral import Basis, ReferralQuestion, Refusal, RefusalReason
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import NOTHING, Telling, demo_marked, joined
from mapapp.presentation.genitive import of_area
from mapapp.presentation.labels import (
    column_name,
    hromada_name,
    hromada_whereabouts,
    label,
    service_name,
)
from mapapp.presentation.messages import Translator
from mapapp.presentation.people_text import figure_pair, source_text, subject_text, table_title
from mapapp.presentation.referral_reasons import standing_refusal_text

_BASES: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        Basis.OWN_HROMADA: msgid("works in the hromada"),
        Basis.NAMED: msgid("names the hromada among those it serves"),
        Basis.CONTRACT: msgid("serves it by a contract between hromadas"),
        Basis.RAION: msgid("serves the whole raion"),
        Basis.OBLAST: msgid("serves the whole oblast"),
        Basis.NATION: msgid("serves the whole of Ukraine"),
    }
)
_WHY: Final[Mapping[CoverageState, str]] = MappingProxyType(
    {
        CoverageState.NOT_SERVED: msgid(
            "The registry describes the oblast fully, and nobody in it serves the hromada."
        ),
        CoverageState.REMOTE_ONLY: msgid("It is given online or by phone only; nobody gives it in person."),
        CoverageState.NO_DATA: msgid(
            "The registry does not describe this oblast: whether the service is there is not known."
        ),
        CoverageState.OCCUPIED: msgid(
            "The hromada is temporarily occupied and nothing is known of services there."
        ),
    }
)


def explained_head(telling: Telling, explained: HromadaExplained) -> Markup:
    """Return who the hromada is and how many basic services it has, beside its raion and oblast."""
    t, gazetteer = telling.t, telling.gazetteer
    unit = gazetteer.hromadas[explained.hromada]
    judged = [found for found in explained.services if found.state in JUDGED]
    provided = sum(found.state in REACHED for found in judged)
    tiles = [
        _tile(
            t("Basic services it has"), _of(t, provided, len(explained.services)) if judged else t("no data")
        )
    ]
    if explained.raion is not None and explained.raion.area is not None:
        name = of_area(t, gazetteer, explained.raion.area)
        tiles.append(_mean_tile(t, t("On average in hromadas of {area}", area=name), explained.raion))
    if unit.raion is not None:  # Kyiv and Sevastopol are oblasts of one hromada: themselves
        name = of_area(t, gazetteer, unit.oblast)
        tiles.append(_mean_tile(t, t("On average in hromadas of {area}", area=name), explained.oblast))
    note = NOTHING
    if explained.occupation is not Occupation.NONE:
        note = Markup('<p class="note">{}</p>').format(_occupied(t, explained.occupation))
    return Markup(
        '<section class="explained"><h2>{}</h2><p class="kind">{}</p>{}<div class="tiles">{}</div></section>'
    ).format(
        escape(hromada_name(t, unit)), escape(hromada_whereabouts(t, gazetteer, unit)), note, joined(tiles)
    )


def explained_services(telling: Telling, explained: HromadaExplained) -> Markup:
    """Return what is missing and why, then what there is and from whom."""
    t = telling.t
    numbered = list(enumerate(explained.services))
    missing = [pair for pair in numbered if pair[1].state is CoverageState.NOT_SERVED]
    reached = [pair for pair in numbered if pair[1].state in REACHED]
    unknown = [pair for pair in numbered if pair[1].state not in JUDGED]
    return joined(
        [
            _group(telling, explained, t("What is missing"), missing, is_open=len(missing) <= _OPEN_AT_ONCE),
            _group(telling, explained, t("What there is"), reached),
            _group(telling, explained, t("What is not known"), unknown),
        ]
    )


def explained_people(telling: Telling, explained: HromadaExplained) -> Markup:
    """Return what every table says of the hromada's people, each figure with its source and day."""
    t = telling.t
    rows = [
        Markup(
            '<tr><th scope="row">{}</th><td data-label="{}" class="number">{}</td>'
            '<td data-label="{}">{}</td></tr>'
        ).format(
            escape(subject_text(telling, table.kind, figure.subject)),
            t("People"),
            figure_pair(t, figure),
            t("Source"),
            escape(f"{table_title(t, table)}: {source_text(t, table)}"),
        )
        for table, figures in explained.people
        for figure in figures
    ]
    if not rows:
        return Markup("<p>{}</p>").format(t("No table says how many people live here."))
    return Markup(
        '<table class="checks"><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(t("Who"), t("People"), t("Source"), joined(rows))


def explained_searches(telling: Telling, searches: Sequence[UnmetDemand]) -> list[str]:
    """Return a sentence for each service that was looked for; small counts are not told."""
    t = telling.t
    return [
        t(
            "{service}: {searches} searches, {unmet} found nobody",
            service=_service(telling, count.service),
            searches=t("fewer than {n}", n=SMALLEST_SHOWN)
            if count.searches is None
            else t.number(count.searches),
            unmet=t("not told") if count.unmet is None else t.number(count.unmet),
        )
        for count in searches
    ]


_OPEN_AT_ONCE: Final = 3
"""So many missing services are told in full; of more each opens by a touch."""
_NUMBERED = tuple[int, ServiceExplained]


def _group(
    telling: Telling,
    explained: HromadaExplained,
    title: str,
    numbered: Sequence[_NUMBERED],
    *,
    is_open: bool = False,
) -> Markup:
    if not numbered:
        return NOTHING
    entries = joined(_service_entry(telling, explained, *pair, is_open=is_open) for pair in numbered)
    return Markup('<section class="explained"><h3>{} ({})</h3>{}</section>').format(
        title, len(numbered), entries
    )


def _service_entry(
    telling: Telling, explained: HromadaExplained, number: int, found: ServiceExplained, *, is_open: bool
) -> Markup:
    t = telling.t
    name = column_name(t, telling.services, PresenceColumn(found.services, found.basic_point))
    return Markup(
        '<details{}><summary><i class="swatch state-{}"></i><span>{}</span><small>{}</small></summary>'
        "{}{}{}{}</details>"
    ).format(
        Markup(" open") if is_open else NOTHING,
        found.state,
        escape(name),
        label(t, found.state),
        Markup("<p>{}</p>").format(t(_WHY[found.state])) if found.state in _WHY else NOTHING,
        _providers(telling, found.serving, t("Who serves it"), explained),
        _providers(
            telling,
            found.not_serving,
            t("The nearest that give the service and do not serve the hromada"),
            explained,
        ),
        _comparison(telling, explained, number),
    )


def _comparison(telling: Telling, explained: HromadaExplained, number: int) -> Markup:
    """Return how many of the hromadas around have the service."""
    t = telling.t
    said = []
    for area in (explained.raion, explained.oblast):
        share = None if area is None else area.share_reached(number)
        if area is not None and area.area is not None and share is not None:
            name = of_area(t, telling.gazetteer, area.area)
            said.append(t("{share} of hromadas of {area} have it", share=t.percent(share), area=name))
    return Markup('<p class="aside">{}</p>').format(escape("; ".join(said))) if said else NOTHING


def _providers(
    telling: Telling, providers: Sequence[ServedBy], title: str, explained: HromadaExplained
) -> Markup:
    if not providers:
        return NOTHING
    entries = joined(
        Markup("<li><strong>{}</strong><br>{}</li>").format(
            demo_marked(telling.t, provider.name, is_demo=provider.is_demo),
            escape(_sentence(_told(telling, provider, explained))),
        )
        for provider in providers
    )
    return Markup("<h4>{}</h4><ul>{}</ul>").format(title, entries)


def _told(telling: Telling, provider: ServedBy, explained: HromadaExplained) -> Iterable[str]:
    """Yield where the provider is, how far, why it serves or does not, and how much it can take."""
    t, gazetteer = telling.t, telling.gazetteer
    if provider.is_confidential:
        yield t("location not disclosed")
    elif provider.is_remote:
        yield t("online or by phone")
    elif provider.hromada is not None and provider.hromada != explained.hromada:
        yield hromada_name(t, gazetteer.hromadas[provider.hromada])
    if provider.distance_m is not None and not provider.is_confidential:
        yield t("{distance} from the hromada's centre", distance=t.distance(provider.distance_m))
    if provider.basis is not None:
        yield t(_BASES[provider.basis])
    for refusal in provider.refusals:
        yield _refusal(telling, refusal, explained)
    if provider.capacity is not None:
        yield t.plural("{n} place", "{n} places", provider.capacity)
    if any(provider.service in found.services and len(found.services) > 1 for found in explained.services):
        yield _service(telling, provider.service)


def _refusal(telling: Telling, refusal: Refusal, explained: HromadaExplained) -> str:
    t, day = telling.t, refusal.day
    if refusal.reason is RefusalReason.CONTRACT_NOT_IN_FORCE:
        if day is None:
            return t("has no contract in force with the hromada")
        if day > explained.day:
            return t("its contract with the hromada begins on {day}", day=day)
        return t("its contract with the hromada ended on {day}", day=day)
    unit = telling.gazetteer.hromadas[explained.hromada]
    question = ReferralQuestion("", unit.centre, explained.hromada, explained.day)
    return standing_refusal_text(telling, refusal, question)


def _sentence(parts: Iterable[str]) -> str:
    said = " · ".join(filter(None, parts))
    return said[:1].upper() + said[1:]


def _service(telling: Telling, slug: str) -> str:
    return service_name(telling.t, telling.services[slug]) if slug in telling.services else slug


def _occupied(t: Translator, occupation: Occupation) -> str:
    if occupation is Occupation.FULLY:
        return t("The hromada is temporarily occupied: nothing is known of services there.")
    return t("Part of the hromada is temporarily occupied: the answer is about the rest of it.")


def _mean_tile(t: Translator, title: str, area: AreaPresence) -> Markup:
    shares = [
        share for number in range(len(area.counts)) if (share := area.share_reached(number)) is not None
    ]
    value = _of(t, round(sum(shares), 1), len(area.counts)) if shares else t("no data")
    return _tile(title, value)


def _of(t: Translator, count: float, total: int) -> str:
    return t("{count} of {total}", count=t.number(count), total=t.number(total))


def _tile(title: str, value: str) -> Markup:
    return Markup('<div class="tile"><span>{}</span><strong>{}</strong></div>').format(
        escape(title), escape(value)
    )
