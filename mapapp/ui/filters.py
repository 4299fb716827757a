"""The widgets that choose: service, oblast, raion and hromada, each in the language's alphabet."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from mapapp.domain.geography import Hromada
from mapapp.domain.katottg import Katottg
from mapapp.presentation.labels import (
    hromada_name,
    hromada_whereabouts,
    label,
    oblast_name,
    raion_name,
    service_name,
)
from mapapp.ui.visit import Visit

Key = TypeVar("Key", bound=str)


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
