"""One person's run of a page: what to ask, in which language, what is chosen, and keeping the link in step.

The choice in the session is the truth. Widgets show it and change it by callback, a map click or a link
changes it too, and at the end of a run the address bar says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import streamlit as st
from streamlit.navigation.page import Page

from mapapp.domain.clock import KYIV
from mapapp.domain.questions import Atlas
from mapapp.presentation.facts import Telling
from mapapp.presentation.map_scene import MapScene
from mapapp.presentation.messages import LANGUAGES, Translator
from mapapp.ui.choice import Choice, first_choice, fitting, link_of, read_link

_CHOICE = "choice"
_LANGUAGE = "lang"
_LINK = "link"
_TOUCHED = "touched"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page is given: the atlas, the map of it, the language, the day and the pages it may link to."""

    atlas: Atlas
    scene: MapScene
    t: Translator
    today: date
    pages: Mapping[str, Page]

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        chosen: Choice = st.session_state[_CHOICE]
        return chosen

    @property
    def day(self) -> date:
        """The day that coverage is told as of: one in the past, or today."""
        return self.choice.as_of or self.today

    @property
    def telling(self) -> Telling:
        """The language and the names that sentences are made of."""
        now = datetime.now(KYIV)
        return Telling(self.t, self.atlas.gazetteer, self.atlas.services, now)

    def waiting(self) -> AbstractContextManager[None]:
        """Return what says, while an answer is slow, that it is being worked out."""
        return st.spinner(self.t("Working it out for the whole country…"), show_time=True)

    def change(self, **fields: Any) -> None:
        """Change the choice, as a widget or a click asks.

        The answer to another question begins at page 1, and nothing of it is looked at yet.
        """
        changed = replace(self.choice, **{"page": 1, "result": None, **fields})
        st.session_state[_CHOICE] = fitting(changed, self.atlas.gazetteer)
        touch()

    def shown(self, field: str) -> Callable[[], None]:
        """Make the widget of that key show a field of the choice; return the callback for its changes."""
        st.session_state[field] = getattr(self.choice, field)
        return lambda: self.change(**{field: st.session_state[field]})

    def changing(self, **fields: Any) -> Callable[[], None]:
        """Return the callback of a button that changes the choice.

        A link to the page one is on would not do: Streamlit shows what it asks for and leaves the address
        bar as it was, and the next widget used would bring the old address back.
        """
        return lambda: self.change(**fields)

    def follow_link(self, names: Iterable[str]) -> tuple[str, ...]:
        """Take the choice that a link or the browser's Back put into the address bar.

        Return the names of the parameters that mean nothing here.
        """
        parameters = _link_from_outside()
        start = self.start
        if _CHOICE in st.session_state:
            if parameters is None:
                return ()
            start = replace(self.choice, **{name: getattr(start, name) for name in names})
        parameters = parameters or {}
        read, refused = read_link(parameters, names, start, self.atlas.services, self.atlas.gazetteer)
        st.session_state[_CHOICE] = read
        is_spoken = parameters.get(_LANGUAGE, self.t.language) == self.t.language
        return refused if is_spoken else (*refused, _LANGUAGE)

    def link(self, names: Iterable[str], **fields: Any) -> dict[str, str]:
        """Return the parameters of a link to what is chosen, with these fields changed."""
        return link_of(replace(self.choice, **fields), self.start, names, self.t.language)

    def write_link(self, names: Iterable[str]) -> None:
        """Make the address bar say what is chosen, so that a copied link shows the same; ends a run.

        An address that says it already is left alone: each change is a step for the browser's Back.
        """
        parameters = self.link(names)
        if st.query_params.to_dict() != parameters:
            st.query_params.from_dict(parameters)
        st.session_state[_LINK] = parameters
        st.session_state.pop(_TOUCHED, None)

    @property
    def start(self) -> Choice:
        """What is shown to whoever chose nothing."""
        return first_choice(self.atlas.services)


def touch() -> None:
    """Note that a person just used a widget: what the address bar says may be older."""
    st.session_state[_TOUCHED] = True


def choose_language() -> str:
    """Show the language switch and return the language; a link may bring one, Ukrainian is the first."""
    parameters = _link_from_outside()
    if parameters is not None:
        asked = parameters.get(_LANGUAGE)
        st.session_state[_LANGUAGE] = asked if asked in LANGUAGES else LANGUAGES[0]
    return (
        st.segmented_control(
            "Мова / Language",
            LANGUAGES,
            format_func=_OWN_NAMES.__getitem__,
            key=_LANGUAGE,
            on_change=touch,
            required=True,
            label_visibility="collapsed",
        )
        or LANGUAGES[0]
    )


_OWN_NAMES: Final = {"uk": "Укр", "en": "Eng"}


def _link_from_outside() -> Mapping[str, str] | None:
    """Return the address bar's parameters if somebody else than these pages put them there, else None.

    After a widget was touched the address may still be the one before: then the person's choice stands.
    """
    parameters = st.query_params.to_dict()
    if _LANGUAGE not in st.session_state or _CHOICE not in st.session_state:
        return parameters
    if st.session_state.get(_TOUCHED) or parameters == st.session_state.get(_LINK):
        return None
    return parameters
