"""What the registry page looks for in a service point, folded so that spelling does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from mapapp.domain.names import fold_name

_NO_DIGIT = re.compile(r"[^0-9]+")


class OwnerWords(NamedTuple):
    """By what words of its organisation a point is found."""

    id: str
    name: str = ""
    short_name: str = ""
    edrpou: str | None = None


def search_text(owner: OwnerWords, point: str, name: str, address: str, phones: Iterable[str]) -> str:
    """Return one line of all that may be looked for; of a phone its digits, by which it is dialled."""
    words = (name, owner.name, owner.short_name, point, owner.id, owner.edrpou or "", address)
    digits = (_NO_DIGIT.sub("", phone) for phone in phones)
    return fold_name(" ".join(filter(None, (*words, *digits))))
