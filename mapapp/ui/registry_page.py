"""The registry: find, filter and open a provider, see everything known of it, take the list away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Final

import streamlit as st

from mapapp.domain.clock import KYIV
from mapapp.domain.errors import msgid
from mapapp.domain.registry import PointKind, Sector
from mapapp.domain.registry_questions import ExportFormat, Freshness, RegistryPage, RegistryQuery
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import label
from mapapp.presentation.registry_list import listed_name, listed_point
from mapapp.ui.choice import FIRST_DAY, LAST_DAY, LONGEST_TEXT, NO_FILTERS, REGISTRY_LINK
from mapapp.ui.filters import (
    choose_hromada,
    choose_oblast,
    choose_offered,
    choose_page,
    choose_raion,
    choose_word,
    pages_of,
)
from mapapp.ui.record_view import show_record
from mapapp.ui.visit import Visit

_LISTED: Final = 20
_FEWER: Final = msgid(
    "Nothing in the registry fits. Take a filter away, or type less: a part of the name, of the address, of "
    "the EDRPOU code or of the phone is enough."
)
_EMPTY: Final = msgid("The registry is empty: an administrator loads it from a file.")


def registry_page(visit: Visit) -> None:
    """Show the record that is opened, else the filters and the list."""
    now = datetime.now(KYIV)
    telling = Telling(visit.t, visit.atlas.gazetteer, visit.atlas.services, now)
    if visit.choice.point is not None:
        show_record(visit, telling, visit.choice.point)
    else:
        _show_list(visit, telling)
    visit.write_link(REGISTRY_LINK)


def _show_list(visit: Visit, telling: Telling) -> None:
    _show_filters(visit)
    query = _query(visit, telling.today)
    page = visit.atlas.find_records(query)
    if page.total and not page.points:
        # A link to a page that is no more: the records are fewer now.
        visit.change(page=pages_of(page.total, _LISTED))
        query = _query(visit, telling.today)
        page = visit.atlas.find_records(query)
    if not page.total:
        _show_nothing_found(visit)
        return
    found, downloads = st.columns([3, 1], vertical_alignment="center")
    found.markdown(_found_text(visit, page))
    with downloads:
        _offer_downloads(visit, query, telling.today)
    with st.container(key="listed"):
        for point in page.points:
            st.button(
                listed_name(telling, point),
                key=f"open_{point.id}",
                on_click=visit.changing(point=point.id, page=visit.choice.page),
                type="tertiary",
                wrap=True,
            )
            st.html(listed_point(telling, point))
    choose_page(visit, page.total, _LISTED)


def _show_filters(visit: Visit) -> None:
    t, choice = visit.t, visit.choice
    st.text_input(
        t("Search the registry"),
        key="text",
        on_change=visit.shown("text"),
        placeholder=t("Name, EDRPOU code, address or phone"),
        max_chars=LONGEST_TEXT,
        type="search",
    )
    more = sum(getattr(choice, name) is not None for name in ("offers", "kind", "sector", "freshness", "on"))
    with st.container(key="filters"):
        oblast, raion, hromada = st.columns(3)
    with oblast:
        choose_oblast(visit)
    with raion:
        choose_raion(visit)
    with hromada:
        inside = [
            code
            for code in visit.atlas.gazetteer.hromadas
            if choice.area in {None, *visit.atlas.gazetteer.parents_of(code)}
        ]
        choose_hromada(visit, inside, t("All hromadas"))
    title = t("More filters ({n} in use)", n=more) if more else t("More filters")
    with st.expander(title, expanded=bool(more)):
        offers, kind = st.columns(2)
        with offers:
            choose_offered(visit)
        with kind:
            choose_word(visit, t("Kind of provider"), "kind", PointKind)
        sector, freshness, day = st.columns(3)
        with sector:
            choose_word(visit, t("Sector"), "sector", Sector)
        with freshness:
            choose_word(visit, t("Freshness"), "freshness", Freshness)
        with day:
            st.date_input(
                t("Works on the day"),
                value=None,
                min_value=FIRST_DAY,
                max_value=LAST_DAY,
                key="on",
                on_change=visit.shown("on"),
                format="DD.MM.YYYY",
            )


def _query(visit: Visit, today: date) -> RegistryQuery:
    choice = visit.choice
    return RegistryQuery(
        text=choice.text,
        area=choice.hromada or choice.area,
        service=choice.offers,
        kind=choice.kind,
        sector=choice.sector,
        freshness=choice.freshness,
        open_on=choice.on,
        today=today,
        limit=_LISTED,
        offset=(choice.page - 1) * _LISTED,
    )


def _found_text(visit: Visit, page: RegistryPage) -> str:
    t = visit.t
    count = t.plural("{n} provider found", "{n} providers found", page.total)
    if page.total <= _LISTED:
        return f"**{count}**"
    first = (visit.choice.page - 1) * _LISTED + 1
    shown = t("shown {first}–{last}", first=t.number(first), last=t.number(first + len(page.points) - 1))
    return f"**{count}**, {shown}"


def _show_nothing_found(visit: Visit) -> None:
    t = visit.t
    if all(getattr(visit.choice, name) == value for name, value in NO_FILTERS.items()):
        st.info(t(_EMPTY))
        return
    st.info(t(_FEWER))
    st.button(t("Take all filters away"), key="clear", on_click=visit.changing(**NO_FILTERS))


def _offer_downloads(visit: Visit, query: RegistryQuery, today: date) -> None:
    t = visit.t
    with st.popover(t("Download the list"), width="stretch"):
        st.caption(
            t("All that the filters leave, from every page of the list. Confidential places are in no file.")
        )
        for file_format in ExportFormat:
            st.download_button(
                label(t, file_format),
                _content(visit, query, file_format),
                file_name=file_format.file_name(today),
                mime=file_format.media_type,
                key=f"download_{file_format}",
                on_click="ignore",
                width="stretch",
            )


def _content(visit: Visit, query: RegistryQuery, file_format: ExportFormat) -> Callable[[], bytes]:
    """Return what makes the file when somebody asks for it: most visitors never do."""
    return partial(_exported, visit, query, file_format)


def _exported(visit: Visit, query: RegistryQuery, file_format: ExportFormat) -> bytes:
    return visit.atlas.export(query, file_format).content
