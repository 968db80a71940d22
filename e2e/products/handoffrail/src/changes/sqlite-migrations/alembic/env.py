"""Runs the migrations on the database that alembic.ini names. Nobody told it about DATABASE_URL."""

import asyncio
from logging.config import fileConfig

from alembic import context
from sqlalchemy.ext.asyncio import async_engine_from_config

fileConfig(context.config.config_file_name)


def migrate(connection):
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def migrate_online():
    engine = async_engine_from_config(context.config.get_section("alembic"))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(migrate_online())
