"""Where people of a hromada apply: its points of administrative services, and hotlines, ready to dial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup

from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import MapPoint, WhereToApply
from mapapp.domain.services import Hotline, HotlineTopic, hotlines_for
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import NOTHING, Telling, demo_marked, joined, phone_link, unknown
from mapapp.presentation.genitive import of_area
from mapapp.presentation.labels import label

_SHOWN_LINES: Final = 4
"""The lines that fit best are shown and the rest folded up."""


def apply_list(telling: Telling, hromada: Katottg, found: WhereToApply, service: str) -> Markup:
    """Return the points, then the hotlines, those that fit the service first."""
    t = telling.t
    title = t("Where people of {hromada} apply", hromada=of_area(t, telling.gazetteer, hromada))
    points = joined(_point(telling, point) for point in found.points)
    if not points:
        points = Markup("<li>{}</li>").format(
            t("No administrative service point of the hromada is in the registry.")
        )
    oblast = telling.gazetteer.hromadas[hromada].oblast
    return Markup(
        '<section class="apply found"><h2>{}</h2><ul role="list">{}</ul><h3>{}</h3>{}</section>'
    ).format(title, points, t("Hotlines"), _hotlines(telling, hotlines_for(found.hotlines, oblast, service)))


def _point(telling: Telling, point: MapPoint) -> Markup:
    phones = Markup(", ").join(map(phone_link, point.phones)) or unknown(telling.t)
    address = Markup(" · {}").format(point.address) if point.address else NOTHING
    return Markup("<li><strong>{}</strong>{} · {}</li>").format(
        demo_marked(telling.t, point.name, is_demo=point.is_demo), address, phones
    )


def _hotlines(telling: Telling, lines: Sequence[Hotline]) -> Markup:
    first = _listed(telling, lines[:_SHOWN_LINES])
    rest = lines[_SHOWN_LINES:]
    if not rest:
        return first
    more = telling.t.plural("{n} more line", "{n} more lines", len(rest))
    return Markup("{}<details><summary>{}</summary>{}</details>").format(
        first, more, joined(_by_topic(telling, rest))
    )


def _by_topic(telling: Telling, lines: Sequence[Hotline]) -> Iterator[Markup]:
    """Yield a heading and its lines for each topic; a line stands under the first of its own."""
    for topic in HotlineTopic:
        about_it = [line for line in lines if line.topics[:1] == (topic,)]
        if about_it:
            yield Markup("<h4>{}</h4>{}").format(label(telling.t, topic), _listed(telling, about_it))
    others = [line for line in lines if not line.topics]
    if others:
        yield _listed(telling, others)


def _listed(telling: Telling, lines: Sequence[Hotline]) -> Markup:
    return Markup('<ul role="list">{}</ul>').format(joined(_hotline(telling, line) for line in lines))


def _hotline(telling: Telling, line: Hotline) -> Markup:
    t = telling.t
    purpose = line.purpose_en if t.language == "en" and line.purpose_en else line.purpose_uk
    hours = t("hours unknown") if not line.hours else line.hours
    doubt = NOTHING
    if not line.is_verified:
        doubt = Markup(
            ' <span class="badge badge-warning"><span aria-hidden="true">!</span> {}</span>'
        ).format(t("number not verified"))
    return Markup("<li><strong>{}</strong> · {} · {}{}</li>").format(
        phone_link(line.number), escape(purpose), escape(hours), doubt
    )
