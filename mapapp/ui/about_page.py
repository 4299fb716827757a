"""About the data: where every figure comes from, what each answer means, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from mapapp.domain.coverage import CoverageState
from mapapp.domain.errors import msgid
from mapapp.domain.questions import BoundarySet
from mapapp.presentation.labels import oblast_name
from mapapp.presentation.small_print import source_list, state_legend
from mapapp.ui import answers
from mapapp.ui.choice import ABOUT_LINK
from mapapp.ui.visit import Visit

_MEANINGS: Final[Mapping[CoverageState, str]] = {
    CoverageState.SERVED: msgid("A provider located in the hromada serves its residents."),
    CoverageState.FROM_NEIGHBOUR: msgid(
        "A provider from another hromada, or one whose location is not disclosed, names this hromada among "
        "those it serves: by contract or by right."
    ),
    CoverageState.FROM_WIDER: msgid(
        "A provider from elsewhere, or one whose location is not disclosed, serves the whole raion, oblast "
        "or country."
    ),
    CoverageState.REMOTE_ONLY: msgid("The service is given online or by phone, and in person by nobody."),
    CoverageState.NOT_SERVED: msgid(
        "The registry describes the oblast fully, and no provider in it serves the hromada."
    ),
    CoverageState.OCCUPIED: msgid(
        "All of the hromada is temporarily occupied; nothing is known of services there."
    ),
    CoverageState.NO_DATA: msgid(
        "The registry does not describe the oblast, so nothing can be said: this is not a missing service."
    ),
}

_DESCRIBED_FULLY: Final = msgid(
    "The registry describes fully: {oblasts}. Only there does the absence of a provider mean that a "
    "service is missing."
)
_DEMONSTRATION: Final = msgid(
    "The providers are demonstration records: places, names and offers are invented to show how the map "
    "works, and their phones are public hotlines. Each carries the mark «demo»."
)
_CONFIDENTIAL: Final = msgid(
    "Addresses of shelters for survivors of violence and of other confidential providers are not in this "
    "application at all: the map knows only whom they serve, and shows an intake phone."
)
_SERVES: Final = msgid(
    "Located in is not the same as serves: a provider colours a hromada only if it serves its residents. "
    "A hromada that is partly temporarily occupied is judged by the rest of it, and marked."
)
_APPROXIMATE: Final = msgid(
    "The boundaries of hromadas are **approximate**: they are drawn halfway between settlements of "
    "neighbouring hromadas and are no proof of what belongs to whom. Whether a provider serves a hromada "
    "is known from the registry, not from these lines."
)
_POPULATION: Final = msgid(
    "Population figures of 1 January 2022 precede displacement. The population of most villages is not "
    "published by settlement: where it is used, it is a share of the hromada's figure, marked as an "
    "estimate."
)


def about_page(visit: Visit) -> None:
    """Show scope, meanings, boundaries, sources and ways to show the map elsewhere."""
    _show_scope(visit)
    _show_meanings(visit)
    _show_boundaries(visit, visit.atlas.boundary_set())
    _show_sources(visit)
    _show_embedding(visit)
    visit.write_link(ABOUT_LINK)


def _show_scope(visit: Visit) -> None:
    t, gazetteer = visit.t, visit.atlas.gazetteer
    _heading(t("What is shown"))
    health = answers.health(visit.atlas)
    st.markdown(
        t(
            "Hromadas: {hromadas}, and the cities of Kyiv and Sevastopol. Settlements: {settlements}. "
            "Service points in the registry: {points}.",
            hromadas=t.number(health.hromadas),
            settlements=t.number(health.settlements),
            points=t.number(health.service_points),
        )
    )
    scope = sorted(
        (oblast_name(t, gazetteer.oblasts[code]) for code in visit.atlas.registry_scope()), key=t.sort_key
    )
    if scope:
        st.markdown(
            t(
                _DESCRIBED_FULLY,
                oblasts=t.listed(scope),
            )
        )
    if health.demo_records:
        st.markdown(t(_DEMONSTRATION))
    st.markdown(t(_CONFIDENTIAL))


def _show_meanings(visit: Visit) -> None:
    _heading(visit.t("What the colours mean"))
    st.html(state_legend(visit.t, _MEANINGS))
    st.markdown(visit.t(_SERVES))


def _show_boundaries(visit: Visit, drawn: BoundarySet) -> None:
    t = visit.t
    _heading(t("Boundaries"))
    if drawn.is_approximate:
        st.markdown(t(_APPROXIMATE))
    # Our own title is a msgid; an imported one is whatever its file said.
    title = t(drawn.title) if drawn.is_approximate else drawn.title
    st.text(" · ".join(filter(None, [title, drawn.attribution, drawn.licence])))
    st.caption(t("Installed on {day}.", day=drawn.installed_at))


def _show_sources(visit: Visit) -> None:
    t, sources = visit.t, visit.atlas.gazetteer.sources.values()
    _heading(t("Sources"))
    st.html(source_list(t, sources))
    st.markdown(t(_POPULATION))


def _show_embedding(visit: Visit) -> None:
    t, choice = visit.t, visit.choice
    asked = {"service": choice.service, "area": choice.area or "", "lang": t.language}
    address = f"/embed?{urlencode({name: value for name, value in asked.items() if value})}"
    _heading(t("The map on your site"))
    st.markdown(
        t("The same map without login or cookies, for an iframe: [open it]({address}).", address=address)
    )
    site = (st.context.url or "").rstrip("/").removesuffix("/about")
    st.code(
        f'<iframe src="{site}{address}" width="100%" height="600" loading="lazy"></iframe>', language="html"
    )


def _heading(text: str) -> None:
    st.subheader(text, anchor=False)
