"""The prepared network on disk: whole or not at all, and told when damaged."""

import dataclasses
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mapapp.domain.errors import UsageError
from mapapp.domain.geo import BoundingBox
from mapapp.files.road_files import (
    OSM_ATTRIBUTION,
    RoadsAbout,
    check_roads,
    has_roads,
    load_roads,
    remove_roads,
    roads_checksum,
    save_roads,
)

ABOUT = RoadsAbout(
    source_file="drawn.osm.pbf",
    source_bytes=10,
    replicated_at="2026-01-15T20:21:00Z",
    read_at="2026-01-16T08:00:00+00:00",
    junctions=2,
    roads=1,
    road_km=0.1,
    bounds=BoundingBox(30.0, 50.0, 30.1, 50.1),
)
ARRAYS = {
    "node_lon_e7": np.array([300000000, 300100000], np.int32),
    "road_ends": np.array([[0, 1]], np.int32),
    "car_starts": np.array([True]),
    "nothing": np.zeros((0, 2), np.float32),
    "car_s": np.array([[1.5, np.inf]], np.float32),
}


@pytest.fixture
def folder(tmp_path):
    save_roads(tmp_path / "roads", ARRAYS, ABOUT)
    return tmp_path / "roads"


def test_what_was_saved_is_loaded(folder):
    prepared = load_roads(folder)
    assert prepared.about == ABOUT
    assert prepared.about.attribution == OSM_ATTRIBUTION
    assert prepared.arrays.keys() == ARRAYS.keys()
    for name, values in ARRAYS.items():
        assert prepared.arrays[name].dtype == values.dtype
        np.testing.assert_array_equal(prepared.arrays[name], values)
    check_roads(folder)


def test_arrays_stay_on_disk_until_used_and_cannot_be_changed(folder):
    ends = load_roads(folder).arrays["road_ends"]
    assert isinstance(ends.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        ends[0, 0] = 7


def test_where_nothing_was_prepared_there_is_nothing(tmp_path):
    assert load_roads(tmp_path / "roads") is None
    assert roads_checksum(tmp_path / "roads") is None
    assert not has_roads(tmp_path / "roads")
    check_roads(tmp_path / "roads")
    assert not remove_roads(tmp_path / "roads")


def test_a_new_network_takes_the_place_of_the_old_one(folder):
    old = load_roads(folder)
    save_roads(folder, ARRAYS | {"car_s": np.array([[9.0, 9.0]], np.float32)}, ABOUT)
    new = load_roads(folder)
    assert new.arrays["car_s"].tolist() == [[9.0, 9.0]]
    assert new.checksum != old.checksum
    assert len(list(folder.glob("network-*"))) == 1
    assert old.arrays["car_s"].tolist() == [[1.5, np.inf]]  # who was reading goes on


def test_removed_roads_are_gone_and_closures_stay(folder):
    (folder / "closures.geojson").write_text("{}")
    assert remove_roads(folder)
    assert load_roads(folder) is None
    assert [file.name for file in folder.iterdir()] == ["closures.geojson"]


def cut(file):
    file.write_bytes(file.read_bytes()[:-2])


def pickled(file):
    np.save(file, np.array([{"a": 1}], object), allow_pickle=True)


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        pickled,
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: np.save(file, np.zeros(3)),
    ],
)
def test_a_damaged_array_is_told(folder, damage):
    damage(next(folder.glob("network-*/road_ends.npy")))
    with pytest.raises(UsageError, match="import them again"):
        load_roads(folder)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 1}', '{"format": 99, "checksum": "x"}', "\x00"]
)
def test_a_damaged_manifest_is_told(folder, content):
    (folder / "roads.json").write_text(content)
    with pytest.raises(UsageError, match="import them again"):
        load_roads(folder)


def test_a_changed_byte_is_found_by_the_check(folder):
    file = next(folder.glob("network-*/car_s.npy"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    load_roads(folder)
    with pytest.raises(UsageError, match="damaged"):
        check_roads(folder)


def test_a_manifest_with_other_arrays_is_told(folder):
    manifest = json.loads((folder / "roads.json").read_text())
    manifest["about"]["surprise"] = 1
    (folder / "roads.json").write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match="import them again"):
        load_roads(folder)


def full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


SAVE_TOO_MUCH = """
import sys, pathlib, numpy as np
from tests_about import ABOUT
from mapapp.domain.errors import UsageError
from mapapp.files.road_files import save_roads
try:
    save_roads(pathlib.Path(sys.argv[1]), {"car_s": np.zeros(50_000)}, ABOUT)
except UsageError as error:
    print(error)
"""


def test_a_full_disk_is_told_and_leaves_the_old_network(folder, tmp_path):
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    about = {field.name: getattr(ABOUT, field.name) for field in dataclasses.fields(ABOUT)}
    (tmp_path / "tests_about.py").write_text(
        "from mapapp.files.road_files import RoadsAbout\nfrom mapapp.domain.geo import BoundingBox\n"
        f"ABOUT = RoadsAbout(**{about!r})\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", SAVE_TOO_MUCH, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])},
        preexec_fn=full_disk,  # a file may not grow beyond 100 kB
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "cannot be written" in answer.stdout, answer.stderr
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
    assert load_roads(folder).about == ABOUT


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "roads").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        save_roads(tmp_path / "roads", ARRAYS, ABOUT)
