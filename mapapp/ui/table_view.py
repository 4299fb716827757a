"""A table on a page: sortable columns, empty cells that say so, and the same table as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from mapapp.domain.katottg import Katottg
from mapapp.presentation.tables import Column, Kind, Table, table_csv, table_xlsx
from mapapp.ui.visit import Visit

_ROW_PX: Final = 35
_MOST_PX: Final = 440
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_table(table: Table, *, title: str, key: str, pick: Callable[[int], None] | None = None) -> None:
    """Draw the table; `pick` is called with the number of a row that a person chooses."""
    chosen: dict[str, Any] = {}
    if pick is not None:
        chosen = {"selection_mode": "single-row", "on_select": partial(_picked, key, pick)}
    st.dataframe(
        table.as_columns(),
        hide_index=True,
        height=min((len(table) + 1) * _ROW_PX + 3, _MOST_PX),
        column_config={
            column.title: _config(column, is_first=not number) for number, column in enumerate(table.columns)
        },
        placeholder="–",
        key=key,
        alt=title,
        **chosen,
    )


def offer_downloads(visit: Visit, table: Table, *, title: str, name: str) -> None:
    """Show the buttons that take the table away; the file is made when somebody asks for it."""
    t = visit.t
    with st.container(horizontal=True, key=f"files_{name}"):
        st.download_button(
            t("Table as CSV"),
            partial(table_csv, t, table),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"csv_{name}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            t("Table as XLSX"),
            partial(table_xlsx, t, table, title),
            file_name=f"{name}.xlsx",
            mime=XLSX_TYPE,
            key=f"xlsx_{name}",
            on_click="ignore",
            icon=":material/download:",
        )


def pick_hromada(codes: Sequence[Katottg], chosen: Callable[[Katottg], None]) -> Callable[[int], None]:
    """Return what opens the hromada of a row."""
    return lambda row: chosen(codes[row]) if 0 <= row < len(codes) else None


def _picked(key: str, pick: Callable[[int], None]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        pick(rows[0])


def _config(column: Column, *, is_first: bool) -> Any:
    told = column.help or None
    if column.kind is Kind.COUNT:
        return st.column_config.NumberColumn(format="localized", help=told, pinned=is_first)
    if column.kind is Kind.DECIMAL:
        # As the browser writes numbers, like the counts beside it; the step asks for one decimal.
        return st.column_config.NumberColumn(format="localized", step=0.1, help=told)
    if column.kind is Kind.SHARE:
        return st.column_config.NumberColumn(format="percent", help=told)
    return st.column_config.TextColumn(help=told, pinned=is_first)
