"""The widgets that choose: service, oblast, raion and hromada, each in the language's alphabet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, TypeVar

import streamlit as st

from mapapp.domain.accessibility import AccessQuery, TravelCost
from mapapp.domain.geography import Hromada
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import ALL_PEOPLE, PeopleChoice
from mapapp.presentation.labels import (
    hromada_name,
    hromada_whereabouts,
    label,
    oblast_name,
    raion_name,
    service_name,
)
from mapapp.presentation.people_text import choice_text
from mapapp.ui import answers
from mapapp.ui.choice import MOST_WITHIN, USUAL_WITHIN
from mapapp.ui.visit import Visit

Key = TypeVar("Key", bound=str)

_UNANSWERED_DAY: Final = "unanswered_day"


def choose_service(visit: Visit) -> None:
    """Show every service by name; the person types a part of it."""
    t, services = visit.t, visit.atlas.services
    names = {slug: service_name(t, service) for slug, service in services.items()}
    st.selectbox(
        t("Service"),
        _by_name(visit, names),
        format_func=names.__getitem__,
        key="service",
        on_change=visit.shown("service"),
        filter_mode="contains",
    )


def choose_oblast(visit: Visit) -> None:
    """Show the oblasts, or the whole of Ukraine; another oblast clears the raion and the hromada."""
    t, gazetteer = visit.t, visit.atlas.gazetteer
    names = {code: oblast_name(t, oblast) for code, oblast in gazetteer.oblasts.items()}
    _choose_unit(visit, t("Oblast"), "oblast", names, t("All of Ukraine"))


def choose_raion(visit: Visit) -> None:
    """Show the raions of the chosen oblast, or all of it."""
    t, gazetteer, oblast = visit.t, visit.atlas.gazetteer, visit.choice.oblast
    names = {
        code: raion_name(t, raion)
        for code, raion in gazetteer.raions.items()
        if oblast in {None, raion.oblast}
    }
    _choose_unit(visit, t("Raion"), "raion", names, t("All raions"))


def choose_hromada(visit: Visit, hromadas: Iterable[Katottg], nothing: str = "") -> None:
    """Show the hromadas given: the way to one for whoever does not use the map."""
    t, gazetteer = visit.t, visit.atlas.gazetteer
    names = {code: _full_name(visit, gazetteer.hromadas[code]) for code in hromadas}
    nothing = nothing or t("Choose a hromada here or on the map")
    _choose_unit(visit, t("Hromada"), "hromada", names, nothing)


def choose_day(visit: Visit) -> None:
    """Show the calendar of past days the registry's history knows of; empty is today."""
    first = visit.atlas.planner.first_day()
    asked = visit.choice.as_of
    if asked is not None and not first <= asked <= visit.today:
        visit.change(as_of=None)
        st.session_state[_UNANSWERED_DAY] = asked
    st.date_input(
        visit.t("As of"),
        value=None,
        min_value=min(first, visit.today),
        max_value=visit.today,
        key="as_of",
        on_change=visit.shown("as_of"),
        format="DD.MM.YYYY",
        help=visit.t("Coverage as it was known at the end of that day; empty is today."),
    )


def tell_unanswered_day(visit: Visit) -> None:
    """Say that a link asks for a day nothing is known of, and that today is shown instead."""
    t, asked = visit.t, st.session_state.pop(_UNANSWERED_DAY, None)
    if asked is None:
        return
    if asked > visit.today:
        st.info(t("{day} is yet to come: today is shown.", day=asked))
        return
    first = visit.atlas.planner.first_day()
    st.info(
        t(
            "The history of the registry begins on {first}: nothing is known of {day}, and today is shown.",
            first=first,
            day=asked,
        )
    )


def choose_people(visit: Visit) -> None:
    """Show who may be counted: every subject of every table of people."""
    telling = visit.telling
    tables = answers.people_tables(visit.atlas)
    names = {
        PeopleChoice(table.id, subject): choice_text(telling, table, subject)
        for table in tables
        for subject in table.subjects
    }
    if visit.choice.people not in names:
        visit.change(people=next(iter(names), ALL_PEOPLE))
    st.selectbox(
        visit.t("Whom to count"),
        list(names),
        format_func=lambda choice: names.get(choice, choice.key),
        key="people",
        on_change=visit.shown("people"),
        filter_mode="contains",
    )


def choose_reach(visit: Visit) -> None:
    """Show how far counts as within reach: kilometres, or minutes where roads are loaded."""
    t, costs = visit.t, list(visit.atlas.planner.costs())
    if visit.choice.cost not in costs:
        visit.change(cost=costs[0], within=None)
    way, limit = st.columns(2)
    st.session_state["cost"] = visit.choice.cost
    way.selectbox(
        t("How the way is measured"),
        costs,
        format_func=lambda cost: label(t, cost),
        key="cost",
        on_change=lambda: visit.change(cost=st.session_state["cost"], within=None),
        disabled=len(costs) == 1,
    )
    st.session_state["within"] = visit.choice.within or USUAL_WITHIN[visit.choice.cost]
    is_distance = visit.choice.cost is TravelCost.DISTANCE
    limit.number_input(
        t("Within reach, km") if is_distance else t("Within reach, min"),
        min_value=1,
        max_value=MOST_WITHIN,
        step=5,
        key="within",
        on_change=lambda: visit.change(within=st.session_state["within"]),
    )


def choose_view(visit: Visit, title: str, field: str, names: dict[Key, str]) -> None:
    """Show the parts of a page to switch between; the link tells which is open."""
    st.session_state[field] = getattr(visit.choice, field)
    st.segmented_control(
        title,
        list(names),
        format_func=names.__getitem__,
        key=field,
        on_change=visit.shown(field),
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )


def choose_one_of(visit: Visit, title: str, field: str, words: Sequence[StrEnum]) -> None:
    """Show the words of a closed vocabulary, of which one always holds."""
    st.selectbox(
        title,
        list(words),
        format_func=lambda word: label(visit.t, word),
        key=field,
        on_change=visit.shown(field),
    )


def choose_word(visit: Visit, title: str, field: str, vocabulary: type[StrEnum]) -> None:
    """Show the words of a closed vocabulary in its own order, or any of them."""
    names = {word: label(visit.t, word) for word in vocabulary}
    _choose_one(visit, title, field, names, visit.t("Any"))


def _full_name(visit: Visit, hromada: Hromada) -> str:
    """Return the name with as much of the whereabouts as the filters leave open: names repeat."""
    t, gazetteer = visit.t, visit.atlas.gazetteer
    name = hromada_name(t, hromada)
    if hromada.raion is None or visit.choice.raion is not None:
        return name
    if visit.choice.oblast is not None:
        return f"{name}, {raion_name(t, gazetteer.raions[hromada.raion])}"
    return f"{name}, {hromada_whereabouts(t, gazetteer, hromada)}"


def choose_offered(visit: Visit) -> None:
    """Show every service by name, or any of them: which of them a provider must offer."""
    t = visit.t
    names = {slug: service_name(t, service) for slug, service in visit.atlas.services.items()}
    _choose_one(visit, t("Service"), "offers", _in_alphabet(visit, names), t("Any"))


def choose_page(visit: Visit, total: int, listed: int) -> None:
    """Show the numbers of the pages of a list, if there is more than one."""
    pages, page = pages_of(total, listed), visit.choice.page
    if pages == 1:
        return
    # Unlike other widgets this one has a default, and Streamlit complains of a value given beside it.
    if st.session_state.get("page", page) != page:
        st.session_state["page"] = page
    st.pagination(
        pages, default=page, key="page", on_change=lambda: visit.change(page=st.session_state["page"])
    )


def pages_of(total: int, listed: int) -> int:
    """Return how many pages a list takes: one even if it is empty."""
    return max(-(-total // listed), 1)


def _choose_unit(visit: Visit, title: str, field: str, names: dict[Katottg, str], nothing: str) -> None:
    _choose_one(visit, title, field, _in_alphabet(visit, names), nothing)


def _choose_one(visit: Visit, title: str, field: str, names: dict[Key, str], nothing: str) -> None:
    # To Streamlit None is an unanswered question; an empty text is the answer "all of them".
    st.session_state[field] = getattr(visit.choice, field) or ""
    st.selectbox(
        title,
        ["", *names],
        format_func=lambda key: names[key] if key else nothing,
        key=field,
        on_change=lambda: visit.change(**{field: st.session_state[field] or None}),
        filter_mode="contains",
    )


def _by_name(visit: Visit, names: dict[Key, str]) -> list[Key]:
    return sorted(names, key=lambda key: (visit.t.sort_key(names[key]), key))


def _in_alphabet(visit: Visit, names: dict[Key, str]) -> dict[Key, str]:
    return {key: names[key] for key in _by_name(visit, names)}


def access_query(visit: Visit) -> AccessQuery:
    """Return the question that the filters ask."""
    choice = visit.choice
    return AccessQuery(choice.service, visit.day, choice.threshold, choice.people, choice.area)
