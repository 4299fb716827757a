"""What the public may still know of a point's past once its place is confidential."""

from __future__ import annotations

from mapapp.domain.changes import Document
from mapapp.domain.registry import LocationPolicy

_TOLD_LESS = {
    LocationPolicy.PUBLIC: 0,
    LocationPolicy.HROMADA_ONLY: 1,
    LocationPolicy.OBLAST_ONLY: 2,
    LocationPolicy.WITHHELD: 2,
}

_TELLS_NO_PLACE = frozenset(
    {
        "organisation",
        "kind",
        "valid_from",
        "valid_to",
        "last_verified",
        "is_demo",
        "languages",
        "accessibility",
        "no_accessibility",
        "wartime",
    }
)
"""Fields whose earlier values say nothing of where a point is.

Any other may: an old name or note has a street in it, an old catchment was the one hromada, an old telephone
is listed with its address.
"""


def tells_too_much(earlier: Document, now: Document) -> bool:
    """Tell whether the public half of an earlier version says more of the place than today's policy lets."""
    before = LocationPolicy(earlier["location_policy"])
    return _TOLD_LESS[before] < _TOLD_LESS[LocationPolicy(now["location_policy"])]


def sealed_half(earlier: Document, now: Document) -> Document:
    """Return what may be known of an earlier version: today's public half, harmless fields as then."""
    told_now = {field: value for field, value in now.items() if field not in _TELLS_NO_PLACE}
    return told_now | {field: earlier[field] for field in _TELLS_NO_PLACE if field in earlier}
