"""The tables as the code knows them; the one of the keys is in api_key.py."""

import json
from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.api_key import ApiKey  # noqa: F401
from app.database import Base, now

TERMINAL = ("completed", "expired")
TRANSITIONS = {
    "created": {"claimed", "awaiting_human", "failed", "expired"},
    "claimed": {"in_progress", "awaiting_human", "failed", "expired"},
    "in_progress": {"completed", "awaiting_human", "failed", "expired"},
    "awaiting_human": {"claimed", "in_progress", "failed", "expired"},
    "completed": {"expired"},
    "failed": {"expired"},
    "expired": set(),
}


class Tenant(Base):
    __tablename__ = "tenants"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)


class PacketSchema(Base):
    __tablename__ = "packet_schemas"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(128))
    schema_json: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class PacketEvent(Base):
    __tablename__ = "packet_events"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    packet_id: Mapped[str] = mapped_column(String(36), index=True)
    event_type: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(128))
    timestamp: Mapped[datetime] = mapped_column(default=now)


class Packet(Base):
    __tablename__ = "packets"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    parent_packet_id: Mapped[str | None] = mapped_column(String(36))
    status: Mapped[str] = mapped_column(String(32), default="created", index=True)
    tenant_id: Mapped[str] = mapped_column(String(36), default="default", index=True)
    metadata_json: Mapped[str] = mapped_column(Text)
    context_json: Mapped[str] = mapped_column(Text)
    decisions_json: Mapped[str] = mapped_column(Text, default="[]")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    def describe(self) -> dict:
        link = f"/api/v1/packets/{self.id}"
        return {
            "id": self.id,
            "version": "1.0.0",
            "parent_packet_id": self.parent_packet_id,
            "metadata": json.loads(self.metadata_json),
            "context": json.loads(self.context_json),
            "decisions": json.loads(self.decisions_json),
            "status": self.status,
            "created_at": f"{self.created_at.isoformat()}Z",
            "updated_at": f"{self.updated_at.isoformat()}Z",
            "_links": {"self": link, "claim": f"{link}/claim", "history": f"{link}/history"},
        }
