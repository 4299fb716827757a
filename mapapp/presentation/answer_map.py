"""The answers of a referral as the map marks them: under their numbers, and only where a place is public."""

from __future__ import annotations

from collections.abc import Iterator

from mapapp.domain.referral import ReferralAnswer
from mapapp.presentation.map_view import MapResult


def answer_markers(answer: ReferralAnswer) -> Iterator[MapResult]:
    """Yield a marker for each answer with a place, with the number it has in the list.

    A mobile team is marked where it stops, should it come nearer than its point is.
    """
    for number, match in enumerate(answer.local, start=1):
        candidate = match.candidate
        # Confidential answers are not among these; should one ever be, the map still does not show it.
        if match.way is None or candidate.is_confidential:
            continue
        yield MapResult(
            number=number,
            point_id=candidate.point_id,
            name=candidate.name,
            kind=candidate.kind,
            position=match.way.to,
            hromada=candidate.hromada,
            address=candidate.address,
            phones=tuple(phone.written for phone in candidate.phones),
            is_demo=candidate.is_demo,
        )
