"""Who will take the client, as a list: local, from afar, undisclosed, and who nearer by will not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from mapapp.domain.evidence import SearchOutcome
from mapapp.domain.referral import Match, ReferralAnswer
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import hromada_name
from mapapp.presentation.referral_cards import confidential_card, left_out_list, local_card, remote_card
from mapapp.presentation.referral_reasons import mode_text, next_step_text, outcome_text, radius_text
from mapapp.ui.choice import CLIENT_FIELDS, REGISTRY_LINK
from mapapp.ui.slip_form import open_slip
from mapapp.ui.visit import Visit


def show_answer(visit: Visit, telling: Telling, answer: ReferralAnswer, outcome: SearchOutcome) -> None:
    """Show everyone who takes the client, each with its reasons, then those left out with theirs."""
    t = visit.t
    _say_how_many(visit, answer, outcome)
    for number, match in enumerate(answer.local, start=1):
        is_chosen = visit.choice.result == match.candidate.point_id
        st.html(local_card(telling, match, answer.question, number, is_chosen=is_chosen))
        _offer_actions(visit, telling, match, number)
    if answer.remote:
        _head(t("By phone or online, from anywhere"))
        for match in answer.remote:
            st.html(remote_card(telling, match, answer.question))
            _offer_actions(visit, telling, match)
    if answer.confidential:
        _head(
            t("Location not disclosed"),
            t("Call them: they tell the address to clients only. No distance is shown, and no place."),
        )
        for match in answer.confidential:
            st.html(confidential_card(telling, match, answer.question))
            _offer_actions(visit, telling, match)
    if answer.left_out:
        _head(_left_out_title(visit, answer))
        st.html(left_out_list(telling, answer.left_out, answer.question, has_more=answer.left_out_more))


def _left_out_title(visit: Visit, answer: ReferralAnswer) -> str:
    t = visit.t
    farthest_m = max((match.way.distance_m for match in answer.local if match.way), default=0.0)
    if all(match.way is None or match.way.distance_m <= farthest_m for match in answer.left_out):
        return t("Nearer, but will not take this client")
    return t("Near, but will not take this client")


def _say_how_many(visit: Visit, answer: ReferralAnswer, outcome: SearchOutcome) -> None:
    """Say the answer in a sentence, which a screen reader hears as soon as it changes."""
    t, hromada = visit.t, answer.question.hromada
    if answer.found:
        said = t.plural(
            "{n} provider will take this client", "{n} providers will take this client", answer.found
        )
    else:
        said = t("Nobody was found who will take this client")
    notes = [radius_text(t, answer)]
    if hromada is not None:
        name = hromada_name(t, visit.atlas.gazetteer.hromadas[hromada])
        notes.append(t("Client's hromada: {hromada}.", hromada=name))
    if answer.local and answer.by_road:
        notes.append(t("In order of travel time, {mode}.", mode=mode_text(t, answer.question.mode)))
    elif answer.local:
        notes.append(
            t(
                "In order of distance in a straight line; times are rough, {mode}.",
                mode=mode_text(t, answer.question.mode),
            )
        )
    if not answer.found:
        notes += [outcome_text(t, outcome), next_step_text(t, outcome)]
    st.html(
        Markup('<div role="status" class="found"><h2>{}</h2><p>{}</p></div>').format(
            escape(said), escape(" ".join(note for note in notes if note))
        )
    )
    start = {field: getattr(visit.start, field) for field in CLIENT_FIELDS}
    if not answer.found and any(getattr(visit.choice, field) != value for field, value in start.items()):
        st.button(
            t("Ask again without what is set about the client"),
            key="ask_wider",
            on_click=visit.changing(**start),
        )


def _head(title: str, note: str = "") -> None:
    said = Markup('<p class="aside">{}</p>').format(escape(note)) if note else Markup()
    st.html(Markup('<div class="found"><h2>{}</h2>{}</div>').format(escape(title), said))


def _offer_actions(visit: Visit, telling: Telling, match: Match, number: int | None = None) -> None:
    """Show what can be done with one answer: a slip, a look at the map, the whole record."""
    t, candidate = visit.t, match.candidate
    name = f"{candidate.point_id}_{candidate.ordinal}"
    key = f"side_actions_{name}" if number is None else f"actions_{name}"
    with st.container(horizontal=True, vertical_alignment="center", key=key, gap="small"):
        if st.button(t("Referral slip"), key=f"slip_{name}", icon=":material/description:"):
            open_slip(visit, telling, match)
        if number is not None:
            st.button(
                t("Show on the map"),
                key=f"show_{name}",
                icon=":material/location_on:",
                on_click=visit.changing(result=candidate.point_id),
            )
        st.page_link(
            visit.pages["registry"],
            label=t("The whole record"),
            query_params=visit.link(REGISTRY_LINK, point=candidate.point_id),
        )


def chosen_match(matches: Sequence[Match], point_id: str | None) -> Match | None:
    """Return the answer looked at, None where none is or it is no longer among the answers."""
    return next((match for match in matches if match.candidate.point_id == point_id), None)
