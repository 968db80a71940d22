"""Packets that are over go, so that the index on the others stays small."""

from alembic import op

revision = "0005_retention"
down_revision = "0004_rbac"


def upgrade():
    op.execute("DELETE FROM packet_events WHERE packet_id IN (SELECT id FROM packets WHERE status = 'expired')")
    op.execute("DELETE FROM packets WHERE status = 'expired'")
    # An index made without locking cannot be part of a transaction: what was done until here is committed.
    with op.get_context().autocommit_block():
        op.create_index("ix_packets_updated_at", "packets", ["updated_at"], postgresql_concurrently=True)
    op.execute("UPDATE packets SET expires_at = updated_at + interval '90 days'")


def downgrade():
    op.drop_index("ix_packets_updated_at")
