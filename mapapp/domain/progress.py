"""How long work tells that it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the step's name (a msgid), how much is done and how much there is to do."""


def no_progress(step: str, done: int, total: int) -> None:
    """Tell nobody."""
