"""Where the people counted live: figures of hromadas spread over settlements, and how far that errs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class People:
    """The people counted, on a layout of N settlements and M areas.

    Parameters
    ----------
    persons
        (N,) people of each settlement, NaN where nobody knows of any in its area. Settlements of an area sum
        to its figure.
    is_counted
        (N,) published for this very settlement; the others have a share of what their hromada has left.
    area_low, area_high
        (M,) the band of the area's own figure; equal where it is exact, NaN where there is none.
    recipients
        (M,) how many get the service, as reported; NaN where nobody says.

    """

    persons: NDArray[np.float64]
    is_counted: NDArray[np.bool_]
    area_low: NDArray[np.float64]
    area_high: NDArray[np.float64]
    recipients: NDArray[np.float64]
