"""The registry as one flat table: a row per offering, its point's and organisation's fields repeated."""
