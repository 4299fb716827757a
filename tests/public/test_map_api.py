"""The map as data says what the atlas says, and refuses in sentences."""

from __future__ import annotations

import pytest
from drawn_map import EVIL, HROMADAS, POLTAVSKA, STATES

from mapapp.domain.coverage import CoverageState

COVERAGE = "/api/map/coverage"
POINTS = "/api/map/points"


def test_each_area_has_the_digit_of_its_state(client):
    answer = client.get(COVERAGE, params={"service": "home-care", "day": "2026-01-01"}).json()
    areas = [row[0] for row in client.get(answer["areas"]).json()["areas"]]
    said = {area: answer["legend"][digit] for area, digit in zip(areas, answer["states"], strict=True)}
    assert said == {HROMADAS[letter]: state for letter, state in STATES.items()}
    drawn = set(STATES.values())
    assert answer["counts"] == {state: int(state in drawn) for state in CoverageState}


def test_an_area_leaves_the_rest_unasked(client):
    answer = client.get(COVERAGE, params={"service": "home-care", "area": POLTAVSKA}).json()
    areas = [row[0] for row in client.get(answer["areas"]).json()["areas"]]
    asked = {area for area, digit in zip(areas, answer["states"], strict=True) if digit != "."}
    assert asked == {HROMADAS[letter] for letter in "ABC"}


def test_coverage_of_a_country_is_small(client):
    body = client.get(COVERAGE, params={"service": "home-care"}).content
    assert len(body) < 600 + len(HROMADAS)


def test_points_come_as_rows_of_named_fields(client):
    answer = client.get(POINTS, params={"service": "home-care", "day": "2026-01-01"}).json()
    first = dict(zip(answer["fields"], answer["rows"][0], strict=True))
    assert first["name"] == EVIL
    assert first["hromada"] == HROMADAS["A"]
    assert first["phones"] == ["1545", "116 123"]
    assert answer["kinds"][first["kind"]] == "social_services_centre"
    assert [row[0] for row in answer["rows"]] == ["centre-1", "centre-2"]


def test_points_of_any_service_and_of_an_area(client):
    assert len(client.get(POINTS).json()["rows"]) == 3
    assert client.get(POINTS, params={"area": HROMADAS["B"]}).json()["rows"][0][0] == "shelter-1"


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("", 400, "Name a service: /api/map/coverage?service=…"),
        ("service=unknown", 404, "There is no service «unknown» in the classifier"),
        ("service=home-care&day=31.01.2026", 400, "«31.01.2026» is not a day: write it as 2026-01-31"),
        ("service=home-care&area=53", 400, "«53» is not a KATOTTG code: expected UA and 17 digits"),
        (
            "service=home-care&area=UA99000000000000000",
            404,
            "There is no oblast, raion or hromada with the code UA99000000000000000",
        ),
    ],
)
def test_a_wrong_question_is_answered_by_a_sentence(client, query, status, sentence):
    answer = client.get(f"{COVERAGE}?{query}&lang=en")
    assert (answer.status_code, answer.json()) == (status, {"error": sentence})
    assert answer.headers["cache-control"] == "no-store"


def test_sentences_are_ukrainian_unless_english_is_asked_for(client):
    said = client.get(COVERAGE).json()["error"]
    assert said == client.get(COVERAGE, params={"lang": "de"}).json()["error"]
    assert said != client.get(COVERAGE, params={"lang": "en"}).json()["error"]


def test_a_long_value_is_not_repeated_in_full(client):
    assert len(client.get(COVERAGE, params={"service": "x" * 5000}).json()["error"]) < 120


def test_unknown_parameters_are_ignored(client):
    plain = client.get(COVERAGE, params={"service": "home-care"})
    assert (
        client.get(COVERAGE, params={"service": "home-care", "utm_source": "x", "zoom": "9"}).json()
        == plain.json()
    )
