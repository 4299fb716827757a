"""How much of the registry someone may see and do."""

from __future__ import annotations

from enum import IntEnum, auto


class Access(IntEnum):
    """Each level may do all that those before it may."""

    PUBLIC = auto()
    """Reads what anyone may know."""
    READER = auto()
    """Signed-in staff: also reads who changed the registry and why."""
    EDITOR = auto()
    """Also writes the registry and reads confidential places."""
    OWNER = auto()
    """Also builds the store, replaces its geography and purges records."""
