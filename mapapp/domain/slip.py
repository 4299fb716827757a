"""What a referral slip says: the registry's record, who issues it, and nothing about the client."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from mapapp.domain.errors import Fault, InvalidInputError, UsageError
from mapapp.domain.geography import Settlement
from mapapp.domain.katottg import fold_look_alikes
from mapapp.domain.personal_text import personal_traces
from mapapp.domain.referral import REMOTE, Way
from mapapp.domain.registry import Offering, Organisation, ServicePoint
from mapapp.domain.services import Service
from mapapp.domain.travel import Route, TravelMode

CODE_SIGNS: Final = "23456789AEKMT"
"""Signs that look and sound alike in Ukrainian and in Latin, and unlike each other: 13, a prime number."""
LONGEST_ISSUER: Final = 120
LONGEST_NOTE: Final = 300

_RANDOM_SIGNS: Final = 8
_GROUP: Final = 3
_BETWEEN_SIGNS: Final = str.maketrans("", "", " \u00a0-\u2010\u2011\u2012\u2013\u2014")


def new_code() -> str:
    """Return a fresh code such as `7K4-M9T-2EA`: eight random signs and one that checks them."""
    return _grouped(_with_check("".join(secrets.choice(CODE_SIGNS) for _ in range(_RANDOM_SIGNS))))


def check_code(text: str) -> str:
    """Return the code as `new_code` writes it; case, spaces, dashes and Cyrillic look-alikes do not matter.

    >>> check_code("7к4 м9т 27")
    Traceback (most recent call last):
    mapapp.domain.errors.UsageError: «7к4 м9т 27» is not the code of a slip: look for a mistyped sign

    Raises
    ------
    UsageError
        It is no code, or one of its signs is wrong or has changed places with another.

    """
    signs = fold_look_alikes(text.translate(_BETWEEN_SIGNS).upper())
    is_shaped = len(signs) == _RANDOM_SIGNS + 1 and set(signs) <= set(CODE_SIGNS)
    if not is_shaped or signs != _with_check(signs[:_RANDOM_SIGNS]):
        raise UsageError(
            "«{code}» is not the code of a slip: look for a mistyped sign", code=text[: 2 * _RANDOM_SIGNS]
        )
    return _grouped(signs)


def free_text_faults(issued_by: str, note: str, day: date) -> tuple[Fault, ...]:
    """Return everything for which the two free texts of a slip issued on the day are refused.

    The `column` of a fault is `issued_by` or `note`.
    """
    texts = (("issued_by", issued_by, LONGEST_ISSUER), ("note", note, LONGEST_NOTE))
    return tuple(
        fault for column, text, longest in texts for fault in _text_faults(column, text, longest, day)
    )


@dataclass(frozen=True, slots=True)
class Slip:
    """A referral of somebody, who is not named, to one offering; a value to print, kept nowhere.

    `point` and `organisation` are as the public may know them on `day`, the day of issue. `from_place` is the
    client's settlement, and `way` and `route` are measured from its centre, never from where the client
    lives: `presentation.slip_making` makes them so. `mode` is how that way is travelled. Of a confidential
    point none of the four is told, of a service given from afar neither way nor route.

    Raises
    ------
    InvalidInputError
        `issued_by` or `note` is too long or looks like data of a person.
    UsageError
        `code` is no code of a slip.
    ValueError
        The parts do not belong together, or would tell a confidential place.

    """

    code: str
    day: date
    point: ServicePoint
    offering: Offering
    organisation: Organisation
    service: Service
    issued_by: str = ""
    note: str = ""
    from_place: Settlement | None = None
    mode: TravelMode = TravelMode.CAR
    way: Way | None = None
    route: Route | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", check_code(self.code))
        for name in ("issued_by", "note"):
            object.__setattr__(self, name, " ".join(getattr(self, name).split()))
        if faults := free_text_faults(self.issued_by, self.note, self.day):
            raise InvalidInputError("A slip may tell nothing about the client", faults)
        if self.offering not in self.point.offerings or self.point.organisation != self.organisation.id:
            raise ValueError("the offering, the point and the organisation are not of one record")
        if self.service.slug != self.offering.service:
            raise ValueError(f"the offering is of «{self.offering.service}», not of «{self.service.slug}»")
        self._check_place()

    @property
    def is_remote(self) -> bool:
        """Tell whether the service is given from afar only, so that there is nowhere to go."""
        return self.offering.places <= REMOTE

    @property
    def is_demo(self) -> bool:
        """Tell whether the provider is invented."""
        return self.point.is_demo or self.organisation.is_demo

    @property
    def last_verified(self) -> date | None:
        """The day the record was last verified, None where it never was."""
        return self.point.last_verified

    def _check_place(self) -> None:
        if self.point.confidential_place is not None:
            raise ValueError("a slip is made of what the public may know: disclose the point first")
        if self.point.is_confidential and (self.from_place or self.way or self.route):
            raise ValueError("a slip to a confidential point tells neither a place nor a way")
        if self.is_remote and (self.way or self.route):
            raise ValueError("there is no way to a service given from afar")
        if self.way is not None and self.from_place is None:
            raise ValueError("a way begins at the client's settlement: name it")
        if self.route is not None and self.way is None:
            raise ValueError("a route needs the way it is the line of")


def _with_check(signs: str) -> str:
    """Append the sign that makes the weighted sum a multiple of 13.

    The weights 1 to 9 differ and the modulus is prime, so one wrong sign or two exchanged ones never pass.
    """
    total = sum(weight * CODE_SIGNS.index(sign) for weight, sign in enumerate(signs, start=1))
    weight = len(signs) + 1
    check = -total * pow(weight, -1, len(CODE_SIGNS)) % len(CODE_SIGNS)
    return signs + CODE_SIGNS[check]


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


def _text_faults(column: str, text: str, longest: int, day: date) -> list[Fault]:
    faults = [
        Fault(trace.reason, {"words": trace.words}, column=column)
        for trace in personal_traces(text[: 2 * longest], day)  # a longer one is refused in any case
    ]
    if len(text) > longest:
        faults.append(
            Fault(
                "This is {count} characters long: write at most {longest}",
                {"count": len(text), "longest": longest},
                column=column,
            )
        )
    return faults
