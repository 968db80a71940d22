"""What has to work before requests are taken."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def check_readiness(session: AsyncSession) -> None:
    await session.execute(text("SELECT count(*) FROM webhook_dead_letters"))
