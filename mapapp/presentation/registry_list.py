"""What a person reads of each service point in the list of the registry."""

from __future__ import annotations

from markupsafe import Markup

from mapapp.domain.registry_questions import ListedPoint
from mapapp.presentation.escaping import escape, plain_markdown
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import hromada_name, label, oblast_name
from mapapp.presentation.offering_card import offered_name
from mapapp.presentation.record_card import state_badges

_SHOWN_SERVICES = 3


def listed_name(telling: Telling, point: ListedPoint) -> str:
    """Return the name as the label of a link, a demonstration record marked."""
    name = plain_markdown(point.name)
    t = telling.t
    return f"**{name}**" if not point.is_demo or t("demo") in point.name else f"**{name}** ({t('demo')})"


def listed_point(telling: Telling, point: ListedPoint) -> Markup:
    """Return what stands under the name: kind and organisation, where, what, and how sure that is."""
    t = telling.t
    kind = label(t, point.kind)
    marks = state_badges(
        telling, point.freshness, point.last_verified, point.valid_to, is_confidential=point.is_confidential
    )
    return Markup(
        '<div class="listed"><p class="kind">{}</p><p>{}</p><p>{}</p><p class="badges">{}</p></div>'
    ).format(
        escape(kind if point.organisation_name == point.name else f"{kind} · {point.organisation_name}"),
        escape(_whereabouts(telling, point)),
        escape(_services(telling, point)),
        Markup(" ").join(marks),
    )


def _whereabouts(telling: Telling, point: ListedPoint) -> str:
    t, gazetteer = telling.t, telling.gazetteer
    hromada = None if point.hromada is None else gazetteer.hromadas.get(point.hromada)
    oblast = gazetteer.oblasts.get(point.oblast)
    where = [point.oblast if oblast is None else oblast_name(t, oblast)]
    if hromada is not None and not hromada.is_special_city:
        where.insert(0, hromada_name(t, hromada))
    return ", ".join(where)


def _services(telling: Telling, point: ListedPoint) -> str:
    t = telling.t
    if not point.services:
        return t("No services are recorded.")
    names = sorted((offered_name(telling, slug) for slug in point.services), key=t.sort_key)
    rest = len(names) - _SHOWN_SERVICES
    shown = "; ".join(names[:_SHOWN_SERVICES])
    return f"{shown}; {t.plural('and {n} more', 'and {n} more', rest)}" if rest > 0 else shown
