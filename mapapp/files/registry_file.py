"""A registry file (YAML, edited by hand) as the registry it describes, or every fault in it at once.

Layer by layer: `yaml_document` gives nodes with lines, `registry_values` takes what `registry_fields` lists,
`registry_rules` judges records alone, against one another and the country, and `registry_records` makes them
domain values.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mapapp.domain.errors import Fault, InvalidInputError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.registry import Registry
from mapapp.domain.services import Hotline, Service
from mapapp.files.gazetteer_checks import GazetteerChecks, Locate
from mapapp.files.registry_fields import REGISTRY_FIELDS
from mapapp.files.registry_records import organisation_of, point_of
from mapapp.files.registry_rules import RegistryRules
from mapapp.files.registry_values import Record, Refusal, Report, read_record
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
    rules = RegistryRules(GazetteerChecks(gazetteer, locate), services, hotlines)
    with _collector_at_rest():
        return _read(path, rules, gazetteer)


def _read(path: Path, rules: RegistryRules, gazetteer: Gazetteer) -> Registry:
    """Return the registry; the millions of nodes it was made of are gone when the collector wakes."""
    faults: list[Fault] = []
    document = _read_fields(path, faults)
    if document is not None:
        rules.judge(document)
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
        organisations=tuple(map(organisation_of, document.get("organisations"))),
        points=tuple(point_of(record, gazetteer) for record in document.get("points")),
        scope=frozenset(document.values("scope")),
    )
