"""Under which id a record of another source is kept: always the same, and a valid one."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from mapapp.domain.transliteration import transliterate

_MOST_SIGNS: Final = 63
_HASH_SIGNS: Final = 10
_PLAIN_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]*", re.ASCII)
_PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


def made_id(source: str, record_id: str) -> str:
    """Return the id of a source's record; different ones differ.

    As it is where both are plain (the first dot then parts them), else transliterated with a hash of both.

    >>> made_id("cnap", "17"), made_id("Реєстр", "А/5")
    ('cnap.17', 'reiestr-a-5-e79da86175')
    """
    plain = f"{source}.{record_id}"
    if _PLAIN_SOURCE.fullmatch(source) and _PLAIN_ID.fullmatch(record_id) and len(plain) <= _MOST_SIGNS:
        return plain
    digest = hashlib.sha256(f"{source}\0{record_id}".encode()).hexdigest()[:_HASH_SIGNS]
    words = _NOT_IN_IDS.sub("-", transliterate(f"{source} {record_id}").lower()).strip("-")
    return f"{words[: _MOST_SIGNS - _HASH_SIGNS - 1]}-{digest}".lstrip("-")
