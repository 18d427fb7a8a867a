"""Lists shown, follow-ups, objections, pictures of briefs and portfolios, teams"""

from __future__ import annotations

from typing import Any

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
        "ranking_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_audit")),
        sa.UniqueConstraint("scope", name=op.f("uq_ranking_audit_scope")),
    )
    op.create_table(
        "ranking_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_report")),
    )
    op.create_table(
        "talent_listing_key",
        sa.Column("key", sa.String(length=110), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", "lot", "listing_id", name=op.f("pk_talent_listing_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("talent_listing_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_talent_listing_key_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "busy_span",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_busy_span_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_span")),
        sa.UniqueConstraint(
            "person_id",
            "starts_on",
            "ends_on",
            "kind",
            name=op.f("uq_busy_span_person_id_starts_on_ends_on_kind"),
        ),
    )
    with op.batch_alter_table("busy_span", schema=None) as batch_op:
        batch_op.create_index(
            "ix_busy_span_person_id_ends_on", ["person_id", "ends_on"], unique=False
        )

    op.create_table(
        "ranking_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_ranking_turn_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_turn")),
    )
    op.create_table(
        "talent_listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_talent_listing_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_talent_listing_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talent_listing")),
        sa.UniqueConstraint("person_id", "track", name=op.f("uq_talent_listing_person_id_track")),
    )
    with op.batch_alter_table("talent_listing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_talent_listing_main",
            ["main", "lot", "valid_until", "level", "hub_id", "lowest", "person_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_talent_listing_track",
            ["track", "lot", "valid_until", "level", "hub_id", "lowest", "person_id"],
            unique=False,
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
        "brief_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("thumb", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_brief_photo_brief_id_brief")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_photo")),
        sa.UniqueConstraint("brief_id", "page", name=op.f("uq_brief_photo_brief_id_page")),
    )
    op.create_table(
        "brief_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_brief_share_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_brief_share_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_share")),
    )
    with op.batch_alter_table("brief_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brief_share_brief_id"), ["brief_id"], unique=False)

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
        "ranking_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("standing", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_ranking_objection_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_ranking_objection_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["hub_id"], ["hub.id"], name=op.f("fk_ranking_objection_hub_id_hub")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_ranking_objection_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_objection")),
        sa.UniqueConstraint(
            "person_id", "brief_id", name=op.f("uq_ranking_objection_person_id_brief_id")
        ),
    )
    with op.batch_alter_table("ranking_objection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_objection_brief_id"), ["brief_id"], unique=False
        )
        batch_op.create_index(
            "ix_ranking_objection_outcome_due_at", ["outcome", "due_at"], unique=False
        )

    op.create_table(
        "shortlist_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("suggested", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_shortlist_confirmation_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_shortlist_confirmation_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_confirmation")),
    )
    with op.batch_alter_table("shortlist_confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shortlist_confirmation_brief_id"), ["brief_id"], unique=False
        )

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
    op.create_table(
        "placement_follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("again", sa.String(length=32), nullable=True),
        sa.Column("income", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_placement_follow_up_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_placement_follow_up_placement_id_placement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_follow_up")),
        sa.UniqueConstraint(
            "placement_id",
            "months",
            "side",
            name=op.f("uq_placement_follow_up_placement_id_months_side"),
        ),
    )
    with op.batch_alter_table("placement_follow_up", schema=None) as batch_op:
        batch_op.create_index("ix_placement_follow_up_asked_at", ["asked_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_placement_follow_up_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "placement_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["placement_note.id"],
            name=op.f("fk_placement_file_note_id_placement_note"),
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_placement_file_placement_id_placement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_file")),
        sa.UniqueConstraint(
            "placement_id",
            "note_id",
            "sha256",
            name=op.f("uq_placement_file_placement_id_note_id_sha256"),
        ),
    )
    with op.batch_alter_table("placement_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_file_note_id"), ["note_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_placement_file_placement_id"), ["placement_id"], unique=False
        )

    op.create_table(
        "portfolio_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["portfolio_work.id"],
            name=op.f("fk_portfolio_paper_work_id_portfolio_work"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_paper")),
        sa.UniqueConstraint("work_id", "kind", name=op.f("uq_portfolio_paper_work_id_kind")),
    )
    op.create_table(
        "portfolio_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("thumb", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["portfolio_work.id"],
            name=op.f("fk_portfolio_picture_work_id_portfolio_work"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_picture")),
        sa.UniqueConstraint("work_id", "slot", name=op.f("uq_portfolio_picture_work_id_slot")),
    )
    with op.batch_alter_table("portfolio_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portfolio_picture_page"), ["page"], unique=False)
        batch_op.create_index(batch_op.f("ix_portfolio_picture_thumb"), ["thumb"], unique=False)

    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.add_column(sa.Column("permits", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("team_size", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("asked", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_brief_team_id"), ["team_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_brief_team_id_brief_team"), "brief_team", ["team_id"], ["id"]
        )

    with op.batch_alter_table("fairness_answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("education", sa.String(length=10), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("disability", sa.String(length=5), server_default="", nullable=False)
        )

    with op.batch_alter_table("portfolio_work", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("made_for", sa.String(length=120), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("placement_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("permission_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("permission_how", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("permission_by", sa.String(length=120), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("permission_key", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("permission_refused_at", UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("people", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("released_at", UTCDateTime(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_portfolio_work_placement_id"), ["placement_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_portfolio_work_placement_id_placement"),
            "placement",
            ["placement_id"],
            ["id"],
        )

    with op.batch_alter_table("ranking_model", schema=None) as batch_op:
        batch_op.add_column(sa.Column("card", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("service_price", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at_once", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("days", sa.Integer(), nullable=True))

    with op.batch_alter_table("work_profile", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("languages", sa.String(length=60), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("searchable", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("calendar_token", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_work_profile_calendar_token"), ["calendar_token"]
        )
    _confirm_lists_under_way()


def _confirm_lists_under_way() -> None:
    """Let rounds of offers that run go on: their client has chosen whom to ask."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(
        "SELECT shortlist_entry.brief_id, client.person_id, shortlist_entry.person_id,"
        " shortlist_entry.rank_shown, shortlist_entry.added_at"
        " FROM shortlist_entry JOIN brief ON brief.id = shortlist_entry.brief_id"
        " JOIN client ON client.id = brief.client_id"
        " WHERE brief.id IN (SELECT brief_id FROM offer WHERE state IN ('made', 'accepted'))"
        " ORDER BY shortlist_entry.id"
    ).columns(added_at=UTCDateTime()))  # fmt: skip
    lists: dict[int, list[Any]] = {}
    for row in rows:
        lists.setdefault(row[0], []).append(row)
    table = sa.table(
        "shortlist_confirmation", sa.column("brief_id"), sa.column("by_id"),
        sa.column("at", UTCDateTime()), sa.column("helped", sa.Boolean),
        sa.column("suggested", sa.JSON), sa.column("chosen", sa.JSON),
    )  # fmt: skip
    for brief_id, entries in lists.items():
        ranked = sorted(entries, key=lambda row: (row[3] == 0, row[3], row[2]))
        connection.execute(table.insert().values(
            brief_id=brief_id, by_id=entries[0][1], at=max(row[4] for row in entries), helped=False,
            suggested=[[row[2], row[3]] for row in ranked], chosen=[row[2] for row in entries],
        ))  # fmt: skip


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("work_profile", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_work_profile_calendar_token"), type_="unique")
        batch_op.drop_column("calendar_token")
        batch_op.drop_column("searchable")
        batch_op.drop_column("languages")

    with op.batch_alter_table("service_price", schema=None) as batch_op:
        batch_op.drop_column("days")
        batch_op.drop_column("at_once")

    with op.batch_alter_table("ranking_model", schema=None) as batch_op:
        batch_op.drop_column("card")

    with op.batch_alter_table("portfolio_work", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_portfolio_work_placement_id_placement"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_portfolio_work_placement_id"), type_="unique")
        batch_op.drop_column("released_at")
        batch_op.drop_column("people")
        batch_op.drop_column("permission_refused_at")
        batch_op.drop_column("permission_key")
        batch_op.drop_column("permission_by")
        batch_op.drop_column("permission_how")
        batch_op.drop_column("permission_at")
        batch_op.drop_column("placement_id")
        batch_op.drop_column("made_for")

    with op.batch_alter_table("fairness_answer", schema=None) as batch_op:
        batch_op.drop_column("disability")
        batch_op.drop_column("education")

    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_brief_team_id_brief_team"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_brief_team_id"))
        batch_op.drop_column("team_id")
        batch_op.drop_column("asked")
        batch_op.drop_column("team_size")
        batch_op.drop_column("permits")

    with op.batch_alter_table("portfolio_picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portfolio_picture_thumb"))
        batch_op.drop_index(batch_op.f("ix_portfolio_picture_page"))

    op.drop_table("portfolio_picture")
    op.drop_table("portfolio_paper")
    with op.batch_alter_table("placement_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_file_placement_id"))
        batch_op.drop_index(batch_op.f("ix_placement_file_note_id"))

    op.drop_table("placement_file")
    with op.batch_alter_table("placement_follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_follow_up_person_id"))
        batch_op.drop_index("ix_placement_follow_up_asked_at")

    op.drop_table("placement_follow_up")
    op.drop_table("ranking_showing")
    with op.batch_alter_table("ranking_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_place_person_id"))

    op.drop_table("ranking_place")
    with op.batch_alter_table("shortlist_confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shortlist_confirmation_brief_id"))

    op.drop_table("shortlist_confirmation")
    with op.batch_alter_table("ranking_objection", schema=None) as batch_op:
        batch_op.drop_index("ix_ranking_objection_outcome_due_at")
        batch_op.drop_index(batch_op.f("ix_ranking_objection_brief_id"))

    op.drop_table("ranking_objection")
    with op.batch_alter_table("ranking_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_list_version"))
        batch_op.drop_index(batch_op.f("ix_ranking_list_made_at"))

    op.drop_table("ranking_list")
    with op.batch_alter_table("brief_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brief_share_brief_id"))

    op.drop_table("brief_share")
    op.drop_table("brief_photo")
    with op.batch_alter_table("brief_team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brief_team_client_id"))

    op.drop_table("brief_team")
    with op.batch_alter_table("talent_listing", schema=None) as batch_op:
        batch_op.drop_index("ix_talent_listing_track")
        batch_op.drop_index("ix_talent_listing_main")

    op.drop_table("talent_listing")
    op.drop_table("ranking_turn")
    with op.batch_alter_table("busy_span", schema=None) as batch_op:
        batch_op.drop_index("ix_busy_span_person_id_ends_on")

    op.drop_table("busy_span")
    with op.batch_alter_table("talent_listing_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talent_listing_key_listing_id"))

    op.drop_table("talent_listing_key")
    op.drop_table("ranking_report")
    op.drop_table("ranking_audit")
