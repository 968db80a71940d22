"""Roles of keys; a key that was an admin's stays one."""

import sqlalchemy as sa
from alembic import op

revision = "0004_rbac"
down_revision = "0003_schemas"


def upgrade():
    op.add_column("api_keys", sa.Column("role", sa.String(32), nullable=False, server_default="admin"))
    op.execute("UPDATE api_keys SET role = 'agent' WHERE NOT admin")


def downgrade():
    op.drop_column("api_keys", "role")
