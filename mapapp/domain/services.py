"""The social services people ask for, as dated reference data keyed by a slug of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


def checked_slug(text: str) -> str:
    """Return the slug; raise ValueError unless it is lower-case Latin words joined by hyphens."""
    if _SLUG.fullmatch(text) is None:
        raise ValueError(f"«{text}» is not a slug: lower-case Latin words joined by hyphens")
    return text


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the classifier (Ministry order 429 of 2020-06-23).

    `slug` is ours and stable; `official_code` is None unless a source states it. `basic_point` is the point
    (1 to 17) of the list of basic services in Law 2671-VIII, article 16, or None. `is_confidential` says that
    places where it is given are withheld unless their provider decides otherwise. A record of its providers
    is stale `refresh_days` after it was last verified: a parameter of ours, which an administrator sets.
    """

    slug: str
    name_uk: str
    name_en: str
    official_code: str | None
    basic_point: int | None
    is_confidential: bool
    valid_from: date | None = None
    valid_to: date | None = None
    refresh_days: int = 180

    def __post_init__(self) -> None:
        checked_slug(self.slug)
        if self.refresh_days < 1:
            raise ValueError(f"a refresh interval is one day or more, not {self.refresh_days}")


@dataclass(frozen=True, slots=True)
class Hotline:
    """A public telephone line; the only phones a demonstration record may show."""

    number: str
    purpose_uk: str
    area: str
    hours: str
