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

    op.create_table(
        "brief_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.String(length=32), nullable=True),
        sa.Column("new", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_brief_move_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_brief_move_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_move")),
    )
    with op.batch_alter_table("brief_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brief_move_brief_id"), ["brief_id"], unique=False)

    op.create_table(
        "brief_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["move_id"], ["brief_move.id"], name=op.f("fk_brief_reminder_move_id_brief_move")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_reminder")),
        sa.UniqueConstraint("move_id", "number", name=op.f("uq_brief_reminder_move_id_number")),
    )
    op.create_table(
        "placement_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_placement_milestone_placement_id_placement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_milestone")),
        sa.UniqueConstraint(
            "placement_id", "position", name=op.f("uq_placement_milestone_placement_id_position")
        ),
    )
    op.create_table(
        "placement_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_placement_note_by_id_user")),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_placement_note_placement_id_placement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_note")),
    )
    with op.batch_alter_table("placement_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_placement_note_placement_id"), ["placement_id"], unique=False
        )

    op.create_table(
        "placement_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_placement_payment_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_placement_payment_placement_id_placement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_payment")),
        sa.UniqueConstraint(
            "placement_id", "kind", name=op.f("uq_placement_payment_placement_id_kind")
        ),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disputed_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("disputed_from", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("dispute_reminders", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("client_rating", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("client_comment", sa.String(length=1000), server_default="", nullable=False)
        )
    op.execute(
        "INSERT INTO client_member (client_id, person_id, role, joined_at)"
        " SELECT id, person_id, 'owner', created_at FROM client"
    )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_column("client_comment")
        batch_op.drop_column("client_rating")
        batch_op.drop_column("dispute_reminders")
        batch_op.drop_column("disputed_from")
        batch_op.drop_column("disputed_at")

    op.drop_table("placement_payment")
    with op.batch_alter_table("placement_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_note_placement_id"))

    op.drop_table("placement_note")
    op.drop_table("placement_milestone")
    op.drop_table("brief_reminder")
    with op.batch_alter_table("brief_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brief_move_brief_id"))

    op.drop_table("brief_move")
    with op.batch_alter_table("client_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_member_client_id"))

    op.drop_table("client_member")
    with op.batch_alter_table("client_invite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_invite_client_id"))

    op.drop_table("client_invite")
