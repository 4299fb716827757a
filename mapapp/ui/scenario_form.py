"""Making a scenario: one change after another, chosen from lists that can be searched, under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import streamlit as st

from mapapp.domain.coordinates import checked_in_ukraine, read_coordinates
from mapapp.domain.errors import UsageError, msgid
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.placement import Serving
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.registry_questions import RegistryQuery
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    ScenarioChange,
    SignContract,
)
from mapapp.domain.scenario_points import area_served
from mapapp.presentation.labels import (
    hromada_name,
    hromada_whereabouts,
    label,
    service_name,
    settlement_name,
    settlement_whereabouts,
)
from mapapp.presentation.scenario_text import change_text
from mapapp.ui.scenario_shelf import free_id, keep, point_names
from mapapp.ui.visit import Visit

_DRAFT: Final = "scenario_draft"
_LONGEST_NAME: Final = 200
_MOST_POINTS: Final = 200
"""How many providers a list offers; of more one types a part of the name."""
_MOST_PLACES: Final = 12
_MOST_PEOPLE: Final = 1_000_000
_MOST_PLACES_OFFERED: Final = 100_000
_WIDEST_KM: Final = 100


class _Kind(StrEnum):
    CLOSE = "close"
    OPEN = "open"
    CONTRACT = "contract"
    ROADS = "roads"
    OCCUPY = "occupy"
    DISPLACE = "displace"


_KINDS: Final[Mapping[_Kind, str]] = {
    _Kind.CLOSE: msgid("a provider closes"),
    _Kind.OPEN: msgid("a new provider opens"),
    _Kind.CONTRACT: msgid("a provider signs a contract with a hromada"),
    _Kind.ROADS: msgid("roads are lost around a place"),
    _Kind.OCCUPY: msgid("a hromada becomes occupied"),
    _Kind.DISPLACE: msgid("people are displaced"),
}


def show_form(visit: Visit) -> None:
    """Show the kind of change with what it needs, the changes so far, and the name to keep them under."""
    t = visit.t
    st.selectbox(t("What changes"), list(_Kind), format_func=lambda kind: t(_KINDS[kind]), key="change_kind")
    change = _CHOOSERS[st.session_state["change_kind"]](visit)
    st.button(
        t("Add the change"),
        key="add_change",
        disabled=change is None,
        on_click=_add,
        args=(change,),
        icon=":material/add:",
    )
    _show_draft(visit)


def _show_draft(visit: Visit) -> None:
    t, draft = visit.t, _draft()
    if not draft:
        st.caption(t("Add one change or several, then name the scenario and keep it."))
        return
    names = point_names(visit, [Scenario("draft", "draft", tuple(draft))])
    for number, change in enumerate(draft):
        said, away = st.columns([6, 1], vertical_alignment="center")
        said.text(f"• {change_text(visit.telling, change, names)}")
        away.button(
            "✕", key=f"away_{number}", on_click=_take_away, args=(number,), help=t("Take the change away")
        )
    name = st.text_input(t("Name of the scenario"), key="scenario_name", max_chars=_LONGEST_NAME)
    st.button(
        t("Keep the scenario"),
        key="keep_scenario",
        type="primary",
        disabled=not name.strip(),
        on_click=_keep,
        args=(visit, name.strip()),
    )


def _draft() -> list[ScenarioChange]:
    draft: list[ScenarioChange] = st.session_state.setdefault(_DRAFT, [])
    return draft


def _add(change: ScenarioChange | None) -> None:
    if change is not None and change not in _draft():
        _draft().append(change)


def _take_away(number: int) -> None:
    del _draft()[number]


def _keep(visit: Visit, name: str) -> None:
    keep(Scenario(free_id(visit), name, tuple(_draft())))
    st.session_state[_DRAFT] = []
    st.session_state["scenario_name"] = ""


def _choose_closing(visit: Visit) -> ScenarioChange | None:
    point = _choose_point(visit)
    only = _only_this_service(visit, visit.t("Only this service, the rest goes on"))
    return None if point is None else ClosePoint(point, only)


def _choose_contract(visit: Visit) -> ScenarioChange | None:
    point = _choose_point(visit)
    hromada = _choose_hromada(visit, visit.t("Hromada that will be served"), "contract_hromada")
    only = _only_this_service(visit, visit.t("A contract for this service alone"))
    return None if point is None or hromada is None else SignContract(point, hromada, only)


def _choose_opening(visit: Visit) -> ScenarioChange | None:
    t, service = visit.t, visit.choice.service
    named, placed = st.columns(2)
    name = named.text_input(
        t("Name of the new provider"), key="opening_name", max_chars=_LONGEST_NAME, value=t("New provider")
    )
    with placed:
        settlement = _choose_settlement(visit, t("Where it opens: a settlement"), "opening_place")
    served, given, counted = st.columns(3)
    served.selectbox(
        t("Whom it serves"), list(Serving), format_func=lambda word: label(t, word), key="opening_serves"
    )
    given.selectbox(
        t("Where it gives the service"),
        list(PlaceOfProvision),
        format_func=lambda word: label(t, word),
        index=list(PlaceOfProvision).index(PlaceOfProvision.DAY),
        key="opening_gives",
    )
    capacity = counted.number_input(
        t("Places (optional)"),
        min_value=0,
        max_value=_MOST_PLACES_OFFERED,
        value=None,
        step=1,
        key="opening_capacity",
    )
    st.caption(
        t(
            "It gives the service chosen above: {service}.",
            service=service_name(t, visit.atlas.services[service]),
        )
    )
    serving, place = st.session_state["opening_serves"], st.session_state["opening_gives"]
    area = None if settlement is None else area_served(serving, settlement, visit.atlas.gazetteer)
    if settlement is None or area is None or not name.strip():
        return None
    return OpenPoint(name.strip(), settlement, (service,), (area,), capacity, frozenset({place}))


def _choose_roads(visit: Visit) -> ScenarioChange | None:
    t = visit.t
    where, how_far = st.columns([3, 1])
    with where:
        text = st.text_input(t("Around what: coordinates or a settlement"), key="roads_around", type="search")
        around = _place_of(visit, text)
    radius_km = how_far.number_input(
        t("Within, km"), min_value=0.1, max_value=float(_WIDEST_KM), value=1.0, key="roads_within"
    )
    if len(visit.atlas.planner.costs()) == 1:
        st.info(t("No roads are loaded, so losing them changes nothing: distances are in a straight line."))
    return None if around is None else LoseRoads(around, radius_km * 1000)


def _place_of(visit: Visit, text: str) -> LonLat | None:
    t = visit.t
    if not text:
        return None
    point = read_coordinates(text)
    if point is not None:
        try:
            return checked_in_ukraine(point)
        except UsageError as error:
            st.warning(t.error(error))
            return None
    code = _settlement_among(visit, text, "roads_place")
    return None if code is None else visit.atlas.gazetteer.settlements[code].point


def _choose_occupied(visit: Visit) -> ScenarioChange | None:
    hromada = _choose_hromada(visit, visit.t("Hromada that becomes occupied"), "occupied_hromada")
    return None if hromada is None else Occupy(hromada)


def _choose_displaced(visit: Visit) -> ScenarioChange | None:
    t = visit.t
    left, came, counted = st.columns([3, 3, 2])
    with left:
        origin = _choose_hromada(visit, t("From which hromada"), "displaced_from")
    with came:
        destination = _choose_hromada(visit, t("To which hromada"), "displaced_to")
    persons = counted.number_input(
        t("How many people"),
        min_value=1,
        max_value=_MOST_PEOPLE,
        value=1000,
        step=100,
        key="displaced_persons",
    )
    if origin is None or destination is None or origin == destination:
        return None
    return Displace(origin, destination, int(persons))


_CHOOSERS: Final[Mapping[_Kind, Callable[[Visit], ScenarioChange | None]]] = {
    _Kind.CLOSE: _choose_closing,
    _Kind.OPEN: _choose_opening,
    _Kind.CONTRACT: _choose_contract,
    _Kind.ROADS: _choose_roads,
    _Kind.OCCUPY: _choose_occupied,
    _Kind.DISPLACE: _choose_displaced,
}


def _choose_point(visit: Visit) -> str | None:
    """Show the providers of the service in the area; of very many a part of the name narrows them."""
    t, choice = visit.t, visit.choice
    text = ""
    query = RegistryQuery(service=choice.service, area=choice.area, limit=_MOST_POINTS, today=visit.today)
    page = visit.atlas.find_records(query)
    if page.total > _MOST_POINTS:
        text = st.text_input(t("Part of the provider's name"), key="point_text", type="search")
        page = visit.atlas.find_records(
            RegistryQuery(text, choice.area, choice.service, limit=_MOST_POINTS, today=visit.today)
        )
    names = {point.id: f"{point.name} · {point.organisation_name}" for point in page.points}
    if not names:
        st.info(t("No provider of this service is known here. Choose another service or area above."))
        return None
    return st.selectbox(
        t("Provider"),
        list(names),
        index=None,
        format_func=lambda id_: names.get(id_, id_),
        key="change_point",
        placeholder=t("Type a part of the name"),
        filter_mode="contains",
    )


def _only_this_service(visit: Visit, title: str) -> str | None:
    return visit.choice.service if st.checkbox(title, key="change_only_service") else None


def _choose_hromada(visit: Visit, title: str, key: str) -> Katottg | None:
    t, gazetteer = visit.t, visit.atlas.gazetteer
    names = {
        code: f"{hromada_name(t, unit)}, {hromada_whereabouts(t, gazetteer, unit)}".removesuffix(", ")
        for code, unit in gazetteer.hromadas.items()
    }
    return st.selectbox(
        title,
        sorted(names, key=lambda code: (t.sort_key(names[code]), code)),
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder=t("Type a part of the name"),
        filter_mode="contains",
    )


def _choose_settlement(visit: Visit, title: str, key: str) -> Katottg | None:
    text = st.text_input(title, key=key, type="search")
    return _settlement_among(visit, text, f"{key}_found") if text else None


def _settlement_among(visit: Visit, text: str, key: str) -> Katottg | None:
    """Show the settlements the text may mean; the likeliest is chosen."""
    t, gazetteer = visit.t, visit.atlas.gazetteer
    found = [match.settlement.katottg for match in visit.atlas.find_places(text, _MOST_PLACES)]
    if not found:
        st.warning(t("No settlement has a name like this. Check the spelling."))
        return None
    places = {code: gazetteer.settlements[code] for code in found}
    return st.selectbox(
        t("Which one"),
        found,
        format_func=lambda code: (
            f"{settlement_name(t, places[code])}, {settlement_whereabouts(t, gazetteer, places[code])}"
        ),
        key=key,
    )
