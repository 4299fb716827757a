"""Find a provider: for a service and a client's place, who is nearest, how far, and how to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from mapapp.domain.coverage import CoverageState
from mapapp.domain.errors import msgid
from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageQuery, FoundPoint, NearestAnswer, NearestQuery
from mapapp.presentation.cards import confidential_cards, ranked_cards
from mapapp.presentation.labels import hromada_name, oblast_name
from mapapp.presentation.map_scene import points_url
from mapapp.presentation.map_view import MapView
from mapapp.ui import answers
from mapapp.ui.choice import FIND_LINK
from mapapp.ui.filters import choose_service
from mapapp.ui.map_component import show_map
from mapapp.ui.place_search import choose_place
from mapapp.ui.visit import Visit

_MAP = "find_map"
_LISTED = 20
_MOST_SERVING = 500
"""More providers than serve any one hromada; the list of everyone is marked with it."""
_MARGIN_DEGREES = 0.03

_NOBODY_SERVES: Final = msgid(
    "No provider with a public address serves this hromada with this service. Switch on those that do not "
    "serve it and ask them about a contract, or choose a service close to this one."
)
_OCCUPIED: Final = msgid(
    "The hromada is temporarily occupied and nothing is known of services there. Switch on those that do not "
    "serve it to see who works elsewhere."
)
_NOT_DESCRIBED: Final = msgid(
    "{oblast}: the registry does not describe it, so it is not known who provides this service to the "
    "hromada. Switch on those that do not serve it to see who works elsewhere."
)
_NOBODY_AT_ALL: Final = msgid(
    "No provider of this service is in the registry. Choose a service close to this one."
)
_CALL_THEM: Final = msgid(
    "These providers serve the client's hromada. Call them: they tell the address to clients only."
)


@dataclass(frozen=True, slots=True)
class Client:
    """Where the client is: a point, and the hromada around it where there is one."""

    origin: LonLat
    hromada: Katottg | None


def find_page(visit: Visit) -> None:
    """Show service and place, then the providers as a list, with the same numbers on the map."""
    answer_place, map_place = st.columns([1, 1])
    with answer_place:
        choose_service(visit)
        choose_place(visit)
        client = _client(visit)
        found = None if client is None else _show_answer(visit, client)
    with map_place:
        _show_map(visit, client, found)
    visit.write_link(FIND_LINK)


def _client(visit: Visit) -> Client | None:
    gazetteer, choice = visit.atlas.gazetteer, visit.choice
    if choice.place is not None:
        place = gazetteer.settlements[choice.place]
        hromada = place.area if place.area in gazetteer.hromadas else None
        origin = place.point or (None if hromada is None else gazetteer.hromadas[hromada].centre)
        if origin is None:
            st.warning(visit.t("The coordinates of this settlement are not known: click on the map instead."))
            return None
        return Client(origin, hromada)
    if choice.at is not None:
        return Client(choice.at, visit.atlas.hromada_at(choice.at))
    st.caption(visit.t("Name the client's settlement, or click on the map."))
    return None


def _show_answer(visit: Visit, client: Client) -> NearestAnswer:
    t, gazetteer = visit.t, visit.atlas.gazetteer
    if client.hromada is not None:
        st.toggle(
            t("Also those that do not serve the client's hromada"),
            key="everyone",
            on_change=visit.shown("everyone"),
        )
        where = hromada_name(t, gazetteer.hromadas[client.hromada])
        st.caption(t("Client's hromada: {hromada}. Distance is in a straight line.", hromada=where))
    else:
        st.info(t("No hromada is known here, so everyone is listed by distance, whomever they serve."))
    found = _found(visit, client)
    if found.ranked:
        st.html(ranked_cards(t, gazetteer, found.ranked, client.hromada))
    elif not found.confidential:
        _show_nothing_found(visit, client)
    if found.confidential:
        st.subheader(t("Location not disclosed"), anchor=False)
        st.caption(t(_CALL_THEM))
        st.html(confidential_cards(t, gazetteer, found.confidential))
    return found


def _found(visit: Visit, client: Client) -> NearestAnswer:
    """Ask for those that serve the client's hromada, or for everyone with these marked among them."""
    asked = NearestQuery(
        service=visit.choice.service,
        origin=client.origin,
        day=visit.today,
        serving=client.hromada,
        limit=_LISTED,
    )
    if client.hromada is None or not visit.choice.everyone:
        return answers.nearest(visit.atlas, asked)
    serving = answers.nearest(visit.atlas, replace(asked, limit=_MOST_SERVING))
    serving_ids = {point.point_id for point in serving.ranked}
    everyone = answers.nearest(visit.atlas, replace(asked, serving=None))
    marked = tuple(replace(point, serves_hromada=point.point_id in serving_ids) for point in everyone.ranked)
    return NearestAnswer(ranked=marked, confidential=serving.confidential)


def _show_nothing_found(visit: Visit, client: Client) -> None:
    t, gazetteer = visit.t, visit.atlas.gazetteer
    if client.hromada is None or visit.choice.everyone:
        st.info(t(_NOBODY_AT_ALL))
        return
    state = _state(visit, client.hromada)
    if state is CoverageState.OCCUPIED:
        st.info(t(_OCCUPIED))
    elif state is CoverageState.NO_DATA:
        oblast = gazetteer.oblasts[gazetteer.hromadas[client.hromada].oblast]
        st.info(t(_NOT_DESCRIBED, oblast=oblast_name(t, oblast)))
    else:
        st.info(t(_NOBODY_SERVES))


def _state(visit: Visit, hromada: Katottg) -> CoverageState:
    """Return what the map says of the hromada, which tells a missing service from missing data."""
    oblast = visit.atlas.gazetteer.hromadas[hromada].oblast
    query = CoverageQuery(visit.choice.service, visit.today, oblast)
    return answers.coverage(visit.atlas, query).hromadas[hromada].state


@st.fragment
def _show_map(visit: Visit, client: Client | None, found: NearestAnswer | None) -> None:
    ranked = () if found is None else found.ranked
    view = MapView(
        bounds=_bounds(visit, client, ranked),
        points_url=points_url(day=visit.today, service=visit.choice.service) if client is None else None,
        selected_hromada=None if client is None else client.hromada,
        origin=None if client is None else client.origin,
        results=ranked,
    )
    click = show_map(view, scene=visit.scene, t=visit.t, key=_MAP)
    # A click on a provider opens its card; anywhere else it is the client's place.
    if click is not None and click.point_id is None:
        visit.change(at=click.position, place=None)
        st.rerun()


def _bounds(visit: Visit, client: Client | None, found: Sequence[FoundPoint]) -> BoundingBox:
    """Return the box that shows the client and every provider listed; the client's hromada if none is."""
    if client is None or not found:
        return visit.atlas.bounds_of(None if client is None else client.hromada)
    points = [client.origin, *(point.position for point in found if point.position is not None)]
    return BoundingBox(
        west=min(point.lon for point in points) - _MARGIN_DEGREES,
        south=min(point.lat for point in points) - _MARGIN_DEGREES,
        east=max(point.lon for point in points) + _MARGIN_DEGREES,
        north=max(point.lat for point in points) + _MARGIN_DEGREES,
    )
