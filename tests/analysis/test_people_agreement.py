"""Tables that count the same people disagree where they differ by much, and not where one does not know."""

from mapapp.analysis.people_agreement import disagreements
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import EVERYONE_THERE, PeopleFigure

HROMADAS = [Katottg(f"UA5308035000007056{n}") for n in range(4)]


def figures(*counts):
    return [
        PeopleFigure(hromada, EVERYONE_THERE, persons)
        for hromada, persons in zip(HROMADAS, counts, strict=False)
    ]


def found(new, old, share=0.2):
    others = {figure.hromada: figure for figure in figures(*old)}
    return [
        (HROMADAS.index(one.hromada), one.persons, one.others)
        for one in disagreements(figures(*new), "old", others, share)
    ]


def test_the_largest_difference_comes_first():
    assert found([100, 100, 1000], [100, 60, 500]) == [(2, 1000, 500), (1, 100, 60)]


def test_the_share_is_of_the_larger_number_and_is_to_be_exceeded():
    assert found([80, 79, 100, 100], [100, 100, 80, 79]) == [(1, 79, 100), (3, 100, 79)]
    assert found([0], [5]) == [(0, 0, 5)]


def test_a_difference_of_a_few_persons_is_none():
    assert found([1, 9, 4], [5, 5, 0]) == []


def test_what_either_does_not_know_is_no_difference():
    assert found([None, 100, 7], [100, None]) == []
