"""Where to apply: the lines that fit the service first, the rest under the heading of their topic."""

from __future__ import annotations

from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import WhereToApply
from mapapp.files.reference_tables import read_hotlines
from mapapp.presentation.apply_list import apply_list

OPISHNIA = Katottg("UA53080350000070563")
KHARKIV_LINE = "1552"


def listed(telling, service):
    return str(apply_list(telling, OPISHNIA, WhereToApply((), read_hotlines()), service))


def test_lines_that_fit_the_service_come_before_the_folded_ones(telling):
    shown, _, folded = listed(telling, "shelter-survivors").partition("<details>")
    assert "1547" in shown
    assert "1547" not in folded
    assert ">104<" in folded


def test_folded_lines_stand_under_their_topic(telling):
    folded = listed(telling, "home-care").partition("<details>")[2]
    legal_aid = {"uk": "Правнича допомога", "en": "Legal aid"}[telling.t.language]
    after = folded.partition(f"<h4>{legal_aid}</h4>")[2]
    assert "0 800 213 103" in after.partition("<h4>")[0]


def test_each_line_of_the_oblast_stands_once_and_another_oblasts_nowhere(telling):
    everything = listed(telling, "home-care")
    for line in read_hotlines():
        assert everything.count(f">{line.number}</a>") == (line.oblast is None)
