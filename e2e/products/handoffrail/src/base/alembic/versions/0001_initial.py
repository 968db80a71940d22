"""The first tables: packets, what happened to them, and keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001_initial"
down_revision = None


def upgrade():
    op.create_table(
        "packets",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parent_packet_id", sa.String(36)),
        sa.Column("status", sa.String(32), nullable=False, index=True),
        sa.Column("tenant_id", sa.String(36), nullable=False, server_default="default", index=True),
        sa.Column("metadata_json", sa.Text, nullable=False),
        sa.Column("context_json", sa.Text, nullable=False),
        sa.Column("decisions_json", sa.Text, nullable=False, server_default="[]"),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "packet_events",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("packet_id", sa.String(36), nullable=False, index=True),
        sa.Column("event_type", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("timestamp", sa.DateTime, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("key_prefix", sa.String(16), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False, server_default="default"),
        sa.Column("tier", sa.String(32), nullable=False, server_default="free"),
        sa.Column("admin", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("revoked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("rotated_from", sa.String(36)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
    )


def downgrade():
    for table in ("api_keys", "packet_events", "packets"):
        op.drop_table(table)
