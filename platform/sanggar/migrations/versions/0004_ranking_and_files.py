"""Lists shown, follow-ups, objections, pictures of briefs and portfolios, teams"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ranking_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_ranking_turn_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_turn")),
    )
    op.create_table(
        "brief_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_brief_team_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["user.id"], name=op.f("fk_brief_team_mentor_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_team")),
    )
    with op.batch_alter_table("brief_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brief_team_client_id"), ["client_id"], unique=False)

    op.create_table(
        "ranking_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_ranking_list_brief_id_brief")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_list")),
        sa.UniqueConstraint("brief_id", "digest", name=op.f("uq_ranking_list_brief_id_digest")),
    )
    with op.batch_alter_table("ranking_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ranking_list_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ranking_list_version"), ["version"], unique=False)

    op.create_table(
        "ranking_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ranked", sa.Integer(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("shortlisted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["ranking_list.id"], name=op.f("fk_ranking_place_list_id_ranking_list")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_ranking_place_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_place")),
        sa.UniqueConstraint(
            "list_id", "person_id", name=op.f("uq_ranking_place_list_id_person_id")
        ),
    )
    with op.batch_alter_table("ranking_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ranking_place_person_id"), ["person_id"], unique=False)

    op.create_table(
        "ranking_showing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["ranking_list.id"], name=op.f("fk_ranking_showing_list_id_ranking_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_showing")),
        sa.UniqueConstraint(
            "list_id", "side", "depth", name=op.f("uq_ranking_showing_list_id_side_depth")
        ),
    )
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_brief_team_id"), ["team_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_brief_team_id_brief_team"), "brief_team", ["team_id"], ["id"]
        )

    with op.batch_alter_table("ranking_model", schema=None) as batch_op:
        batch_op.add_column(sa.Column("card", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("ranking_model", schema=None) as batch_op:
        batch_op.drop_column("card")

    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_brief_team_id_brief_team"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_brief_team_id"))
        batch_op.drop_column("team_id")

    op.drop_table("ranking_showing")
    with op.batch_alter_table("ranking_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_place_person_id"))

    op.drop_table("ranking_place")
    with op.batch_alter_table("ranking_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_list_version"))
        batch_op.drop_index(batch_op.f("ix_ranking_list_made_at"))

    op.drop_table("ranking_list")
    with op.batch_alter_table("brief_team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brief_team_client_id"))

    op.drop_table("brief_team")
    op.drop_table("ranking_turn")
