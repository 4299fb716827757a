"""Find a provider: the caseworker's one screen, from the need to who will take the client and a slip."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import streamlit as st

from mapapp.domain.clock import KYIV
from mapapp.domain.coordinates import NO_HROMADA_HERE
from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.referral import ReferralAnswer
from mapapp.presentation.answer_map import answer_markers
from mapapp.presentation.apply_list import apply_list
from mapapp.presentation.facts import Telling
from mapapp.presentation.map_scene import points_url
from mapapp.presentation.map_view import MapResult, MapView
from mapapp.ui import answers
from mapapp.ui.choice import FIND_LINK
from mapapp.ui.map_component import show_map
from mapapp.ui.referral_answer import chosen_match, show_answer
from mapapp.ui.referral_form import ask
from mapapp.ui.referral_question import Client, client_of, has_place, question_of
from mapapp.ui.search_evidence import record_search, search_outcome
from mapapp.ui.visit import Visit

_MAP: Final = "find_map"
_LEAST_MARGIN_DEGREES: Final = 0.005
_MARGIN: Final = 0.2


def find_page(visit: Visit) -> None:
    """Show the question, then the answer as a list, with the same numbers on the map."""
    telling = Telling(visit.t, visit.atlas.gazetteer, visit.atlas.services, datetime.now(KYIV))
    asked, map_place = st.columns([3, 2])
    with asked:
        ask(visit)
        client = client_of(visit.choice, visit.atlas)
        answer = None
        if client is None:
            _ask_for_the_place(visit)
        else:
            answer = _answer(visit, telling, client)
    with map_place, st.container(key="beside"):
        _show_map(visit, client, answer)
    visit.write_link(FIND_LINK)


def _ask_for_the_place(visit: Visit) -> None:
    t = visit.t
    if has_place(visit.choice):
        st.warning(t("The coordinates of this settlement are not known: click on the map instead."))
    else:
        st.caption(t("Name the client's settlement, or click on the map."))


def _answer(visit: Visit, telling: Telling, client: Client) -> ReferralAnswer:
    t = visit.t
    if client.hromada is None:
        nobody_knows = t("No hromada is known here, so everyone is listed by distance, whomever they serve.")
        st.info(t(NO_HROMADA_HERE) if visit.choice.at is not None else nobody_knows)
    answer = answers.refer(visit.atlas, question_of(visit.choice, client, telling.now))
    outcome = search_outcome(visit.atlas, answer)
    show_answer(visit, telling, answer, outcome)
    if client.hromada is not None:
        found = answers.where_to_apply(visit.atlas, client.hromada)
        st.html(apply_list(telling, client.hromada, found, visit.choice.service))
    record_search(visit, answer, outcome)
    return answer


@st.fragment
def _show_map(visit: Visit, client: Client | None, answer: ReferralAnswer | None) -> None:
    results = () if answer is None else tuple(answer_markers(answer))
    view = MapView(
        bounds=_bounds(visit, client, results),
        points_url=points_url(day=visit.today, service=visit.choice.service) if client is None else None,
        selected_hromada=None if client is None else client.hromada,
        origin=None if client is None else client.origin,
        results=results,
        chosen=visit.choice.result,
        route=() if client is None or answer is None else _route(visit, client, answer),
    )
    click = show_map(view, scene=visit.scene, t=visit.t, key=_MAP)
    if click is None:
        return
    if click.point_id is None:
        visit.change(at=click.position, place=None, home=None)
        st.rerun()
    elif click.point_id in {result.point_id for result in results}:
        visit.change(result=click.point_id)
        st.rerun()


def _route(visit: Visit, client: Client, answer: ReferralAnswer) -> tuple[LonLat, ...]:
    """Return the line of the way to the answer looked at, where roads are loaded."""
    chosen = chosen_match(answer.local, visit.choice.result)
    if not answer.by_road or chosen is None or chosen.way is None or chosen.way.trip is None:
        return ()
    found = answers.route(visit.atlas, client.origin, chosen.way.to, answer.question.mode)
    return () if found is None else found.line


def _bounds(visit: Visit, client: Client | None, results: Iterable[MapResult]) -> BoundingBox:
    """Return the box that shows the client and every answer; the client's hromada if there is none."""
    places = [result.position for result in results]
    if client is None or not places:
        return visit.atlas.bounds_of(None if client is None else client.hromada)
    points = [client.origin, *places]
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    # A share of the span keeps the numbers of a town apart and those of a country off the edge.
    margin = max(_LEAST_MARGIN_DEGREES, _MARGIN * max(max(lons) - min(lons), max(lats) - min(lats)))
    return BoundingBox(
        west=min(lons) - margin,
        south=min(lats) - margin,
        east=max(lons) + margin,
        north=max(lats) + margin,
    )
