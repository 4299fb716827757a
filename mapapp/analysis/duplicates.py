"""Which records of the registry are probably one: found by place, phone and code, judged by weighed evidence.

Candidates are few (neighbours of a settlement, sharers of a phone or of a provider), and each is judged by
rapidfuzz on folded names and by a sum of weights, as Fellegi and Sunter (1969) add up evidence. The weights
are set by hand: splink and dedupe would learn theirs from pairs labelled by people, which nobody has, and
would answer differently after each training, while an editor needs one answer for one registry.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process
from scipy.spatial import cKDTree

from mapapp.analysis.institution_names import InstitutionName, NameLikeness, institution_name, likeness
from mapapp.analysis.street_addresses import StreetAddress, street_address
from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.contacts import Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.quality import DuplicatePair, DuplicateReason
from mapapp.domain.registry import Organisation, PointKind, PointPrecision, Registry, ServicePoint

PROBABLE = 0.5
"""A pair with at least this score is listed: more for it than against it."""

_PRIOR = -5.0
"""Before any evidence: two records of one settlement are rarely one (odds of 1 to 148)."""
_NAME_WEIGHT = {NameLikeness.SAME: 4.0, NameLikeness.LIKE: 3.0, NameLikeness.WITHIN: 1.5}
_SAME_SETTLEMENT, _OTHER_SETTLEMENT, _OTHER_HROMADA = 1.0, -5.0, -3.0
"""Branches of a provider bear one name in many settlements; the hromada is what people mistake more often."""
_SAME_ADDRESS, _OTHER_ADDRESS = 3.0, -3.0
_OWN_PHONE, _COMMON_PHONE, _OTHER_PHONE = 3.0, 1.0, -0.5
"""A number that two records share tells much, that of a whole department little; people have several."""
_SAME_EDRPOU, _OTHER_EDRPOU = 1.5, -2.5
_SAME_ORGANISATION = 1.0
_ONE_CODE = 9.0
_OTHER_KIND = -1.5
_SAME_SERVICES, _OTHER_SERVICES = 0.5, -0.5
"""Weak: one place entered twice is often entered with a service each time."""
_SAME_HOME = 2.0
"""Two organisations with points in one hromada."""
_RARE_NAME = 1.5
"""Two organisations alone in the country bear this name of several words."""

_DISTANCE_WEIGHTS = ((100.0, 3.0), (500.0, 1.0), (2_000.0, -1.5), (math.inf, -4.0))
"""Metres between coordinates that are exact to the building or street: geocoders differ by a house or two."""
_NEAR_M = 200.0
"""Neighbours across a hromada's border, where one of two records may name the wrong hromada."""
_EARTH_RADIUS_M = 6_371_008.8

_OWN_PHONE_SHARED_BY = 3
_PHONE_SHARED_BY_AT_MOST = 20
"""A number that more records share is a call centre's and says nothing of the place."""
_GROUP_AT_MOST = 200
"""Larger groups of one provider or name are compared settlement by settlement only."""
_ROUGHLY_LIKE = 70
"""Per cent of rapidfuzz's token_set_ratio below which names are not compared word by word."""
_COMPARED_AT_ONCE = 256
"""Names of a large city against each other: bounds the matrix of their scores."""
_SEVERAL_WORDS = 4
_SERVICES_OVERLAP = 0.5

_EXACT = frozenset({PointPrecision.BUILDING, PointPrecision.STREET})

_Evidence = tuple[float, DuplicateReason | None]


@dataclass(frozen=True, slots=True)
class _Traits:
    """What of a record is compared. A confidential point has neither settlement, address nor place."""

    key: RecordKey
    name: InstitutionName
    phones: frozenset[str]
    hromada: Katottg | None = None
    settlement: Katottg | None = None
    address: StreetAddress | None = None
    place: LonLat | None = None
    kind: PointKind | None = None
    organisation: str = ""
    edrpou: str | None = None
    services: frozenset[str] = frozenset()


def likely_duplicates(registry: Registry, today: date) -> tuple[DuplicatePair, ...]:
    """Return the pairs of records that are probably one, the likeliest first, then by id.

    Records that have ended before the day are left out. Of a confidential point only the name, the phones
    and what the public may know are compared: a score tells nothing of where it is.
    """
    organisations = [
        unit for unit in registry.organisations if unit.valid_to is None or unit.valid_to >= today
    ]
    points = [point for point in registry.points if point.valid_to is None or point.valid_to >= today]
    pairs = [*_duplicate_points(points, organisations), *_duplicate_organisations(organisations, points)]
    return tuple(sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other)))


def _duplicate_points(
    points: Sequence[ServicePoint], organisations: Iterable[Organisation]
) -> Iterator[DuplicatePair]:
    by_id = {organisation.id: organisation for organisation in organisations}
    traits = [_point_traits(point, by_id) for point in points]
    shared_by = _sharers(traits)
    for one, other in _candidate_points(traits):
        pair = _judged(_evidence_of_points(traits[one], traits[other], shared_by), traits[one], traits[other])
        if pair is not None:
            yield pair


def _point_traits(point: ServicePoint, organisations: Mapping[str, Organisation]) -> _Traits:
    organisation = organisations.get(point.organisation)
    is_exact = point.precision in _EXACT
    return _Traits(
        key=RecordKey(RecordKind.POINT, point.id),
        name=institution_name(point.name),
        phones=_numbers(point.phones),
        hromada=point.hromada,
        settlement=point.settlement,
        address=None if point.is_confidential else street_address(point.address_parts, point.address),
        place=point.point if is_exact else None,
        kind=point.kind,
        organisation=point.organisation,
        edrpou=None if organisation is None else organisation.edrpou,
        services=frozenset(offering.service for offering in point.offerings),
    )


def _numbers(phones: Iterable[Phone]) -> frozenset[str]:
    return frozenset(phone.e164 for phone in phones if phone.e164 is not None)


def _sharers(traits: Iterable[_Traits]) -> Mapping[str, int]:
    """Return how many records have each phone."""
    count: defaultdict[str, int] = defaultdict(int)
    for record in traits:
        for phone in record.phones:
            count[phone] += 1
    return count


# Which pairs are looked at.


def _candidate_points(traits: Sequence[_Traits]) -> list[tuple[int, int]]:
    """Return the pairs worth judging, each once and in order."""
    found: set[tuple[int, int]] = set()
    for members in _neighbours(traits):
        found.update(_roughly_alike(traits, members))
    for members in _groups((record.phones for record in traits), at_most=_PHONE_SHARED_BY_AT_MOST):
        found.update(combinations(members, 2))
    providers = ([(record.edrpou or record.organisation, record.kind)] for record in traits)
    for members in _groups(providers, at_most=_GROUP_AT_MOST):
        found.update(_roughly_alike(traits, members))
    found.update(_near_across_borders(traits))
    return sorted(found)


def _neighbours(traits: Sequence[_Traits]) -> Iterator[list[int]]:
    """Yield the records of each settlement, with those of its hromada that name no settlement."""
    by_hromada: defaultdict[Katottg, defaultdict[Katottg | None, list[int]]]
    by_hromada = defaultdict(lambda: defaultdict(list))
    for number, record in enumerate(traits):
        if record.hromada is not None:
            by_hromada[record.hromada][record.settlement].append(number)
    for settlements in by_hromada.values():
        unplaced = settlements.pop(None, [])
        yield unplaced
        for members in settlements.values():
            yield sorted([*members, *unplaced])


def _groups(keys: Iterable[Iterable[Hashable]], *, at_most: int) -> Iterator[list[int]]:
    """Yield the numbers of the records that share a key, unless so many do that it says nothing."""
    grouped: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, of_record in enumerate(keys):
        for key in of_record:
            grouped[key].append(number)
    yield from (members for members in grouped.values() if 1 < len(members) <= at_most)


def _roughly_alike(traits: Sequence[_Traits], members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose names are near enough to be compared word by word."""
    texts = [traits[number].name.text for number in members]
    for start in range(0, len(texts), _COMPARED_AT_ONCE):
        some, rest = texts[start : start + _COMPARED_AT_ONCE], texts[start:]
        scores = process.cdist(
            some, rest, scorer=fuzz.token_set_ratio, score_cutoff=_ROUGHLY_LIKE, dtype=np.uint8
        )
        for first, second in zip(*np.nonzero(np.triu(scores, k=1)), strict=True):
            yield members[start + int(first)], members[start + int(second)]


def _near_across_borders(traits: Sequence[_Traits]) -> Iterator[tuple[int, int]]:
    placed = [(number, record.place) for number, record in enumerate(traits) if record.place is not None]
    if not placed:
        return
    tree = cKDTree(np.array([_on_unit_sphere(place) for _, place in placed]))
    chord = 2 * math.sin(_NEAR_M / _EARTH_RADIUS_M / 2)
    for first, second in tree.query_pairs(chord, output_type="ndarray"):
        one, other = sorted((placed[first][0], placed[second][0]))
        if (traits[one].hromada, traits[one].settlement) != (traits[other].hromada, traits[other].settlement):
            yield one, other


def _on_unit_sphere(place: LonLat) -> tuple[float, float, float]:
    lon, lat = math.radians(place.lon), math.radians(place.lat)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _distance_m(one: LonLat, other: LonLat) -> float:
    return (
        2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.dist(_on_unit_sphere(one), _on_unit_sphere(other)) / 2))
    )


# What speaks for and against.


def _judged(evidence: Sequence[_Evidence] | None, one: _Traits, other: _Traits) -> DuplicatePair | None:
    if evidence is None:
        return None
    score = 1 / (1 + math.exp(-(_PRIOR + sum(weight for weight, _ in evidence))))
    if score < PROBABLE:
        return None
    first, second = sorted((one.key, other.key))
    reasons = tuple(reason for _, reason in evidence if reason is not None)
    return DuplicatePair(first, second, round(score, 3), reasons)


def _evidence_of_points(one: _Traits, other: _Traits, shared_by: Mapping[str, int]) -> list[_Evidence] | None:
    """Return what speaks for and against; None where the names differ clearly."""
    by_name = _by_name(one, other)
    if by_name is None:
        return None
    return [
        by_name,
        *_by_place(one, other),
        *_by_address(one, other),
        *_by_phone(one, other, shared_by),
        *_by_provider(one, other),
        *_by_services(one, other),
    ]


def _by_name(one: _Traits, other: _Traits) -> _Evidence | None:
    agreement = likeness(one.name, other.name)
    if agreement is NameLikeness.DIFFERENT:
        return None
    same = agreement is NameLikeness.SAME
    return _NAME_WEIGHT[agreement], DuplicateReason.SAME_NAME if same else DuplicateReason.LIKE_NAME


def _by_place(one: _Traits, other: _Traits) -> Iterator[_Evidence]:
    if one.place is not None and other.place is not None:
        distance_m = _distance_m(one.place, other.place)
        weight = next(weight for up_to_m, weight in _DISTANCE_WEIGHTS if distance_m <= up_to_m)
        yield weight, DuplicateReason.NEAR if weight > 0 else None
    if one.hromada is not None and other.hromada is not None and one.hromada != other.hromada:
        yield _OTHER_HROMADA, None
    if one.settlement is not None and other.settlement is not None:
        yield _SAME_SETTLEMENT if one.settlement == other.settlement else _OTHER_SETTLEMENT, None


def _by_address(one: _Traits, other: _Traits) -> Iterator[_Evidence]:
    if one.address is None or other.address is None:
        return
    same = one.address.is_same_as(other.address)
    if same is not None:
        yield (_SAME_ADDRESS, DuplicateReason.SAME_ADDRESS) if same else (_OTHER_ADDRESS, None)


def _by_phone(one: _Traits, other: _Traits, shared_by: Mapping[str, int]) -> Iterator[_Evidence]:
    sharers = min((shared_by[phone] for phone in one.phones & other.phones), default=0)
    if 0 < sharers <= _OWN_PHONE_SHARED_BY:
        yield _OWN_PHONE, DuplicateReason.SAME_PHONE
    elif 0 < sharers <= _PHONE_SHARED_BY_AT_MOST:
        yield _COMMON_PHONE, DuplicateReason.SAME_PHONE
    elif not sharers and one.phones and other.phones:
        yield _OTHER_PHONE, None


def _by_provider(one: _Traits, other: _Traits) -> Iterator[_Evidence]:
    if one.organisation == other.organisation:
        yield _SAME_ORGANISATION, DuplicateReason.SAME_ORGANISATION
    elif one.edrpou is not None and other.edrpou is not None:
        same = one.edrpou == other.edrpou
        yield (_SAME_EDRPOU, DuplicateReason.SAME_EDRPOU) if same else (_OTHER_EDRPOU, None)
    if one.kind is not other.kind:
        yield _OTHER_KIND, None


def _by_services(one: _Traits, other: _Traits) -> Iterator[_Evidence]:
    if not one.services or not other.services:
        return
    overlap = len(one.services & other.services) / len(one.services | other.services)
    if overlap >= _SERVICES_OVERLAP:
        yield _SAME_SERVICES, DuplicateReason.SAME_SERVICES
    elif not overlap:
        yield _OTHER_SERVICES, None


# The same of organisations.


def _duplicate_organisations(
    organisations: Sequence[Organisation], points: Iterable[ServicePoint]
) -> Iterator[DuplicatePair]:
    homes: defaultdict[str, set[Katottg]] = defaultdict(set)
    for point in points:
        if point.hromada is not None:
            homes[point.organisation].add(point.hromada)
    traits = [_organisation_traits(organisation) for organisation in organisations]
    shared_by = _sharers(traits)
    names = list(_groups(([record.name.text] for record in traits), at_most=_GROUP_AT_MOST))
    bearers = {traits[members[0]].name.text: len(members) for members in names}
    for one, other in _candidate_organisations(traits, names, homes):
        if _are_related(organisations[one], organisations[other]):
            continue
        evidence = _evidence_of_organisations(traits[one], traits[other], shared_by, bearers)
        if evidence is not None and homes[traits[one].key.id] & homes[traits[other].key.id]:
            evidence.append((_SAME_HOME, None))
        pair = _judged(evidence, traits[one], traits[other])
        if pair is not None:
            yield pair


def _organisation_traits(organisation: Organisation) -> _Traits:
    return _Traits(
        key=RecordKey(RecordKind.ORGANISATION, organisation.id),
        name=institution_name(organisation.name),
        phones=_numbers(organisation.phones),
        address=street_address(None, organisation.address),
        edrpou=organisation.edrpou,
    )


def _candidate_organisations(
    traits: Sequence[_Traits], names: Iterable[Sequence[int]], homes: Mapping[str, set[Katottg]]
) -> list[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for members in names:
        found.update(combinations(members, 2))
    for key in ([[record.edrpou] if record.edrpou else [] for record in traits], [r.phones for r in traits]):
        for members in _groups(key, at_most=_PHONE_SHARED_BY_AT_MOST):
            found.update(combinations(members, 2))
    for members in _groups((homes.get(record.key.id, ()) for record in traits), at_most=_GROUP_AT_MOST):
        found.update(_roughly_alike(traits, members))
    return sorted(found)


def _are_related(one: Organisation, other: Organisation) -> bool:
    """Tell whether one is the other's branch or successor, which names alike and yet are two."""
    return (
        other.id in {one.parent, *one.successor_of}
        or one.id in {other.parent, *other.successor_of}
        or (one.parent is not None and one.parent == other.parent)
    )


def _evidence_of_organisations(
    one: _Traits, other: _Traits, shared_by: Mapping[str, int], bearers: Mapping[str, int]
) -> list[_Evidence] | None:
    """Return what speaks for and against; None where the codes differ, or the names without a common code."""
    if one.edrpou is not None and other.edrpou is not None:
        # One code is one person in law, whatever the names say; two codes are two.
        same = one.edrpou == other.edrpou
        return [(_ONE_CODE, DuplicateReason.SAME_EDRPOU)] if same else None
    by_name = _by_name(one, other)
    if by_name is None:
        return None
    evidence = [by_name, *_by_address(one, other), *_by_phone(one, other, shared_by)]
    is_rare = bearers.get(one.name.text) == 2 and len(one.name.words) >= _SEVERAL_WORDS  # noqa: PLR2004 - a pair
    if by_name[1] is DuplicateReason.SAME_NAME and is_rare:
        evidence.append((_RARE_NAME, None))
    return evidence
