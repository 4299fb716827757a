"""One record of the registry, opened: the card, the map of whom it serves, and its history."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import BoundingBox
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.quality import REFRESH_DAYS_WITHOUT_SERVICES
from mapapp.domain.registry import Offering
from mapapp.domain.registry_questions import PointRecord, freshness_on
from mapapp.presentation.catchment_map import areas_served, mark_on_map, served_hromadas
from mapapp.presentation.facts import Telling
from mapapp.presentation.map_view import MapView
from mapapp.presentation.offering_card import offered_name
from mapapp.presentation.record_card import record_card, record_details
from mapapp.presentation.record_history import record_history
from mapapp.ui.map_component import show_map
from mapapp.ui.visit import Visit

_MAP = "record_map"
_MAP_HEIGHT_PX = 420
_MARGIN_DEGREES = 0.05


def show_record(visit: Visit, telling: Telling, point_id: str) -> None:
    """Show all that is known of a service point, or that there is no such point."""
    t = visit.t
    st.button(
        t("Back to the list"),
        key="back",
        icon=":material/arrow_back:",
        on_click=visit.changing(point=None, page=visit.choice.page),
    )
    try:
        record = visit.atlas.point_record(point_id)
    except NotFoundError as error:
        st.error(t.error(error))
        return
    freshness = freshness_on(telling.today, record.point.last_verified, _refresh_days(visit, record))
    card, whom = st.columns([3, 2])
    with card:
        st.html(record_card(telling, record, freshness))
    with whom:
        _show_catchment(visit, telling, record)
    st.html(record_details(telling, record, freshness))
    st.subheader(t("History of changes"), anchor=False)
    st.html(record_history(telling, record.history))


def _refresh_days(visit: Visit, record: PointRecord) -> int:
    services = (visit.atlas.services.get(offering.service) for offering in record.point.offerings)
    return min(
        (service.refresh_days for service in services if service), default=REFRESH_DAYS_WITHOUT_SERVICES
    )


@st.fragment
def _show_catchment(visit: Visit, telling: Telling, record: PointRecord) -> None:
    t = visit.t
    st.subheader(t("Whom it serves"), anchor=False)
    offerings = _choose_offerings(telling, record)
    if not offerings:
        st.caption(t("No services are recorded."))
        return
    coverage = served_hromadas(visit.atlas.gazetteer, record, offerings, telling.today)
    served = sum(not visit.atlas.gazetteer.hromadas[code].is_special_city for code in coverage.hromadas)
    st.caption(
        t.plural("{n} hromada is served today.", "{n} hromadas are served today.", served)
        if coverage.hromadas
        else t("Nobody is served today: see the dates in the services.")
    )
    if record.point.is_confidential:
        st.caption(t("The place is not disclosed, so the map shows only whom it serves."))
    view = MapView(
        bounds=_bounds(visit, record, areas_served(offerings, telling.today)),
        coverage=coverage,
        results=mark_on_map(record),
    )
    show_map(view, scene=visit.scene, t=t, key=_MAP, height_px=_MAP_HEIGHT_PX)


def _choose_offerings(telling: Telling, record: PointRecord) -> tuple[Offering, ...]:
    """Let a person look at one service where the services have different catchments."""
    offerings = record.point.offerings
    if len({frozenset(offering.catchment) for offering in offerings}) < 2:  # noqa: PLR2004 - nothing to tell apart
        return offerings
    t = telling.t
    names = {index: offered_name(telling, offering.service) for index, offering in enumerate(offerings)}
    chosen = st.selectbox(
        t("Service"),
        [-1, *names],
        format_func=lambda index: names.get(index, t("All services together")),
        key=f"catchment_{record.point.id}",
    )
    return offerings if chosen not in names else (offerings[chosen],)


def _bounds(visit: Visit, record: PointRecord, areas: frozenset[str]) -> BoundingBox:
    """Return the box around everything served and the place, if it may be known."""
    gazetteer, point = visit.atlas.gazetteer, record.point
    drawn = {*gazetteer.oblasts, *gazetteer.raions, *gazetteer.hromadas}
    codes = [Katottg(area) for area in areas if area != NATION and area in drawn]
    if NATION in areas:
        return visit.atlas.bounds_of(None)
    boxes = [visit.atlas.bounds_of(code) for code in codes or [point.hromada or point.oblast]]
    if point.point is not None:
        at = point.point
        boxes.append(
            BoundingBox(
                at.lon - _MARGIN_DEGREES,
                at.lat - _MARGIN_DEGREES,
                at.lon + _MARGIN_DEGREES,
                at.lat + _MARGIN_DEGREES,
            )
        )
    return BoundingBox(
        west=min(box.west for box in boxes),
        south=min(box.south for box in boxes),
        east=max(box.east for box in boxes),
        north=max(box.north for box in boxes),
    )
