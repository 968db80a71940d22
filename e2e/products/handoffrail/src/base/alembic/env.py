"""Runs the migrations on the database that the service itself uses."""

import asyncio
from logging.config import fileConfig

from alembic import context
from app.database import Base, engine

import app.models  # noqa: F401  (fills Base.metadata)

fileConfig(context.config.config_file_name)


def migrate(connection):
    # Each migration for itself: what an earlier one did stays when a later one fails.
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def migrate_online():
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(migrate_online())
