"""Runs the revisions on the connection it is given; Alembic loads this file."""

from alembic import context

from mapapp.storage.revisions import VERSION_TABLE
from mapapp.storage.schema import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
