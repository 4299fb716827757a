"""Who takes a client, of thousands of scattered offerings: the same as by plain rules, on either store."""

from __future__ import annotations

from itertools import pairwise

from mapapp.domain.referral import Basis, RefusalReason, Unknown

LISTS = ("local", "remote", "confidential", "left_out")


def test_questions_meet_every_case(asked):
    listed = [found for _, expected in asked for name in LISTS for found in getattr(expected, name)]
    assert {reason for found in listed for reason in found.reasons} == set(RefusalReason)
    assert {unknown for found in listed for unknown in found.unknowns} == set(Unknown)
    assert {found.basis for found in listed} == {None, *Basis}
    for name in LISTS:
        lengths = [len(getattr(expected, name)) for _, expected in asked]
        assert min(lengths) == 0, name
        assert max(lengths) > 10, name
    ended = {expected.radius_m for _, expected in asked if expected.is_widened}
    assert {10_000.0, 50_000.0, 100_000.0, 200_000.0, 500_000.0, 1_000_000.0, None} <= ended
    assert {expected.left_out_more for _, expected in asked} == {True, False}


def test_questions_meet_ties_and_stops(asked, registry):
    lists = [getattr(expected, name) for _, expected in asked for name in ("local", "left_out")]
    ties = [one for found in lists for one, other in pairwise(found) if one.metres == other.metres]
    assert len(ties) > 1_000
    assert len({found.offered.point.id for found in ties}) > 100
    assert sum(bool(point.stops) for point in registry.points) > 30


def test_answers_are_those_of_plain_rules(referral, asked, rules):
    at_a_stop = 0
    for question, expected in asked:
        answer = referral.refer(question)
        for name in LISTS:
            assert_same(name, answer, expected, rules)
        assert (answer.radius_m, answer.is_widened) == (expected.radius_m, expected.is_widened), question
        assert answer.left_out_more == expected.left_out_more, question
        assert not answer.by_road
        at_a_stop += sum(match.way.stop is not None for match in answer.local)
    assert at_a_stop > 500


def assert_same(name, answer, expected, rules):
    case = (name, answer.question)
    matches, found = getattr(answer, name), getattr(expected, name)
    keys = [(match.candidate.point_id, match.candidate.ordinal) for match in matches]
    assert keys == [judged.offered.key for judged in found], case
    for match, judged in zip(matches, found, strict=True):
        refusals = [refusal.reason for refusal in match.verdict.refusals]
        assert refusals == [reason for reason in RefusalReason if reason in judged.reasons], case
        assert match.verdict.unknowns == tuple(it for it in Unknown if it in judged.unknowns), case
        assert match.verdict.basis == judged.basis, case
        assert match.verdict.work == rules.work(judged.offered.point, answer.question), case
        if judged.metres is None:
            assert match.way is None, case
        else:
            assert abs(match.way.distance_m - judged.metres) < 1e-6, case
        if name == "confidential":
            assert match.candidate.position is match.candidate.distance_m is match.candidate.settlement, case
            assert match.candidate.position is None, case
