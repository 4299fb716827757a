"""Answers travel compressed, are revalidated cheaply, and errors are sentences."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest

from mapapp.domain.errors import StoreUnavailableError
from mapapp.presentation.labels import hromada_name
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.messages import LANGUAGES, translator

POINTS = "/api/map/points?day=2026-01-01"


def layer_urls(scene):
    return scene.furniture(translator("uk"))["geometry"]


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("GZIP;q=0.5, br;q=0", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_a_body_travels_in_the_best_encoding_the_client_accepts(client, accepted, encoding, decode):
    answer, body = client.raw(POINTS, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert len(json.loads(decode(body))["rows"]) == 3


def test_each_encoding_has_a_strong_tag_of_its_own(client):
    tags = {
        client.raw(POINTS, headers={"Accept-Encoding": name})[0].headers["etag"]
        for name in ("br", "gzip", "")
    }
    assert len(tags) == 3
    assert not any(tag.startswith("W/") for tag in tags)


def test_a_held_body_is_not_sent_again(client):
    tag = client.get(POINTS).headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(POINTS, headers={"If-None-Match": condition})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get(POINTS, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_tells_what_get_would_send(client):
    got, headed = client.get(POINTS), client.head(POINTS)
    assert headed.status_code == 200
    assert headed.content == b""
    assert headed.headers["etag"] == got.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/nothing",
        "/api/map/coverage/more",
        "/geo/nothing.json",
        "/geo/a/b",
        "/assets/x/y",
        "/assets/",
    ],
)
def test_an_unknown_path_is_404_in_json(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "За цією адресою нічого немає."}
    assert client.get(path, params={"lang": "en"}).json() == {"error": "There is nothing at this address."}


def test_only_reading_is_allowed(client):
    for path in ("/api/map/points", "/api/map/coverage", "/embed", "/healthz"):
        assert client.post(path).status_code == 405


def test_an_asset_is_immutable_under_its_version_only(client):
    url = map_assets().url("hromada-map.js")
    answer = client.get(url)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.content == map_assets().files["hromada-map.js"]
    assert client.get(url.replace(map_assets().version, "0" * 16)).status_code == 404


@pytest.mark.parametrize("path", ["../palette.py", "..%2f..%2fpalette.py", "leaflet/", "leaflet/%00"])
def test_only_listed_assets_are_served(client, path):
    assert client.get(f"/assets/{map_assets().version}/{path}").status_code == 404


def test_outlines_are_immutable_under_their_digest(client, scene):
    urls = layer_urls(scene)
    for name, url in urls.items():
        answer = client.get(url)
        assert answer.headers["cache-control"].endswith("immutable")
        codes = [feature["properties"]["code"] for feature in answer.json()["features"]]
        assert codes == sorted(codes)
        assert len(codes) == {"hromadas": 5, "raions": 2, "oblasts": 2}[name]


def test_replaced_outlines_get_another_address(client, scene, atlas):
    before = layer_urls(scene)["hromadas"]
    atlas.checksum = "replaced"
    after = layer_urls(scene)["hromadas"]
    assert after != before
    assert client.get(after).status_code == 200
    old = client.get(before, params={"lang": "en"})
    assert old.status_code == 404
    assert old.json() == {"error": "These outlines have been replaced: reload the page."}


def test_a_layer_that_does_not_exist_is_404(client):
    for file in (
        "hromadas-7-00000000.json",
        "streets-500-00000000.json",
        "units-uk-00000000.json",
        "units-de-00000000.json",
    ):
        assert client.get(f"/geo/{file}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_all_areas_come_in_the_order_of_the_digits(client, scene, atlas, language):
    file = scene.units(language)
    areas = client.get(f"/geo/units-{language}-{file.content_hash}.json").json()["areas"]
    t = translator(language)
    named = {code: hromada_name(t, hromada) for code, hromada in atlas.gazetteer.hromadas.items()}
    assert [row[0] for row in areas] == list(scene.areas)
    assert {row[0]: row[2] for row in areas} == named


def test_a_failing_store_is_503_and_says_nothing_about_itself(client, atlas, caplog):
    atlas.broken = RuntimeError("password=secret host=10.0.0.1")
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.json()["status"] == "unavailable"
    assert "secret" not in health.text
    coverage = client.get("/api/map/coverage?service=home-care&lang=en")
    assert coverage.status_code == 500
    assert coverage.json() == {"error": "Something went wrong on the server; it has been logged."}
    assert "password=secret" in caplog.text


def test_an_unavailable_store_is_said_in_its_own_sentence(client, atlas):
    atlas.broken = StoreUnavailableError("The store cannot be reached")
    answer = client.get("/api/map/coverage?service=home-care&lang=en")
    assert (answer.status_code, answer.json()) == (503, {"error": "The store cannot be reached"})


def test_health_says_what_is_served(client):
    assert client.get("/healthz").json() == {
        "status": "ok",
        "store": "drawing",
        "hromadas": 5,
        "settlements": 10,
        "service_points": 3,
        "boundaries_approximate": True,
        "demo_records": True,
    }
