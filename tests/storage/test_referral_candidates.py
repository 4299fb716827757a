"""Who may take a client, drawn by hand: who is left out, who is listed apart, what is never told."""

from __future__ import annotations

from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import CandidateQuery


def test_nearest_comes_first_whether_or_not_the_hromada_is_known(store, world):
    place = world.places("""
        b . . . . . .
        . . . . . . c
        . . O . a . .
        . . . . . . .
        . . . . d . .
    """)
    own = world.offering(world.code(10, 1, 1))
    registry = world.registry(
        *(world.point(mark, place[mark], own) for mark in "abcd"), world.point("shelter", None, own)
    )
    store.replace_registry(registry, no_progress)

    for areas in ((world.code(10, 1, 1), world.code(10, 1), world.code(10), NATION), ()):
        found = store.candidates(CandidateQuery("home-care", place["O"], world.day, areas))
        assert [candidate.point_id for candidate in found.local] == ["a", "b", "d", "c"]
        assert [candidate.point_id for candidate in found.around] == ["a", "b", "d", "c"]
        assert [candidate.point_id for candidate in found.confidential] == ["shelter"]
