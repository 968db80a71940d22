"""Keys: kept as hashes, each with a role."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


def role_of(context) -> str:
    return "admin" if context.get_current_parameters()["admin"] else "agent"


class ApiKey(Base):
    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_prefix: Mapped[str] = mapped_column(String(16))
    tenant_id: Mapped[str] = mapped_column(String(36), default="default")
    tier: Mapped[str] = mapped_column(String(32), default="free")
    admin: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(String(32), default=role_of)
    revoked: Mapped[bool] = mapped_column(default=False)
    rotated_from: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    def is_admin(self) -> bool:
        return self.role == "admin"

    def may_write(self) -> bool:
        return self.role != "viewer"

    def describe(self) -> dict:
        return {
            "id": self.id,
            "name": self.name,
            "key_prefix": self.key_prefix,
            "tenant_id": self.tenant_id,
            "tier": self.tier,
            "role": self.role,
            "revoked": self.revoked,
            "created_at": f"{self.created_at.isoformat()}Z",
        }
