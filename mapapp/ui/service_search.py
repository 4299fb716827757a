"""Which service the client needs: by the words people use for it, or from the list of all services."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mapapp.domain.questions import ServiceMatch
from mapapp.presentation.escaping import plain_markdown
from mapapp.presentation.labels import service_name
from mapapp.presentation.messages import Translator
from mapapp.ui.choice import LONGEST_TEXT
from mapapp.ui.filters import choose_service
from mapapp.ui.visit import Visit

_TEXT = "service_text"
_CANDIDATE = "service_candidate"
_MOST_CANDIDATES = 6


def search_service(visit: Visit) -> None:
    """Show the box for words, the services they may mean, and the list with the one that is chosen."""
    t = visit.t
    words, everything = st.columns(2)
    text = words.text_input(
        t("What is needed, in your words"),
        key=_TEXT,
        placeholder=t("A name, a code or a situation: “nobody to look after grandmother”"),
        type="search",
        max_chars=LONGEST_TEXT,
        live=True,
    )
    with everything:
        choose_service(visit)
    if not text or not text.strip():
        return
    matches = visit.atlas.find_services(text, _MOST_CANDIDATES)
    if matches:
        _show_candidates(visit, matches)
    else:
        st.caption(t("No service is known by these words. Say it differently or choose from the list."))


def _show_candidates(visit: Visit, matches: Sequence[ServiceMatch]) -> None:
    t = visit.t
    by_slug = {match.service.slug: match for match in matches}

    def choose() -> None:
        visit.change(service=st.session_state[_CANDIDATE])
        # What is chosen stands in the list beside; words left in the box would ask again.
        st.session_state[_TEXT] = ""

    st.radio(
        t("Which service?"),
        list(by_slug),
        index=None,
        format_func=lambda slug: _candidate(t, by_slug[slug]),
        key=_CANDIDATE,
        on_change=choose,
    )


def _candidate(t: Translator, match: ServiceMatch) -> str:
    name = service_name(t, match.service)
    said = f"**{plain_markdown(name)}**"
    return said if match.by.casefold() == name.casefold() else f"{said}, {plain_markdown(match.by)}"
