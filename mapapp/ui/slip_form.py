"""The referral slip of one answer: who issues it and a note, then a PDF, a text and a link."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from mapapp.domain.errors import Fault, UsageError
from mapapp.domain.referral import Match
from mapapp.domain.slip import LONGEST_ISSUER, LONGEST_NOTE, Slip, free_text_faults, new_code
from mapapp.presentation.facts import Telling
from mapapp.presentation.slip_making import make_slip, slip_path
from mapapp.presentation.slip_map import slip_map
from mapapp.presentation.slip_pdf import slip_pdf
from mapapp.presentation.slip_text import slip_text
from mapapp.ui.visit import Visit

_ISSUER: Final = "slip_issuer"
"""The caseworker's organisation, remembered until the session ends."""


def open_slip(visit: Visit, telling: Telling, match: Match) -> None:
    """Open the form over the page."""
    code = new_code()
    st.dialog(visit.t("Referral slip"), width="large")(show_slip_form)(visit, telling, match, code)


def show_slip_form(visit: Visit, telling: Telling, match: Match, code: str) -> None:
    """Show the two texts a caseworker may add, and under them the slip or why it was refused."""
    t, candidate = visit.t, match.candidate
    st.text(candidate.name)
    st.caption(
        t("The slip says nothing about the client and is stored nowhere: write no names, phones or codes.")
    )
    with st.form("slip", border=False):
        issuer = st.text_input(
            t("Your organisation"),
            value=st.session_state.get(_ISSUER, ""),
            key="slip_issuer_text",
            max_chars=LONGEST_ISSUER,
            placeholder=t("For example: Centre of social services of Opishnia"),
        )
        note = st.text_area(
            t("Note, not about the person (optional)"), max_chars=LONGEST_NOTE, height=80, key="slip_note"
        )
        is_made = st.form_submit_button(t("Make the slip"), type="primary")
    st.session_state[_ISSUER] = issuer
    if is_made:
        _make(visit, telling, match, code, (issuer, note))


def _make(visit: Visit, telling: Telling, match: Match, code: str, texts: tuple[str, str]) -> None:
    issuer, note = texts
    faults = free_text_faults(issuer, note, visit.today)
    if faults:
        _refuse(visit, faults)
        return
    try:
        slip = make_slip(
            visit.atlas,
            match.candidate.point_id,
            match.candidate.service,
            code=code,
            day=visit.today,
            ordinal=match.candidate.ordinal,
            from_place=visit.choice.place,
            mode=visit.choice.travel,
            issued_by=issuer,
            note=note,
        )
    except UsageError as error:
        st.error(visit.t.error(error))
        return
    _hand_over(visit, telling, slip)


def _refuse(visit: Visit, faults: Sequence[Fault]) -> None:
    t = visit.t
    names = {"issued_by": t("Your organisation"), "note": t("Note")}
    for fault in faults:
        st.error(f"{names.get(fault.column, '')}: {t(fault.message, **fault.values)}")


def _hand_over(visit: Visit, telling: Telling, slip: Slip) -> None:
    """Offer the slip in all three forms; the link leads to a page of this very installation."""
    t = visit.t
    link = _origin() + slip_path(slip, t.language)
    st.success(t("The slip {code} is ready.", code=slip.code))
    st.download_button(
        t("Download the PDF to print"),
        partial(_pdf, visit, telling, slip, link),
        file_name=f"slip-{slip.code}.pdf",
        mime="application/pdf",
        key="slip_pdf",
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        type="primary",
    )
    st.caption(t("Text for a messenger"))
    st.code(slip_text(slip, telling, link), language=None, wrap_lines=True)
    st.caption(t("Link to the slip, without your note"))
    st.code(link, language=None, wrap_lines=True)


def _pdf(visit: Visit, telling: Telling, slip: Slip, link: str) -> bytes:
    """Return the sheet when somebody asks for it: most take the text or the link."""
    return slip_pdf(slip, telling, link=link, map_svg=slip_map(visit.atlas, slip, telling))


def _origin() -> str:
    """Return where the browser found this page, without its path."""
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}"
