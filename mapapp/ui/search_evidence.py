"""Leaves the anonymous record of a search: once a session, day, service, hromada and groups, never more."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.evidence import SearchOutcome, SearchRecord, outcome_of
from mapapp.domain.geography import Occupation
from mapapp.domain.questions import Atlas
from mapapp.domain.referral import ReferralAnswer
from mapapp.ui.visit import Visit

_RECORDED = "searches_recorded"


def search_outcome(atlas: Atlas, answer: ReferralAnswer) -> SearchOutcome:
    """Return how the search ended, telling a missing service from missing data."""
    hromada = answer.question.hromada
    if hromada is None:
        return outcome_of(answer, in_scope=True, occupation=Occupation.NONE)
    oblast = atlas.gazetteer.hromadas[hromada].oblast
    occupation = atlas.gazetteer.occupation.get(hromada, Occupation.NONE)
    return outcome_of(answer, in_scope=oblast in atlas.registry_scope(), occupation=occupation)


def record_search(visit: Visit, answer: ReferralAnswer, outcome: SearchOutcome) -> None:
    """Record the search, unless this session already recorded one for the same need today."""
    question = answer.question
    need = (visit.today, question.service, question.hromada, question.groups)
    recorded: set[tuple[object, ...]] = st.session_state.setdefault(_RECORDED, set())
    if need in recorded:
        return
    recorded.add(need)
    visit.atlas.record_search(
        SearchRecord(visit.today, question.hromada, question.service, question.groups, outcome)
    )
