"""A table for Excel keeps numbers as numbers and lets no cell be a formula."""

import pytest

from mapapp.presentation.csv_table import excel_csv


def cell_of(text):
    return excel_csv(["a"], [[text]]).decode("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize("number", ["-297991", "-0,5", "+12", "-1.25", "0"])
def test_a_number_stays_one(number):
    assert cell_of(number) == number


@pytest.mark.parametrize(
    "text", ["=1+1", "+380671234567-1", "-1+1", "-cmd", "@SUM(A1)", "-1;2", "--1", "- 5"]
)
def test_what_a_spreadsheet_would_compute_is_text(text):
    assert cell_of(text).strip('"').startswith("'")
