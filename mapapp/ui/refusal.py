"""What cannot be answered, said so that a person can put it right: one sentence, or fault by fault."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.ui.visit import Visit

_MOST_FAULTS = 20


def show_refusal(visit: Visit, error: UsageError) -> None:
    """Show the error in a box, with the faults of a file under it."""
    t = visit.t
    st.error(t.error(error))
    if not isinstance(error, InvalidInputError):
        return
    for fault in error.faults[:_MOST_FAULTS]:
        st.text(f"• {t.fault(fault)}")
    more = len(error.faults) - _MOST_FAULTS
    if more > 0:
        st.caption(t("{n} more faults.", n=t.number(more)))
