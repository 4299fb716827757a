"""Runs the revisions on the connection it is given; Alembic loads this file."""

from alembic import context

import mapapp.storage.schema  # noqa: F401 - the tables enter the metadata
from mapapp.storage.columns import VERSION_TABLE, Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
