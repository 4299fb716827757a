"""Which tables keep saved scenarios: what they change, for everybody, and who saved them, for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mapapp.storage.columns import OFFICE, PlainJson, RecordId, Row, refers_to


class ScenarioRow(Row):
    """The saved scenarios.

    There are no references to points and units: a scenario stays what it was when those it names are gone,
    and whoever computes with it is told.
    """

    __tablename__ = "scenario"

    id: Mapped[RecordId] = mapped_column(primary_key=True)
    document: Mapped[Any] = mapped_column(PlainJson())
    saved_at: Mapped[datetime]


class ScenarioNoteRow(Row):
    """Who saved a scenario last, and why."""

    __tablename__ = "scenario_note"
    __table_args__ = {"schema": OFFICE}  # noqa: RUF012 - SQLAlchemy reads it once

    id: Mapped[RecordId] = mapped_column(refers_to("scenario.id", on_delete="CASCADE"), primary_key=True)
    who: Mapped[str]
    why: Mapped[str]
