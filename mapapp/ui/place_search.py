"""Where the client is: a settlement or hromada as one types it, coordinates as one pastes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import streamlit as st

from mapapp.domain.coordinates import checked_in_ukraine, read_coordinates
from mapapp.domain.errors import UsageError, msgid
from mapapp.domain.geo import UKRAINE_BOUNDS, Direction, LonLat
from mapapp.domain.geography import Oblast, Raion, Settlement
from mapapp.domain.questions import PlaceMatch
from mapapp.domain.wide_units import too_wide
from mapapp.presentation.labels import (
    hromada_name,
    hromada_whereabouts,
    oblast_name,
    raion_name,
    settlement_name,
    settlement_whereabouts,
)
from mapapp.presentation.messages import Translator
from mapapp.ui.referral_question import has_place
from mapapp.ui.visit import Visit

_TEXT = "place_text"
_CANDIDATE = "place_candidate"
_MOST_CANDIDATES = 12

_DIRECTIONS: Final[Mapping[Direction, str]] = MappingProxyType(
    {
        Direction.NORTH: msgid("{distance} north of the hromada's centre"),
        Direction.NORTH_EAST: msgid("{distance} north-east of the hromada's centre"),
        Direction.EAST: msgid("{distance} east of the hromada's centre"),
        Direction.SOUTH_EAST: msgid("{distance} south-east of the hromada's centre"),
        Direction.SOUTH: msgid("{distance} south of the hromada's centre"),
        Direction.SOUTH_WEST: msgid("{distance} south-west of the hromada's centre"),
        Direction.WEST: msgid("{distance} west of the hromada's centre"),
        Direction.NORTH_WEST: msgid("{distance} north-west of the hromada's centre"),
    }
)


def choose_place(visit: Visit) -> None:
    """Show the box and, while no place is chosen, the settlements and hromadas that may be meant."""
    t = visit.t
    _show_chosen(visit)
    text = st.text_input(
        t("Where the client is"),
        key=_TEXT,
        placeholder=t("Settlement, hromada or coordinates: Opishnia, or Ivanivka, Poltavskyi"),
        type="search",
        live=True,
        on_change=lambda: _take_typed(visit),
    )
    if not text or has_place(visit.choice):
        return
    point = read_coordinates(text)
    if point is not None:
        _say_where_it_is(visit, point)
        return
    wide = too_wide(text, visit.atlas.gazetteer)
    if wide is not None:
        st.caption(t("{unit} is too wide: name a settlement or a hromada in it.", unit=_unit_name(t, wide)))
        return
    matches = visit.atlas.find_places(text, _MOST_CANDIDATES)
    if matches:
        _show_candidates(visit, matches)
    else:
        st.caption(t("No settlement has a name like this. Check the spelling or click on the map."))


def _unit_name(t: Translator, unit: Oblast | Raion) -> str:
    return oblast_name(t, unit) if isinstance(unit, Oblast) else raion_name(t, unit)


def _show_chosen(visit: Visit) -> None:
    """Write the chosen place into the box; coordinates stay as they were typed."""
    choice, gazetteer = visit.choice, visit.atlas.gazetteer
    if choice.place is not None:
        st.session_state[_TEXT] = _full_name(visit, gazetteer.settlements[choice.place])
    elif choice.home is not None:
        hromada = gazetteer.hromadas[choice.home]
        parts = (hromada_name(visit.t, hromada), hromada_whereabouts(visit.t, gazetteer, hromada))
        st.session_state[_TEXT] = ", ".join(part for part in parts if part)
    elif choice.at is not None and read_coordinates(st.session_state.get(_TEXT) or "") != choice.at:
        st.session_state[_TEXT] = f"{choice.at.lat:.5f}, {choice.at.lon:.5f}"


def _full_name(visit: Visit, place: Settlement) -> str:
    """Return the settlement with everything it lies in."""
    gazetteer = visit.atlas.gazetteer
    whereabouts = settlement_whereabouts(visit.t, gazetteer, place)
    return f"{settlement_name(visit.t, place)}, {whereabouts}"


def _take_typed(visit: Visit) -> None:
    """Take coordinates at once; a name is yet to be chosen among its homonyms."""
    point = read_coordinates(st.session_state[_TEXT] or "")
    at = point if point is not None and point in UKRAINE_BOUNDS else None
    visit.change(place=None, home=None, at=at)


def _say_where_it_is(visit: Visit, point: LonLat) -> None:
    try:
        checked_in_ukraine(point)
    except UsageError as error:
        st.warning(visit.t.error(error))


def _show_candidates(visit: Visit, matches: Sequence[PlaceMatch]) -> None:
    t = visit.t
    by_code = {_code(match): match for match in matches}

    def choose() -> None:
        code = st.session_state[_CANDIDATE]
        is_hromada = by_code[code].hromada is not None
        visit.change(place=None if is_hromada else code, home=code if is_hromada else None, at=None)

    # All of it is the label, so that a finger may touch any part.
    st.radio(
        t("Which one?"),
        list(by_code),
        index=None,
        format_func=lambda code: _candidate(visit, by_code[code]),
        key=_CANDIDATE,
        on_change=choose,
    )
    if len(matches) == _MOST_CANDIDATES:
        st.caption(t("Not here? Add the raion or oblast after a comma: Ivanivka, Poltavskyi."))


def _code(match: PlaceMatch) -> str:
    return match.settlement.katottg if match.hromada is None else match.hromada.katottg


def _candidate(visit: Visit, match: PlaceMatch) -> str:
    t, gazetteer, place = visit.t, visit.atlas.gazetteer, match.settlement
    if match.hromada is not None:
        whereabouts = hromada_whereabouts(t, gazetteer, match.hromada)
        named = f"**{hromada_name(t, match.hromada)}**"
        name = t("{hromada} (centre: {place})", hromada=named, place=settlement_name(t, place))
        return f"{name}, {whereabouts}" if whereabouts else name
    name = f"**{settlement_name(t, place)}**"
    if match.by_former_name:
        name = t("{name}, formerly {former}", name=name, former=match.known_as or place.former_name)
    parts = [name, settlement_whereabouts(t, gazetteer, place)]
    if match.from_centre is not None:
        distance = t.distance(match.from_centre.distance_m)
        parts.append(t(_DIRECTIONS[match.from_centre.direction], distance=distance))
    return ", ".join(parts)
