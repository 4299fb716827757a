"""Where to open: a form for the goal and its conditions, then the plan as a map and a table."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.errors import UsageError
from mapapp.domain.placement import (
    CandidatePlaces,
    Counting,
    PlacementGoal,
    PlacementPlan,
    PlacementQuery,
    Serving,
)
from mapapp.domain.scenario_points import scenario_of
from mapapp.presentation.labels import service_name
from mapapp.presentation.map_view import MapView
from mapapp.presentation.plan_text import (
    bound_sentence,
    plan_markers,
    plan_notes,
    plan_sentence,
    plan_table,
)
from mapapp.presentation.shading import share_shading
from mapapp.ui import answers
from mapapp.ui.choice import MOST_MONEY, MOST_NEW_POINTS
from mapapp.ui.filters import access_query, choose_one_of
from mapapp.ui.map_component import show_map
from mapapp.ui.scenario_shelf import free_id, keep
from mapapp.ui.table_view import offer_downloads, show_table
from mapapp.ui.visit import Visit

_ASKED = "plan_asked"


def show_placement(visit: Visit) -> None:
    """Show the form, and the plan once it is asked for."""
    t = visit.t
    _show_form(visit)
    query = _query(visit)
    if st.button(t("Find the places"), type="primary", key="find_places"):
        st.session_state[_ASKED] = query
    if st.session_state.get(_ASKED) != query:
        st.caption(
            t("An exact plan for an oblast takes some seconds; for the whole country choose the fast one.")
        )
        return
    with visit.waiting():
        plan = answers.place(visit.atlas, query)
    _show_plan(visit, plan)


def _show_form(visit: Visit) -> None:
    t, choice = visit.t, visit.choice
    goal, points, counting = st.columns([4, 2, 4])
    with goal:
        choose_one_of(visit, t("Goal"), "goal", list(PlacementGoal))
    is_counted = choice.goal is not PlacementGoal.EVERYONE
    points.number_input(
        t("How many points"),
        min_value=1,
        max_value=MOST_NEW_POINTS,
        key="new_points",
        on_change=visit.shown("new_points"),
        disabled=not is_counted,
    )
    with counting:
        choose_one_of(visit, t("What counts"), "counting", list(Counting))
    places, serving, exact = st.columns([4, 4, 2], vertical_alignment="bottom")
    with places:
        choose_one_of(visit, t("Where points may open"), "candidates", list(CandidatePlaces))
    with serving:
        choose_one_of(visit, t("Whom a new point would serve"), "serving", list(Serving))
    exact.toggle(
        t("Exact"),
        key="exact",
        on_change=visit.shown("exact"),
        help=t("A solver proves how good the plan is; else a fast rule of thumb chooses, with a bound too."),
    )
    with st.expander(t("Budget (optional)"), expanded=choice.budget is not None):
        budget, cost = st.columns(2)
        for place, title, field in (
            (budget, t("Budget, UAH"), "budget"),
            (cost, t("Cost of one point, UAH"), "point_cost"),
        ):
            place.number_input(
                title,
                min_value=1,
                max_value=MOST_MONEY,
                value=None,
                step=1,
                key=field,
                on_change=visit.shown(field),
            )


def _query(visit: Visit) -> PlacementQuery:
    choice = visit.choice
    if (choice.budget is None) != (choice.point_cost is None):
        raise UsageError("A budget needs the cost of one point, and the cost needs a budget: fill in both.")
    return PlacementQuery(
        access_query(visit),
        goal=choice.goal,
        new_points=1 if choice.goal is PlacementGoal.EVERYONE else choice.new_points,
        counting=choice.counting,
        candidates=choice.candidates,
        serving=choice.serving,
        is_exact=choice.exact,
        budget=None if choice.budget is None else float(choice.budget),
        cost_of_point=None if choice.point_cost is None else float(choice.point_cost),
    )


def _show_plan(visit: Visit, plan: PlacementPlan) -> None:
    t, access = visit.t, plan.query.access
    st.markdown(f"**{plan_sentence(visit.telling, plan)}** {bound_sentence(t, plan)}")
    if not plan.opened:
        st.info(
            t("Try a wider area, another goal or candidates, or let new points serve more than a hromada.")
        )
        return
    table_place, map_place = st.columns([3, 2])
    with table_place:
        table = plan_table(visit.telling, plan)
        title = t("New points: {service}", service=service_name(t, visit.atlas.services[access.service]))
        show_table(table, title=title, key="plan")
        offer_downloads(visit, table, title=title, name=f"plan-{access.service}-{access.day.isoformat()}")
        _offer_scenario(visit, plan, title)
        for note in list(plan_notes(visit.telling, plan))[-2:]:
            st.caption(note)
    with map_place:
        st.caption(
            t("The share of people who have the service within reach now, and where points would open.")
        )
        _show_map(visit, plan)


def _offer_scenario(visit: Visit, plan: PlacementPlan, name: str) -> None:
    """Let the plan become a scenario of this session, to be compared with others."""
    t = visit.t
    if st.button(t("Make a scenario of this plan"), key="plan_scenario", icon=":material/alt_route:"):
        keep(scenario_of(plan, visit.atlas.gazetteer, free_id(visit), name))
        st.success(t("The scenario «{name}» is under «What if» now: compare it there.", name=name))


@st.fragment
def _show_map(visit: Visit, plan: PlacementPlan) -> None:
    access = answers.access(visit.atlas, plan.query.access)
    view = MapView(
        bounds=visit.atlas.bounds_of(access.query.area),
        shading=share_shading(visit.t, access.hromadas),
        results=tuple(plan_markers(visit.telling, plan)),
    )
    show_map(view, scene=visit.scene, t=visit.t, key="plan_map")
