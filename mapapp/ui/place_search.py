"""The search box for a client's settlement: candidates as one types, told apart by where they lie."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mapapp.domain.geography import Settlement
from mapapp.domain.questions import PlaceMatch
from mapapp.presentation.labels import settlement_name, settlement_whereabouts
from mapapp.ui.visit import Visit

_TEXT = "place_text"
_CANDIDATE = "place_candidate"
_MOST_CANDIDATES = 12


def choose_place(visit: Visit) -> None:
    """Show the box and, while no place is chosen, the settlements that may be meant."""
    t = visit.t
    _show_chosen(visit)
    text = st.text_input(
        t("Settlement"),
        key=_TEXT,
        placeholder=t("Begin to type: Opishnia, or Ivanivka, Poltavskyi"),
        type="search",
        live=True,
        on_change=lambda: _forget_another_place(visit),
    )
    if not text or visit.choice.place is not None:
        return
    matches = visit.atlas.find_places(text, _MOST_CANDIDATES)
    if matches:
        _show_candidates(visit, matches)
    else:
        st.caption(t("No settlement has a name like this. Check the spelling or click on the map."))


def _show_chosen(visit: Visit) -> None:
    """Write the chosen place into the box, and empty it for a point clicked on the map."""
    place = visit.choice.place
    if place is not None:
        st.session_state[_TEXT] = _full_name(visit, visit.atlas.gazetteer.settlements[place])
    elif visit.choice.at is not None:
        st.session_state[_TEXT] = ""


def _full_name(visit: Visit, place: Settlement) -> str:
    """Return the settlement with everything it lies in."""
    gazetteer = visit.atlas.gazetteer
    whereabouts = settlement_whereabouts(visit.t, gazetteer, place)
    return f"{settlement_name(visit.t, place)}, {whereabouts}"


def _forget_another_place(visit: Visit) -> None:
    visit.change(place=None, at=None)


def _show_candidates(visit: Visit, matches: Sequence[PlaceMatch]) -> None:
    t = visit.t
    by_code = {match.settlement.katottg: match for match in matches}

    def choose() -> None:
        visit.change(place=st.session_state[_CANDIDATE], at=None)

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


def _candidate(visit: Visit, match: PlaceMatch) -> str:
    place = match.settlement
    whereabouts = settlement_whereabouts(visit.t, visit.atlas.gazetteer, place)
    name = f"**{settlement_name(visit.t, place)}**"
    if match.by_former_name:
        name = visit.t("{name}, formerly {former}", name=name, former=place.former_name)
    return f"{name}, {whereabouts}"
