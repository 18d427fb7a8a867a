"""Offers made again, later days of work, businesses that are closed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "placement_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_placement_day_answered_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["placement_note.id"], name=op.f("fk_placement_day_note_id_placement_note")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_placement_day_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_day")),
        sa.UniqueConstraint("note_id", name=op.f("uq_placement_day_note_id")),
    )
    with op.batch_alter_table("placement_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_placement_day_placement_id"), ["placement_id"], unique=False
        )

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", UTCDateTime(), nullable=True))

    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("times", sa.Integer(), server_default="1", nullable=False))

    # a yes that no client confirmed in time counts as taken back by the client
    op.execute(
        sa.text(
            "UPDATE offer SET state = 'withdrawn' "
            "WHERE state = 'expired' AND talent_accepted_at IS NOT NULL"
        )
    )


def downgrade() -> None:
    """Undo. What the code before cannot read becomes what it would have been there."""
    op.execute(
        sa.text(
            "UPDATE offer SET state = CASE WHEN answered_at IS NULL THEN 'expired' "
            "ELSE 'declined' END WHERE state = 'superseded'"
        )
    )
    op.execute(sa.text("DELETE FROM placement_day"))
    op.execute(sa.text("DELETE FROM placement_note WHERE kind = 'day'"))
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_column("times")

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_column("closed_at")

    with op.batch_alter_table("placement_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_day_placement_id"))

    op.drop_table("placement_day")
