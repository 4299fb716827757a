"""What a caseworker says of the need: the service, the place, and folded up all that is not required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from mapapp.domain.registry import Payment, PlaceOfProvision, TargetGroup
from mapapp.domain.travel import TravelMode
from mapapp.presentation.labels import group_labels, label
from mapapp.presentation.referral_reasons import mode_text, places_text
from mapapp.ui.choice import CLIENT_FIELDS, FIRST_DAY, LANGUAGES_SPOKEN, LAST_DAY, OLDEST, RADII_KM
from mapapp.ui.place_search import choose_place
from mapapp.ui.service_search import search_service
from mapapp.ui.visit import Visit

Word = TypeVar("Word", bound=StrEnum)
_KILOMETRE_M = 1000


def ask(visit: Visit) -> None:
    """Show the two things that are required, then the rest folded up, with what is set of it."""
    search_service(visit)
    choose_place(visit)
    with st.expander(visit.t("More about the client"), key="client", icon=":material/tune:"):
        _ask_who_and_when(visit)
        _ask_how(visit)
    _say_what_is_set(visit)


def _ask_who_and_when(visit: Visit) -> None:
    t = visit.t
    who, age, when = st.columns([4, 2, 3])
    groups = [group for group in TargetGroup if group is not TargetGroup.EVERYONE]
    st.session_state["groups"] = [group for group in groups if group in visit.choice.groups]
    who.multiselect(
        t("Who the client is"),
        groups,
        format_func=lambda group: ", ".join(group_labels(t, group)),
        key="groups",
        on_change=lambda: visit.change(groups=_together(st.session_state["groups"])),
        placeholder=t("Any group"),
        filter_mode="contains",
    )
    age.number_input(
        t("Age, whole years"),
        min_value=0,
        max_value=OLDEST,
        value=None,
        step=1,
        key="age",
        on_change=visit.shown("age"),
        placeholder=t("Any age"),
    )
    when.date_input(
        t("When (empty: now)"),
        value=None,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        key="day",
        on_change=visit.shown("day"),
        format="DD.MM.YYYY",
    )
    with st.container(horizontal=True, key="client_needs"):
        st.toggle(t("Cannot climb steps"), key="step_free", on_change=visit.shown("step_free"))
        st.toggle(t("Only those at work then"), key="open_then", on_change=visit.shown("open_then"))
        st.toggle(t("Urgent"), key="urgent", on_change=visit.shown("urgent"))


def _together(groups: Sequence[TargetGroup]) -> TargetGroup:
    chosen = TargetGroup(0)
    for group in groups:
        chosen |= group
    return chosen


def _ask_how(visit: Visit) -> None:
    t = visit.t
    given, payments = st.columns([3, 2])
    with given:
        _choose_several(visit, t("Where the service is given"), "given", PlaceOfProvision)
    with payments:
        _choose_several(visit, t("Payment"), "payments", Payment)
    language, radius, travel = st.columns(3)
    with language:
        names: dict[object, str] = {code: t.language_name(code) for code in LANGUAGES_SPOKEN}
        _choose_or_any(visit, t("Language"), "speaks", names, t("Any language"))
    with radius:
        radii: dict[object, str] = {km: t.distance(km * _KILOMETRE_M) for km in RADII_KM}
        _choose_or_any(visit, t("No farther than"), "radius_km", radii, t("Any distance"))
    with travel:
        st.segmented_control(
            t("How the client travels"),
            list(TravelMode),
            format_func=lambda mode: mode_text(t, mode),
            key="travel",
            on_change=visit.shown("travel"),
            required=True,
        )


def _choose_several(visit: Visit, title: str, field: str, vocabulary: type[Word]) -> None:
    st.session_state[field] = [word for word in vocabulary if word in getattr(visit.choice, field)]
    st.pills(
        title,
        list(vocabulary),
        selection_mode="multi",
        format_func=lambda word: label(visit.t, word),
        key=field,
        on_change=lambda: visit.change(**{field: frozenset(st.session_state[field])}),
        wrap=True,
    )


def _choose_or_any(visit: Visit, title: str, field: str, names: Mapping[object, str], anything: str) -> None:
    # To Streamlit None is an unanswered question; an empty text is the answer "any".
    st.session_state[field] = getattr(visit.choice, field) or ""
    st.selectbox(
        title,
        ["", *names],
        format_func=lambda option: names[option] if option else anything,
        key=field,
        on_change=lambda: visit.change(**{field: st.session_state[field] or None}),
    )


def _say_what_is_set(visit: Visit) -> None:
    said = list(_set(visit))
    if not said:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="client_set"):
        st.caption(visit.t("Set: {things}", things="; ".join(said)))
        start = {field: getattr(visit.start, field) for field in CLIENT_FIELDS}
        st.button(visit.t("Clear"), key="clear_client", type="tertiary", on_click=visit.changing(**start))


def _set(visit: Visit) -> Iterator[str]:
    """Yield what is said of the client beside the place, in the order of the form."""
    t, choice = visit.t, visit.choice
    yield from group_labels(t, choice.groups)
    if choice.age is not None:
        yield t("age {age}", age=choice.age)
    if choice.step_free:
        yield t("cannot climb steps")
    if choice.day is not None:
        yield t.date(choice.day)
    if choice.open_then:
        yield t("only those at work then")
    if choice.urgent:
        yield t("urgent")
    if choice.given:
        yield places_text(t, choice.given)
    yield from (label(t, payment) for payment in Payment if payment in choice.payments)
    if choice.speaks is not None:
        yield t.language_name(choice.speaks)
    if choice.radius_km is not None:
        yield t("no farther than {distance}", distance=t.distance(choice.radius_km * _KILOMETRE_M))
    if choice.travel is not visit.start.travel:
        yield mode_text(t, choice.travel)
