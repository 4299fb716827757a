"""A registry file (YAML, edited by hand) as the registry it describes, or every fault in it at once.

Layer by layer: `yaml_document` gives nodes with lines, `registry_fields` takes the values of each record,
`registry_rules` judges records against one another and the country, and here they become domain values.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from operator import or_
from pathlib import Path

from mapapp.domain.errors import Fault, InvalidInputError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    Organisation,
    Payment,
    PointPrecision,
    Registry,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.services import Hotline, Service
from mapapp.files.gazetteer_checks import GazetteerChecks, Locate
from mapapp.files.phones import read_phone
from mapapp.files.registry_fields import REGISTRY_FIELDS, Record, Refusal, Report, read_record
from mapapp.files.registry_rules import RegistryRules
from mapapp.files.yaml_document import read_document


def read_registry(
    path: Path,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    hotlines: Iterable[Hotline],
    locate: Locate | None = None,
) -> Registry:
    """Read, check and return a registry file; `docs/providers-file.md` describes its fields.

    `locate` tells the hromada drawn around a point; without it a point is only compared with the settlements
    of its hromada.

    Raises
    ------
    InvalidInputError
        Something does not hold; every fault is listed with its file, line and field.

    """
    faults: list[Fault] = []
    with _collector_at_rest():
        document = _read_fields(path, faults)
        if document is not None:
            RegistryRules(GazetteerChecks(gazetteer, locate), services, hotlines).judge(document)
        if document is None or faults:
            raise InvalidInputError(
                "Faults in the registry file {file}: {count}; nothing was taken from it",
                sorted(faults, key=lambda fault: fault.line or 0),
                file=path,
                count=len(faults),
            )
        return _registry(document, gazetteer)


def _read_fields(path: Path, faults: list[Fault]) -> Record | None:
    report = Report(str(path), faults)
    root = read_document(path, faults)
    if root is None:
        if not faults:
            report.add(Fault("the file is empty: write scope, organisations and points"), 1, "")
        return None
    try:
        return read_record(root, "", report, REGISTRY_FIELDS)
    except Refusal as refusal:
        report.add(refusal.fault, root.line, "")
        return None


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the cyclic collector from walking millions of new objects that form no cycle.

    Building the nodes of 20,000 points took 7.6 s with it and 4.8 s without.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _registry(document: Record, gazetteer: Gazetteer) -> Registry:
    return Registry(
        organisations=tuple(_organisation(record) for record in document.get("organisations")),
        points=tuple(_point(record, gazetteer) for record in document.get("points")),
        scope=frozenset(document.values("scope")),
    )


def _organisation(record: Record) -> Organisation:
    return Organisation(
        id=record.get("id"),
        name=record.get("name"),
        sector=record.get("sector"),
        edrpou=record.get("edrpou"),
        successor_of=record.values("successor_of"),
        is_demo=record.get("demo", default=False),
    )


def _point(record: Record, gazetteer: Gazetteer) -> ServicePoint:
    policy = record.get("location_policy", LocationPolicy.PUBLIC)
    hromada: Katottg | None = record.get("hromada")
    position, precision = None, None
    if policy is LocationPolicy.PUBLIC:
        position, precision = _position(record, gazetteer)
    return ServicePoint(
        id=record.get("id"),
        organisation=record.get("organisation"),
        kind=record.get("kind"),
        name=record.get("name"),
        location_policy=policy,
        oblast=record.get("oblast") if hromada is None else gazetteer.hromadas[hromada].oblast,
        hromada=hromada,
        settlement=record.get("settlement"),
        point=position,
        precision=precision,
        address=record.get("address", ""),
        phones=tuple(map(read_phone, record.values("phones"))),
        offerings=tuple(_offering(offering, record) for offering in record.get("offerings")),
        hours=record.get("hours", ""),
        referral_note=record.get("referral_note", ""),
        relocated_from=record.get("relocated_from"),
        valid_from=record.get("valid_from"),
        valid_to=record.get("valid_to"),
        last_verified=record.get("last_verified"),
        is_demo=record.get("demo", default=False),
    )


def _position(record: Record, gazetteer: Gazetteer) -> tuple[LonLat, PointPrecision]:
    """Return the coordinates written, else the settlement's centre, else the hromada's."""
    coordinates: Record | None = record.get("coordinates")
    if coordinates is not None:
        return LonLat(lon=coordinates.get("lon"), lat=coordinates.get("lat")), record.get("precision")
    settlement = gazetteer.settlements.get(record.get("settlement"))
    if settlement is not None and settlement.point is not None:
        return settlement.point, PointPrecision.SETTLEMENT
    return gazetteer.hromadas[record.get("hromada")].centre, PointPrecision.HROMADA


def _offering(record: Record, point: Record) -> Offering:
    groups = record.values("target_groups") or point.values("target_groups") or (TargetGroup.EVERYONE,)
    return Offering(
        service=record.get("service"),
        catchment=_catchment(record) or _catchment(point) or (CatchmentArea(point.get("hromada")),),
        target_groups=reduce(or_, groups),
        places=frozenset(record.values("places") or point.values("places")),
        payment=record.get("payment", point.get("payment", Payment.FREE)),
        capacity=record.get("capacity"),
    )


def _catchment(record: Record) -> tuple[CatchmentArea, ...]:
    return tuple(
        CatchmentArea(
            area=entry.get("area"),
            basis=entry.get("basis", CatchmentBasis.RIGHT),
            start=entry.get("start"),
            end=entry.get("end"),
        )
        for entry in record.get("catchment", ())
    )
