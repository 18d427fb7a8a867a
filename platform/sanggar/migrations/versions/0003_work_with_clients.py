"""Work with clients: people of a business, dated moves, milestones, money, disputes, files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "client_invite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_client_invite_by_id_user")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_client_invite_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["used_by_id"], ["user.id"], name=op.f("fk_client_invite_used_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_invite")),
    )
    with op.batch_alter_table("client_invite", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_invite_client_id"), ["client_id"], unique=False)

    op.create_table(
        "client_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_client_member_by_id_user")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_client_member_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_client_member_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_member")),
        sa.UniqueConstraint("person_id", name=op.f("uq_client_member_person_id")),
    )
    with op.batch_alter_table("client_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_member_client_id"), ["client_id"], unique=False)
    op.execute(
        "INSERT INTO client_member (client_id, person_id, role, joined_at)"
        " SELECT id, person_id, 'owner', created_at FROM client"
    )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("client_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_member_client_id"))

    op.drop_table("client_member")
    with op.batch_alter_table("client_invite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_invite_client_id"))

    op.drop_table("client_invite")
