"""Schemas that a tenant's packets have to fit."""

import sqlalchemy as sa
from alembic import op

revision = "0003_schemas"
down_revision = "0002_tenants"


def upgrade():
    op.create_table(
        "packet_schemas",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("tenant_id", sa.String(36), nullable=False, index=True),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("schema_json", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=sa.func.now()),
    )


def downgrade():
    op.drop_table("packet_schemas")
