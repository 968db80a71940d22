"""The database. It is named by DATABASE_URL alone: HR_DATABASE_URL is read by nobody, as in the product."""

import os
import re
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

DEFAULT_URL = "sqlite+aiosqlite:///./handoffrail.db"
DATABASE_URL = re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", os.environ.get("DATABASE_URL") or DEFAULT_URL)

engine = create_async_engine(DATABASE_URL)
new_session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


def is_postgres() -> bool:
    return engine.dialect.name == "postgresql"


def now() -> datetime:
    """Columns have no time zone: everything is UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


async def get_session():
    async with new_session() as session:
        yield session


async def create_tables() -> None:
    """Makes tables that are missing, at every start. What exists stays as it is, whatever columns the models want."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
