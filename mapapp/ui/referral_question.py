"""Which question the choice on the find page asks of the atlas: where the client is, and what they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import Atlas
from mapapp.domain.referral import ReferralQuestion
from mapapp.ui.choice import Choice

_KILOMETRE_M = 1000.0


@dataclass(frozen=True, slots=True)
class Client:
    """Where the client is: a point, and the hromada around it where there is one."""

    origin: LonLat
    hromada: Katottg | None


def has_place(choice: Choice) -> bool:
    """Tell whether it was said where the client is."""
    return (choice.place or choice.home or choice.at) is not None


def client_of(choice: Choice, atlas: Atlas) -> Client | None:
    """Return where the client is; None where that was not said or the settlement has no coordinates."""
    gazetteer = atlas.gazetteer
    if choice.place is not None:
        place = gazetteer.settlements[choice.place]
        hromada = place.area if place.area in gazetteer.hromadas else None
        origin = place.point or (None if hromada is None else gazetteer.hromadas[hromada].centre)
        return None if origin is None else Client(origin, hromada)
    if choice.home is not None:
        return Client(gazetteer.hromadas[choice.home].centre, choice.home)
    return None if choice.at is None else Client(choice.at, atlas.hromada_at(choice.at))


def question_of(choice: Choice, client: Client, now: datetime) -> ReferralQuestion:
    """Return the question; `now` is to the minute, so that people who ask at once ask the same."""
    minute = now.replace(second=0, microsecond=0)
    return ReferralQuestion(
        service=choice.service,
        origin=client.origin,
        hromada=client.hromada,
        day=choice.day or minute.date(),
        moment=minute if choice.day is None else None,
        open_then=choice.open_then,
        groups=choice.groups,
        age=choice.age,
        step_free=choice.step_free,
        places=choice.given,
        payments=choice.payments,
        language=choice.speaks,
        urgent=choice.urgent,
        radius_m=None if choice.radius_km is None else choice.radius_km * _KILOMETRE_M,
        mode=choice.travel,
    )
