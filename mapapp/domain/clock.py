"""What day it is for everyone who asks: the one in Kyiv."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

KYIV: Final = ZoneInfo("Europe/Kyiv")


def today_in_kyiv() -> date:
    """Return the day on a calendar in Kyiv, wherever the server stands."""
    return datetime.now(KYIV).date()
