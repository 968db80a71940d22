"""Who asks, and whether they may: every request but the probes' brings a key."""

import hashlib
import secrets
from typing import Annotated
from uuid import uuid4

import structlog
from fastapi import Depends, HTTPException, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api_key import ApiKey
from app.config import get_settings
from app.database import get_session, new_session
from app.rate_limit import limit_rate

log = structlog.get_logger()
Session = Annotated[AsyncSession, Depends(get_session)]


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def new_key(name: str, **columns) -> tuple[ApiKey, str]:
    """A key and its plain text, which is shown once."""
    plain = columns.pop("plain", None) or f"hr_{secrets.token_urlsafe(32)}"
    columns.setdefault("tier", get_settings().tier_default)
    return ApiKey(id=str(uuid4()), name=name, key_hash=hash_key(plain), key_prefix=plain[:8], **columns), plain


async def require_key(request: Request, session: Session) -> ApiKey:
    plain = request.headers.get("X-API-Key")
    if not plain:
        raise HTTPException(401, "Missing X-API-Key header")
    key = await session.scalar(select(ApiKey).where(ApiKey.key_hash == hash_key(plain)))
    if key is None:
        raise HTTPException(401, "Invalid API key")
    if key.revoked:
        raise HTTPException(403, "API key has been revoked")
    await limit_rate(key.id, key.tier)
    return key


Key = Annotated[ApiKey, Depends(require_key)]


async def require_admin(key: Key) -> ApiKey:
    if not key.is_admin():
        raise HTTPException(403, "Admin access required")
    return key


async def require_writer(key: Key) -> ApiKey:
    if not key.may_write():
        raise HTTPException(403, "Role may not write")
    return key


AdminKey = Annotated[ApiKey, Depends(require_admin)]
WriterKey = Annotated[ApiKey, Depends(require_writer)]


async def make_first_key() -> None:
    """Makes the admin key that HR_ADMIN_API_KEY names, unless it is there."""
    plain = get_settings().admin_api_key
    if not plain:
        return
    async with new_session() as session:
        # Only the id: the table may lack a column that the model has.
        if await session.scalar(select(ApiKey.id).where(ApiKey.key_hash == hash_key(plain))):
            return
        key, _ = new_key("admin", plain=plain, admin=True, tier="business")
        session.add(key)
        await session.commit()
        log.info("api_key_created", key_id=key.id, name=key.name, tenant_id=key.tenant_id)
