"""The report: the annex for the programme of an oblast, raion or hromada, as PDF, XLSX or DOCX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from mapapp.domain.annex import Annex, AnnexQuery
from mapapp.domain.katottg import Katottg
from mapapp.presentation.annex_docx import annex_docx
from mapapp.presentation.annex_pdf import annex_pdf
from mapapp.presentation.annex_xlsx import annex_xlsx
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import area_name
from mapapp.ui import answers
from mapapp.ui.choice import CoverageView
from mapapp.ui.matrix_view import target_of
from mapapp.ui.table_view import XLSX_TYPE
from mapapp.ui.visit import Visit


@dataclass(frozen=True, slots=True)
class _Form:
    """What the annex is written as."""

    write: Callable[[Telling, Annex], bytes]
    media_type: str
    icon: str


_FORMS: Final[Mapping[str, _Form]] = {
    "pdf": _Form(annex_pdf, "application/pdf", ":material/picture_as_pdf:"),
    "xlsx": _Form(annex_xlsx, XLSX_TYPE, ":material/table:"),
    "docx": _Form(
        annex_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ":material/description:",
    ),
}


def offer_report(visit: Visit) -> None:
    """Show the button that makes the annex for the area chosen; it is made when somebody asks for it."""
    t, area = visit.t, _area(visit)
    with st.popover(t("Report"), icon=":material/article:"):
        if area is None:
            st.caption(t("Choose an oblast, a raion or a hromada: the report is about one of them."))
            return
        st.markdown(t("An annex for the programme: {area}", area=area_name(t, visit.atlas.gazetteer, area)))
        st.caption(
            t(
                "Maps, the matrix, access, needs, method and sources, as of {day}. It takes some seconds.",
                day=visit.day,
            )
        )
        for suffix, form in _FORMS.items():
            st.download_button(
                t("Download {format}", format=suffix.upper()),
                partial(_made, visit, form, _query(visit, area)),
                file_name=f"annex-{area}-{visit.day.isoformat()}.{suffix}",
                mime=form.media_type,
                key=f"report_{suffix}",
                icon=form.icon,
                on_click="ignore",
                width="stretch",
            )


def _area(visit: Visit) -> Katottg | None:
    is_one = visit.choice.view is CoverageView.HROMADA
    return visit.choice.hromada if is_one and visit.choice.hromada else visit.choice.area


def _query(visit: Visit, area: Katottg) -> AnnexQuery:
    choice, target = visit.choice, target_of(visit)
    return AnnexQuery(
        area,
        visit.day,
        target,
        () if choice.service == target else (choice.service,),
        choice.threshold,
        choice.people,
    )


def _made(visit: Visit, form: _Form, query: AnnexQuery) -> bytes:
    return form.write(visit.telling, answers.annex(visit.atlas, query))
