"""Which point is meant by coordinates as people paste them: degrees in any form, or a link to a map."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from mapapp.domain.errors import UsageError, msgid
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat

NO_HROMADA_HERE = msgid(
    "No hromada is drawn around this point: it may lie in the sea, abroad or in Crimea. Check the "
    "coordinates, or name the settlement."
)

_LONGEST_LINK = 2_000
_LONGEST_TEXT = 120
"""Characters; what is longer is no coordinates."""

_DEGREES = r"[+-]?\d{1,3}\.\d+"
_PAIR = rf"({_DEGREES})\s*,\s*\+?({_DEGREES})"
# Where the links of maps keep the point, the marked place before the middle of the window.
_IN_LINKS = (
    re.compile(rf"!3d({_DEGREES})!4d({_DEGREES})"),
    re.compile(rf"[?&]mlat=({_DEGREES})&mlon=({_DEGREES})"),
    re.compile(rf"[?&](?:q|ll|query|center|destination|daddr|pt|sll)=(?:loc:)?{_PAIR}"),
    re.compile(rf"^geo:{_PAIR}"),
    re.compile(rf"/{_PAIR}"),
    re.compile(rf"@{_PAIR}"),
    re.compile(rf"#map=[\d.]+/({_DEGREES})/({_DEGREES})"),
    re.compile(rf"[?&]lat=({_DEGREES})&lon=({_DEGREES})"),
)
_LINK = re.compile(r"^(?:geo:|(?:https?://|www\.|maps\.)\S)", re.IGNORECASE)

# The hemisphere in words, Ukrainian, Russian and English, to its letter.
_HEMISPHERES = (
    ("N", r"пн\.?\s*ш\b\.?|північної широти\b|с\.?\s*ш\b\.?|(?:lat(?:itude)?|широта)\b\s*[:=]?"),
    ("S", r"пд\.?\s*ш\b\.?|південної широти\b|ю\.?\s*ш\b\.?"),
    ("E", r"сх\.?\s*д\b\.?|східної довготи\b|в\.?\s*д\b\.?|(?:lon(?:gitude)?|lng|довгота)\b\s*[:=]?"),
    ("W", r"зх\.?\s*д\b\.?|західної довготи\b|з\.?\s*д\b\.?"),
)
_WORDS = tuple((letter, re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE)) for letter, words in _HEMISPHERES)
_SIGNS = str.maketrans(
    dict.fromkeys("’‘`´ʹʼ'", "′")
    | dict.fromkeys('”“„"', "″")
    | dict.fromkeys("º˚", "°")
    | {"−": "-", "–": "-"}
)
_BRACKETS = "()[]{} \t\r\n"


def read_coordinates(text: str) -> LonLat | None:
    """Return the point written in the text, None where it has no coordinates.

    Understood: decimal degrees with point or comma, degrees with minutes and seconds, letters or words for
    the hemispheres in either order, brackets, `geo:` and the links of common maps. A pair without hemispheres
    has the latitude first, unless only the other order lies in Ukraine. A pair of whole numbers is no
    coordinates: too much else is written so.

    >>> read_coordinates("49°35′18″ пн. ш. 34°33′05″ сх. д.")
    LonLat(lon=34.55138888888889, lat=49.58833333333334)
    """
    written = text.strip()
    if _LINK.match(written):
        return _in_link(unquote_plus(written[:_LONGEST_LINK]))
    if not written or len(written) > _LONGEST_TEXT:
        return None
    plain = written.translate(_SIGNS).replace("′′", "″").strip(_BRACKETS)
    for letter, words in _WORDS:
        plain = words.sub(letter, plain)
    # The letter of the east may have been typed in Cyrillic.
    return _in_words(plain.upper().replace("Е", "E"))


def checked_in_ukraine(point: LonLat) -> LonLat:
    """Return the point; raise UsageError for one that is abroad or mistyped.

    A point in the box around the country may still lie in the sea or over the border: where no hromada is
    drawn around it, `NO_HROMADA_HERE` is what to say.
    """
    if point not in UKRAINE_BOUNDS:
        raise UsageError(
            "This point is outside Ukraine: latitude {lat}, longitude {lon}. Write the latitude first, as in "
            "49.5883, 34.5514, or click on the map.",
            lat=round(point.lat, 5),
            lon=round(point.lon, 5),
        )
    return point


def _in_link(link: str) -> LonLat | None:
    for pattern in _IN_LINKS:
        found = pattern.search(link)
        if found is not None:
            return _point(float(found[1]), float(found[2]))
    return None


_NUMBER = r"\d{1,3}(?:[.,]\d+)?"


def _angle(name: str, degree_sign: str) -> str:
    """Return a pattern of one angle: degrees, and after the sign of degrees minutes and seconds."""
    degrees = rf"(?P<deg{name}>[+-]?\s?{_NUMBER})"
    minutes = rf"(?P<min{name}>\d{{1,2}}(?:[.,]\d+)?)\s*(?:′|(?=\s|[NSEW]|$))"
    seconds = rf"(?P<sec{name}>\d{{1,2}}(?:[.,]\d+)?)\s*(?:″|(?=\s|[NSEW]|$))"
    return rf"{degrees}(?:{degree_sign}(?:{minutes}\s*(?:{seconds})?)?)?"


_BETWEEN = r"(?:\s*[,;/|]\s*|\s+|(?<=[°′″NSEW])\s*)"
_SIGN_OF_DEGREES = r"\s*°\s*"
_SPACED_DEGREES = r"(?:\s*°\s*|\s+)"
# Hemispheres before both angles, after both, or before and after neither.
_FORMS = (
    re.compile(
        rf"(?P<half1>[NSEW])\s*{_angle('1', _SIGN_OF_DEGREES)}"
        rf"{_BETWEEN}(?P<half2>[NSEW])\s*{_angle('2', _SIGN_OF_DEGREES)}"
    ),
    re.compile(
        rf"{_angle('1', _SPACED_DEGREES)}\s*(?P<half1>[NSEW])"
        rf"{_BETWEEN}{_angle('2', _SPACED_DEGREES)}\s*(?P<half2>[NSEW])"
    ),
    re.compile(rf"{_angle('1', _SIGN_OF_DEGREES)}{_BETWEEN}{_angle('2', _SIGN_OF_DEGREES)}"),
)
_OF_LATITUDE = frozenset("NS")
_NEGATIVE = frozenset("SW")
_FULL_MINUTE = 60


def _in_words(written: str) -> LonLat | None:
    for form in _FORMS:
        found = form.fullmatch(written)
        if found is None:
            continue
        named = found.groupdict()
        if "half1" not in named:
            fractions = [re.search("[.,]", named[part] or "") for part in ("deg1", "deg2")]
            one, other = _degrees(named, "1"), _degrees(named, "2")
            if one is None or other is None or not ("°" in written or all(fractions)):
                return None
            return _point(one, other)
        return _with_hemispheres(named)
    return None


def _with_hemispheres(named: dict[str, str | None]) -> LonLat | None:
    one, other = _degrees(named, "1"), _degrees(named, "2")
    first_is_latitude, second_is_latitude = (named[half] in _OF_LATITUDE for half in ("half1", "half2"))
    if one is None or other is None or first_is_latitude is second_is_latitude:
        return None
    one, other = (
        -angle if named[half] in _NEGATIVE else angle for half, angle in (("half1", one), ("half2", other))
    )
    return _on_earth(one, other) if first_is_latitude else _on_earth(other, one)


def _degrees(named: dict[str, str | None], name: str) -> float | None:
    """Return the angle in degrees, None where there would be sixty minutes or seconds in it."""
    written, minutes, seconds = (
        (named[part + name] or "0").replace(",", ".").replace(" ", "") for part in ("deg", "min", "sec")
    )
    if max(float(minutes), float(seconds)) >= _FULL_MINUTE:
        return None
    size = abs(float(written)) + float(minutes) / 60 + float(seconds) / 3600
    return -size if written.startswith("-") else size


def _point(one: float, other: float) -> LonLat | None:
    """Return the point with the latitude first, or last where only that lies in Ukraine."""
    as_written, swapped = _on_earth(one, other), _on_earth(other, one)
    if as_written is not None and as_written in UKRAINE_BOUNDS:
        return as_written
    if swapped is not None and (as_written is None or swapped in UKRAINE_BOUNDS):
        return swapped
    return as_written


def _on_earth(lat: float, lon: float) -> LonLat | None:
    try:
        return LonLat(lon=lon, lat=lat)
    except ValueError:
        return None
