"""Tenants; what was there before belongs to the default one."""

import sqlalchemy as sa
from alembic import op

revision = "0002_tenants"
down_revision = "0001_initial"


def upgrade():
    op.create_table(
        "tenants",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=sa.func.now()),
    )
    op.execute("INSERT INTO tenants (id, name) VALUES ('default', 'Default tenant')")


def downgrade():
    op.drop_table("tenants")
