"""How many people live in a village when only its hromada is counted: an estimate, always marked as one."""

from __future__ import annotations

from collections.abc import Sequence

from mapapp.domain.katottg import Katottg


def spread_remainder(total: int, counted: int, uncounted: Sequence[Katottg]) -> dict[Katottg, int]:
    """Spread the people nobody counted by settlement evenly over the settlements nobody counted.

    Parameters
    ----------
    total
        Persons in the hromada.
    counted
        Persons in its settlements that have a figure of their own.
    uncounted
        Its other settlements; persons left over by the division go to the first ones, so the sum is exact.

    Raises
    ------
    ValueError
        More people are counted in the settlements than in the hromada, or fewer and nobody is left uncounted.

    """
    remainder = total - counted
    if remainder < 0:
        raise ValueError(f"{counted} people counted in settlements of a hromada of {total}")
    if not uncounted:
        if remainder:
            raise ValueError(f"{remainder} people of a hromada of {total} live in none of its settlements")
        return {}
    share, left_over = divmod(remainder, len(uncounted))
    return {code: share + (index < left_over) for index, code in enumerate(uncounted)}
