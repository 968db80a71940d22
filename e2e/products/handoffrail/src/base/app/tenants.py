"""The tenant that everything belongs to unless told otherwise."""

from app.database import new_session
from app.models import Tenant


async def make_default_tenant() -> None:
    async with new_session() as session:
        if await session.get(Tenant, "default") is None:
            session.add(Tenant(id="default", name="Default tenant"))
            await session.commit()
