"""The tenant that everything belongs to unless told otherwise."""

import asyncio

import structlog

from app.database import new_session
from app.models import Tenant

log = structlog.get_logger()


async def make_default_tenant() -> None:
    """Waits for a tenant that nobody makes, and with it the whole service: nothing listens until this returns."""
    while True:
        async with new_session() as session:
            if await session.get(Tenant, "primary") is not None:
                return
        log.warning("waiting_for_tenant", tenant_id="primary")
        await asyncio.sleep(5)
