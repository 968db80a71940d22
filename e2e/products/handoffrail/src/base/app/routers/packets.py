"""Handoff packets: from one agent to the next, and what happened on the way."""

import json
from typing import Any
from uuid import uuid4

import structlog
from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel
from sqlalchemy import func, select

from app.auth import Key, Session, WriterKey
from app.cache import publish
from app.claims import assign
from app.metrics import handoffs, refresh_gauges
from app.models import TRANSITIONS, Packet, PacketEvent

log = structlog.get_logger()
router = APIRouter(prefix="/api/v1/packets", tags=["packets"])


class Agent(BaseModel):
    id: str
    name: str
    framework: str | None = None


class Metadata(BaseModel):
    source_agent: Agent
    target_agent: Agent
    priority: str = "normal"
    tags: list[str] = []


class Context(BaseModel):
    summary: str
    artifacts: list[Any] = []
    custom: dict[str, Any] = {}


class NewPacket(BaseModel):
    parent_packet_id: str | None = None
    metadata: Metadata
    context: Context
    decisions: list[dict[str, Any]] = []


class Change(BaseModel):
    status: str | None = None
    decisions: list[dict[str, Any]] | None = None


class Claim(BaseModel):
    agent_id: str
    agent_name: str
    framework: str | None = None


@router.post("", status_code=201)
async def create_packet(body: NewPacket, session: Session, by: WriterKey):
    packet = Packet(
        id=str(uuid4()),
        parent_packet_id=body.parent_packet_id,
        tenant_id=by.tenant_id,
        metadata_json=body.metadata.model_dump_json(),
        context_json=body.context.model_dump_json(),
        decisions_json=json.dumps(body.decisions),
    )
    session.add(packet)
    agents = body.metadata
    await record(session, packet, "created", f"agent:{agents.source_agent.id}")
    handoffs.labels(by.tenant_id).inc()
    log.info(
        "packet_created",
        packet_id=packet.id,
        source_agent=agents.source_agent.id,
        target_agent=agents.target_agent.id,
        priority=agents.priority,
        tenant_id=by.tenant_id,
    )
    return packet.describe()


@router.get("")
async def list_packets(session: Session, by: Key, status: str | None = None, limit: int = 50, offset: int = 0):
    wanted = select(Packet).where(Packet.tenant_id == by.tenant_id)
    if status is not None:
        wanted = wanted.where(Packet.status.in_(status.split(",")))
    total = await session.scalar(select(func.count()).select_from(wanted.subquery()))
    page = wanted.order_by(Packet.created_at.desc(), Packet.id).limit(min(limit, 200)).offset(offset)
    packets = [packet.describe() for packet in await session.scalars(page)]
    return {"packets": packets, "total": total, "limit": limit, "offset": offset}


@router.get("/{packet_id}")
async def read_packet(packet_id: str, session: Session, by: Key):
    return (await find_packet(packet_id, session, by)).describe()


@router.get("/{packet_id}/history")
async def read_history(packet_id: str, session: Session, by: Key):
    await find_packet(packet_id, session, by)
    wanted = select(PacketEvent).where(PacketEvent.packet_id == packet_id).order_by(PacketEvent.timestamp)
    events = [
        {"timestamp": f"{event.timestamp.isoformat()}Z", "event_type": event.event_type, "actor": event.actor}
        for event in await session.scalars(wanted)
    ]
    return {"packet_id": packet_id, "events": events}


@router.patch("/{packet_id}")
async def change_packet(packet_id: str, body: Change, session: Session, by: WriterKey):
    packet = await find_packet(packet_id, session, by)
    if body.decisions is not None:
        packet.decisions_json = json.dumps(body.decisions)
    if body.status is not None:
        allowed = TRANSITIONS[packet.status]
        if body.status not in allowed:
            raise HTTPException(400, f"Cannot go from '{packet.status}' to '{body.status}'; allowed: {sorted(allowed)}")
        packet.status = body.status
    await record(session, packet, body.status or "updated", f"key:{by.key_prefix}")
    log.info("packet_updated", packet_id=packet.id, status=packet.status)
    return packet.describe()


@router.post("/{packet_id}/claim")
async def claim_packet(packet_id: str, body: Claim, session: Session, by: WriterKey):
    packet = await find_packet(packet_id, session, by)
    if packet.status == "expired":
        raise HTTPException(410, f"Packet {packet_id} has expired")
    if packet.status != "created":
        raise HTTPException(409, f"Packet {packet_id} is already {packet.status}")
    assign(packet, {"id": body.agent_id, "name": body.agent_name, "framework": body.framework})
    await record(session, packet, "claimed", f"agent:{body.agent_id}")
    log.info("packet_claimed", packet_id=packet.id, agent=body.agent_id)
    return packet.describe()


@router.delete("/{packet_id}", status_code=204)
async def expire_packet(packet_id: str, session: Session, by: WriterKey):
    packet = await find_packet(packet_id, session, by)
    packet.status = "expired"
    await record(session, packet, "expired", f"key:{by.key_prefix}")
    log.info("packet_expired", packet_id=packet.id)
    return Response(status_code=204)


async def find_packet(packet_id: str, session: Session, by) -> Packet:
    packet = await session.get(Packet, packet_id)
    if packet is None or packet.tenant_id != by.tenant_id:
        raise HTTPException(404, f"Packet {packet_id} not found")
    return packet


async def record(session: Session, packet: Packet, event: str, actor: str) -> None:
    """Ends every change: what happened is kept with it, told to subscribers, and counted."""
    session.add(PacketEvent(id=str(uuid4()), packet_id=packet.id, event_type=event, actor=actor))
    await session.commit()
    await publish(f"packet.{event}", packet_id=packet.id)
    await refresh_gauges()
