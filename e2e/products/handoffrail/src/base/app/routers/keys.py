"""API keys: made, listed, rotated and revoked by somebody who has one."""

import structlog
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import select

from app.api_key import ApiKey
from app.auth import Key, Session, WriterKey, new_key
from app.cache import publish
from app.database import now

log = structlog.get_logger()
router = APIRouter(prefix="/api/v1/keys", tags=["keys"])


class NewKey(BaseModel):
    name: str
    tier: str | None = None


@router.post("", status_code=201)
async def create_key(body: NewKey, session: Session, by: WriterKey):
    wanted = {} if body.tier is None else {"tier": body.tier}
    key, plain = new_key(body.name, tenant_id=by.tenant_id, **wanted)
    session.add(key)
    await session.commit()
    log.info("api_key_created", key_id=key.id, name=key.name, tenant_id=key.tenant_id)
    return {**key.describe(), "key": plain}


@router.get("")
async def list_keys(session: Session, by: Key):
    wanted = select(ApiKey).where(ApiKey.tenant_id == by.tenant_id).order_by(ApiKey.created_at)
    return [key.describe() for key in await session.scalars(wanted)]


@router.post("/{key_id}/rotate", status_code=201)
async def rotate_key(key_id: str, session: Session, by: WriterKey):
    old = await find_key(key_id, session, by)
    key, plain = new_key(old.name, tenant_id=old.tenant_id, tier=old.tier, admin=old.admin, rotated_from=old.id)
    old.revoked, old.revoked_at = True, now()
    session.add(key)
    await session.commit()
    log.info("api_key_rotated", key_id=key.id, rotated_from=old.id)
    return {**key.describe(), "key": plain}


@router.delete("/{key_id}", status_code=204)
async def revoke_key(key_id: str, session: Session, by: WriterKey):
    key = await find_key(key_id, session, by)
    key.revoked, key.revoked_at = True, now()
    await session.commit()
    log.info("api_key_revoked", key_id=key.id, revoked_by=by.id)
    await publish("api_key.revoked", key_id=key.id)


async def find_key(key_id: str, session: Session, by: ApiKey) -> ApiKey:
    key = await session.get(ApiKey, key_id)
    if key is None or key.tenant_id != by.tenant_id:
        raise HTTPException(404, f"API key {key_id} not found")
    if key.revoked:
        raise HTTPException(409, f"API key {key_id} is already revoked")
    return key
