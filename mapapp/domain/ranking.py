"""In what order offerings that take a client are told, how far they may be, and which nearer ones do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mapapp.domain.referral import Basis, Match, ReferralAnswer, ReferralQuestion, Way

RADII_M = (5_000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0, 200_000.0, 500_000.0, 1_000_000.0)
"""To what a radius widens, in a straight line; then there is no limit."""
MOST_LEFT_OUT = 20

_BREADTH = {basis: breadth for breadth, basis in enumerate(Basis)}


@dataclass(frozen=True, slots=True)
class _Reached:
    radius_m: float | None
    is_widened: bool


def ranked_answer(
    question: ReferralQuestion, matches: Iterable[Match], left_out: Iterable[Match], *, by_road: bool
) -> ReferralAnswer:
    """Return the answer made of all that takes the client, and of what is near and does not.

    Of those that take the client all must be given that can come to stand in the answer, and of the others
    the nearest: one more than an answer lists is enough.
    """
    given = tuple(matches)
    local = sorted(
        (match for match in given if match.way is not None),
        key=_by_travel if by_road else by_distance,
    )
    reached = _reached(question, local)
    listed = tuple(match for match in local if _is_within(reached.radius_m, match))[: question.limit]
    nearer = nearer_than_the_last(question, listed, left_out)
    return ReferralAnswer(
        question=question,
        local=listed,
        remote=tuple(sorted((match for match in given if _is_remote(match)), key=_by_breadth)),
        confidential=tuple(sorted((match for match in given if _is_confidential(match)), key=_by_id)),
        left_out=nearer[:MOST_LEFT_OUT],
        left_out_more=len(nearer) > MOST_LEFT_OUT,
        radius_m=reached.radius_m,
        is_widened=reached.is_widened,
        by_road=by_road,
    )


def nearer_than_the_last(
    question: ReferralQuestion, listed: Sequence[Match], left_out: Iterable[Match]
) -> tuple[Match, ...]:
    """Return those left out that are no farther than the last one listed, by distance.

    Where fewer are listed than were asked for, nobody is too far to be told of.
    """
    farthest_m = farthest_listed_m(question, listed)
    return tuple(
        match
        for match in sorted(left_out, key=by_distance)
        if farthest_m is None or _way(match).distance_m <= farthest_m
    )


def farthest_listed_m(question: ReferralQuestion, listed: Sequence[Match]) -> float | None:
    """Return how far the farthest listed is, in a straight line; None where the list is not full."""
    if len(listed) < question.limit:
        return None
    return max(_way(match).distance_m for match in listed)


def by_distance(match: Match) -> tuple[float, str, int]:
    """Return what orders places given in person: geodesic distance, then id."""
    return _way(match).distance_m, *_by_id(match)


def _by_travel(match: Match) -> tuple[float, str, int]:
    return _way(match).travel_s, *_by_id(match)


def _by_breadth(match: Match) -> tuple[int, str, int]:
    basis = match.verdict.basis
    return len(_BREADTH) if basis is None else _BREADTH[basis], *_by_id(match)


def _by_id(match: Match) -> tuple[str, int]:
    return match.candidate.point_id, match.candidate.ordinal


def _is_confidential(match: Match) -> bool:
    return match.candidate.is_confidential


def _is_remote(match: Match) -> bool:
    return match.way is None and not match.candidate.is_confidential


def _way(match: Match) -> Way:
    assert match.way is not None, "only what is given in person has a distance"
    return match.way


def _is_within(radius_m: float | None, match: Match) -> bool:
    return radius_m is None or _way(match).distance_m <= radius_m


def _reached(question: ReferralQuestion, local: Sequence[Match]) -> _Reached:
    """Return the radius asked for, or the first wider one that holds enough."""
    asked = question.radius_m
    if asked is None:
        return _Reached(None, is_widened=False)
    for radius_m in (asked, *(wider for wider in RADII_M if wider > asked)):
        if sum(_is_within(radius_m, match) for match in local) >= question.enough:
            return _Reached(radius_m, is_widened=radius_m != asked)
    return _Reached(None, is_widened=True)
