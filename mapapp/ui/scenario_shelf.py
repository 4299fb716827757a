"""The scenarios at hand: those of this session, taken away and opened as files, and the saved ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.errors import UsageError
from mapapp.domain.scenario import ClosePoint, Scenario, SignContract
from mapapp.presentation.scenario_text import PointName, change_text
from mapapp.ui.refusal import show_refusal
from mapapp.ui.visit import Visit

_MADE = "scenarios_made"
_FILE = "scenario_file"
_OPENED = "scenario_file_opened"
_LARGEST_MB = 1


def made_here() -> list[Scenario]:
    """Return the scenarios made or opened in this session."""
    made: list[Scenario] = st.session_state.setdefault(_MADE, [])
    return made


def scenarios_at_hand(visit: Visit) -> Mapping[str, Scenario]:
    """Return all that may be compared by id: this session's first."""
    saved = {scenario.id: scenario for scenario in visit.atlas.planner.saved_scenarios()}
    return {scenario.id: scenario for scenario in made_here()} | {
        id_: scenario for id_, scenario in saved.items() if id_ not in {made.id for made in made_here()}
    }


def keep(scenario: Scenario) -> None:
    """Keep a scenario until the session ends; one of the same id is replaced."""
    st.session_state[_MADE] = [made for made in made_here() if made.id != scenario.id] + [scenario]


def free_id(visit: Visit) -> str:
    """Return an id that no scenario at hand has."""
    taken, number = scenarios_at_hand(visit), 1
    while f"scenario-{number}" in taken:
        number += 1
    return f"scenario-{number}"


def show_shelf(visit: Visit) -> None:
    """Show every scenario with its changes, the file of this session's, and where to open one."""
    t = visit.t
    at_hand = scenarios_at_hand(visit)
    if not at_hand:
        st.caption(t("There are no scenarios yet: make one above, or open a file."))
    own = {scenario.id for scenario in made_here()}
    names = point_names(visit, list(at_hand.values()))
    for id_, scenario in at_hand.items():
        with st.expander(scenario.name if id_ in own else t("{name} (saved)", name=scenario.name)):
            show_changes(visit, scenario, names)
            if scenario.note:
                st.caption(scenario.note)
            if id_ in own:
                st.button(t("Remove"), key=f"remove_{id_}", on_click=_drop, args=(id_,))
    _show_files(visit)


def show_changes(visit: Visit, scenario: Scenario, names: PointName) -> None:
    """Show each change as a sentence."""
    for change in scenario.changes:
        st.text(f"• {change_text(visit.telling, change, names)}")


def point_names(visit: Visit, scenarios: Sequence[Scenario]) -> PointName:
    """Return what names the points that scenarios speak of; an unknown one is called by its id."""
    ids = {
        change.point_id
        for scenario in scenarios
        for change in scenario.changes
        if isinstance(change, ClosePoint | SignContract)
    }
    found = visit.atlas.summaries([RecordKey(RecordKind.POINT, id_) for id_ in sorted(ids)])
    names = {key.id: summary.name for key, summary in found.items()}
    return lambda id_: names.get(id_, id_)


def _show_files(visit: Visit) -> None:
    t, made = visit.t, made_here()
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario_files"):
        if made:
            st.download_button(
                t("Download this session's scenarios (YAML)"),
                lambda: visit.atlas.planner.write_scenarios(made),
                file_name="scenarios.yaml",
                mime="application/yaml",
                key="scenarios_yaml",
                on_click="ignore",
                icon=":material/download:",
            )
        file = st.file_uploader(
            t("Open a file of scenarios (YAML)"), type=["yaml", "yml"], key=_FILE, max_upload_size=_LARGEST_MB
        )
    if file is None:
        st.session_state.pop(_OPENED, None)
        return
    if st.session_state.get(_OPENED) == file.file_id:
        return
    try:
        opened = visit.atlas.planner.read_scenarios(file.getvalue())
    except UsageError as error:
        show_refusal(visit, error)
        return
    # Streamlit gives the file again on every run; it is opened once.
    st.session_state[_OPENED] = file.file_id
    for scenario in opened:
        keep(replace(scenario, id=free_id(visit)) if scenario.id in _saved_ids(visit) else scenario)
    st.rerun()


def _saved_ids(visit: Visit) -> set[str]:
    return {scenario.id for scenario in visit.atlas.planner.saved_scenarios()}


def _drop(id_: str) -> None:
    st.session_state[_MADE] = [made for made in made_here() if made.id != id_]
