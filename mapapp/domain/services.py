"""The social services people ask for, as dated reference data keyed by a slug of our own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mapapp.domain.katottg import Katottg

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


class WordKind(StrEnum):
    """What a phrase that leads to a service says."""

    SYNONYM = "synonym"
    """Another name of the service or of who gives it: «сиділка»."""
    SITUATION = "situation"
    """What people live through: «нема де жити»."""


@dataclass(frozen=True, slots=True)
class ServiceWord:
    """A phrase people use for a service, in ordinary language: no term of law, no name of a provider.

    `also` has other ways to say or spell it, Russian ones included; they are searched and never shown.
    """

    slug: str
    kind: WordKind
    uk: str
    en: str
    also: tuple[str, ...] = ()


class HotlineTopic(StrEnum):
    """What people call a line about."""

    EMERGENCY = "emergency"
    VIOLENCE = "violence"
    TRAFFICKING = "trafficking"
    CHILDREN = "children"
    LEGAL_AID = "legal_aid"
    SUICIDE_PREVENTION = "suicide_prevention"
    SOCIAL_QUESTIONS = "social_questions"
    GOVERNMENT = "government"


@dataclass(frozen=True, slots=True)
class Hotline:
    """A public telephone line; the only phones a demonstration record may show.

    `number` is text: short numbers are dialled as they stand. `area` is `national` or the oblast in English,
    and `oblast` its code, None for a national line. `hours` is empty where no source states them: unknown,
    not round the clock. `services` are slugs of the services it fits best. `is_verified` is False where the
    number rests on memory or an old source: to be checked before it is relied on; `note` says what is known.
    """

    number: str
    purpose_uk: str
    area: str
    hours: str
    purpose_en: str = ""
    oblast: Katottg | None = None
    topics: tuple[HotlineTopic, ...] = ()
    services: frozenset[str] = frozenset()
    is_verified: bool = True
    note: str = ""


def hotlines_for(
    hotlines: Iterable[Hotline], oblast: Katottg | None = None, service: str | None = None
) -> Sequence[Hotline]:
    """Return the national lines and the oblast's, those that fit the service first.

    Among equally fitting ones the oblast's own come first, then the order given.
    """
    reached = [line for line in hotlines if line.oblast is None or line.oblast == oblast]
    return tuple(sorted(reached, key=lambda line: (service not in line.services, line.oblast is None)))
