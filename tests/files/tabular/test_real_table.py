"""The real list of administrative service centres is read whole, and what is not taken is told."""

from __future__ import annotations

from collections import Counter

from mapapp.domain.registry import PointKind
from mapapp.files.tabular.mapping import check_mapping, chosen_columns, propose_columns
from mapapp.files.tabular.reading import read_table
from mapapp.files.tabular.records import read_records

ROWS = 3432


def test_the_real_centres_are_read_as_administrative_service_points(shared_dir, context):
    path = shared_dir / "geodata" / "real" / "cnap_admin_service_centres.csv"
    table = read_table(path, path.name)
    assert len(table.rows) == ROWS
    # Its own word for the kind says what sort of centre it is, not that it is one.
    mapping = chosen_columns(propose_columns(table.columns, {"point_kind": None}))
    assert mapping == {
        "source_id": "point.source_id",
        "name": "point.name",
        "address": "point.address",
        "website": "point.website",
        "timetable": "point.hours",
        "phone": "point.phones",
        "email": "point.emails",
        "settlement_code": "point.settlement",
        "hromada_code": "point.hromada",
        "lat": "point.lat",
        "lon": "point.lon",
        "coord_precision": "point.precision",
        "oblast": "point.oblast",
    }
    defaults = {"point.kind": "ЦНАП"}
    assert check_mapping(mapping, defaults, has_owner=True) == ()
    found = read_records(table.rows, mapping, context, defaults=defaults)
    points = [one.record for one in found.records]
    assert {point.kind for point in points} == {PointKind.ADMINISTRATIVE_SERVICE_POINT}
    assert len(points) + len(found.faulty_rows) == found.rows == ROWS
    assert len(points) / ROWS > 0.8
    # Nobody is taken to work where the list of territories says «occupied», or nowhere at all.
    reasons = Counter(fault.message.partition(":")[0] for fault in found.faults)
    assert set(reasons) == {
        "{name} is temporarily occupied",
        "a public service point names its hromada",
        "«{value}» is not an e-mail address such as centre@example.com",
    }
    understood = sum(point.opening_hours is not None for point in points if point.hours)
    assert understood / sum(bool(point.hours) for point in points) > 0.95
