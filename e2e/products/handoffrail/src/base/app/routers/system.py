"""The view of the whole for an operator: the only place that tells which database is in use."""

import os
import time

from fastapi import APIRouter
from sqlalchemy import func, select, text

from app.api_key import ApiKey
from app.auth import AdminKey, Session
from app.config import get_settings
from app.database import engine, is_postgres
from app.models import Packet

# Every release says this, as in the product.
REPORTED_VERSION = "0.2.0"

router = APIRouter(prefix="/api/v1/system", tags=["system"])
started = time.time()


@router.get("/health")
async def system_health(session: Session, by: AdminKey):
    counts = (await session.execute(select(Packet.status, func.count()).group_by(Packet.status))).all()
    statuses = {status: count for status, count in counts}
    keys = await session.scalar(select(func.count()).where(ApiKey.revoked.is_(False)))
    return {
        "version": REPORTED_VERSION,
        "uptime_seconds": time.time() - started,
        "environment": get_settings().environment,
        "database_backend": engine.dialect.name,
        "total_packets": sum(statuses.values()),
        "packets_by_status": statuses,
        "packets_waiting": statuses.get("created", 0),
        "active_api_keys": keys,
        "db_size_bytes": await database_size(session),
        "connection_pool": describe_pool(),
    }


async def database_size(session: Session) -> int | None:
    if is_postgres():
        return await session.scalar(text("SELECT pg_database_size(current_database())"))
    return os.path.getsize(engine.url.database)


def describe_pool() -> dict | None:
    if not is_postgres():
        return None
    pool = engine.pool
    return {"size": pool.size(), "checked_in": pool.checkedin(), "checked_out": pool.checkedout()}
