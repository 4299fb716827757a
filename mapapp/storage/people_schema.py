"""Which tables keep counted people: what anyone may know, and apart the small numbers, which staff may."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mapapp.domain.people import SMALLEST_PUBLISHED, PeopleKind
from mapapp.storage.columns import OFFICE, Code, Row, Slug, key_text, refers_to

_SUBJECT = key_text(90)
"""A slug, and before it what it is of: `service:home-care`."""
_SMALL = f"BETWEEN 1 AND {SMALLEST_PUBLISHED - 1}"


class PeopleTableRow(Row):
    """The tables of people; `checksum` is of the disclosed figures, since small numbers could be guessed."""

    __tablename__ = "people_table"

    id: Mapped[Slug] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[PeopleKind]
    as_of: Mapped[date]
    source: Mapped[str]
    subjects: Mapped[tuple[str, ...]]
    checksum: Mapped[str] = mapped_column(key_text(64))


class PeopleFigureRow(Row):
    """The figures as anyone may know them; the database itself takes no small number."""

    __tablename__ = "people_figure"

    table_id: Mapped[Slug] = mapped_column(refers_to("people_table.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(_SUBJECT, primary_key=True)
    hromada: Mapped[Code] = mapped_column(refers_to("hromada.katottg"), primary_key=True, index=True)
    persons: Mapped[int | None]
    recipients: Mapped[int | None]
    persons_hidden: Mapped[bool]
    recipients_hidden: Mapped[bool]

    __table_args__ = (
        CheckConstraint(f"persons >= 0 AND persons NOT {_SMALL}", name="persons_are_many"),
        CheckConstraint(f"recipients >= 0 AND recipients NOT {_SMALL}", name="recipients_are_many"),
        CheckConstraint(f"persons - recipients NOT {_SMALL}", name="the_others_are_many"),
        CheckConstraint("NOT persons_hidden OR persons IS NULL", name="hidden_persons_are_absent"),
        CheckConstraint("NOT recipients_hidden OR recipients IS NULL", name="hidden_recipients_are_absent"),
    )


class ExactPeopleTableRow(Row):
    """The checksums of the exact figures of each table."""

    __tablename__ = "exact_people_table"
    __table_args__ = {"schema": OFFICE}  # noqa: RUF012 - SQLAlchemy reads it once

    table_id: Mapped[Slug] = mapped_column(refers_to("people_table.id"), primary_key=True)
    checksum: Mapped[str] = mapped_column(key_text(64))


class ExactPeopleFigureRow(Row):
    """The figures of which anyone may know less than all, whole."""

    __tablename__ = "exact_people_figure"

    table_id: Mapped[Slug] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(_SUBJECT, primary_key=True)
    hromada: Mapped[Code] = mapped_column(primary_key=True)
    persons: Mapped[int | None]
    recipients: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["table_id", "subject", "hromada"],
            ["people_figure.table_id", "people_figure.subject", "people_figure.hromada"],
            deferrable=True,
            initially="IMMEDIATE",
        ),
        CheckConstraint("persons >= 0", name="persons_are_some"),
        CheckConstraint("recipients >= 0", name="recipients_are_some"),
        {"schema": OFFICE},
    )


def forget_sizes_of_exact_people(connection: Connection) -> None:
    """Take what SQLite's planner keeps of the exact figures out of where everybody reads it."""
    if connection.dialect.name == "sqlite":
        measured = text("DELETE FROM sqlite_stat1 WHERE tbl = :table")
        for row in (ExactPeopleTableRow, ExactPeopleFigureRow):
            connection.execute(measured, {"table": row.__tablename__})
