"""Planning: where to open new points, whose closing would hurt most, and what if."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from mapapp.domain.errors import UsageError, msgid
from mapapp.ui.choice import PLANNING_LINK, PlanningTask
from mapapp.ui.closures_view import show_closures
from mapapp.ui.filters import (
    choose_day,
    choose_oblast,
    choose_people,
    choose_raion,
    choose_reach,
    choose_service,
    choose_view,
    tell_unanswered_day,
)
from mapapp.ui.placement_view import show_placement
from mapapp.ui.refusal import show_refusal
from mapapp.ui.scenarios_view import show_scenarios
from mapapp.ui.visit import Visit

_NAMES: Final[Mapping[PlanningTask, str]] = {
    PlanningTask.PLACE: msgid("Where to open"),
    PlanningTask.CLOSURES: msgid("Whose closing hurts most"),
    PlanningTask.SCENARIOS: msgid("What if"),
}
_TASKS: Final[Mapping[PlanningTask, Callable[[Visit], None]]] = {
    PlanningTask.PLACE: show_placement,
    PlanningTask.CLOSURES: show_closures,
    PlanningTask.SCENARIOS: show_scenarios,
}


def planning_page(visit: Visit) -> None:
    """Show the switch of tasks, what all of them are about, and the one chosen."""
    choose_view(visit, visit.t("Task"), "task", {task: visit.t(name) for task, name in _NAMES.items()})
    try:
        _show_filters(visit)
        _TASKS[visit.choice.task](visit)
    except UsageError as error:
        show_refusal(visit, error)
    visit.write_link(PLANNING_LINK)


def _show_filters(visit: Visit) -> None:
    with st.container(key="filters"):
        places = st.columns([4, 3, 3, 2])
    for place, choose in zip(places, [choose_service, choose_oblast, choose_raion, choose_day], strict=True):
        with place:
            choose(visit)
    tell_unanswered_day(visit)
    people, reach = st.columns([4, 4])
    with people:
        choose_people(visit)
    with reach:
        choose_reach(visit)
