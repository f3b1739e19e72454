"""Run by Alembic for every command; the connection is handed in by the store.

For a new step during development: ``alembic`` needs no ini file here, write the
file by hand beside its predecessor and alter ``schema.py`` with it.
"""

from __future__ import annotations

from alembic import context

from pipeline.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
