"""The assessment engine: exam windows, calibrations, corrections, appeals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bank_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_report")),
        sa.UniqueConstraint("track", name=op.f("uq_bank_report_track")),
    )
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("item_version", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=10), nullable=False),
        sa.Column("a", sa.Float(), nullable=False),
        sa.Column("b", sa.Float(), nullable=False),
        sa.Column("c", sa.Float(), nullable=False),
        sa.Column("se_a", sa.Float(), nullable=True),
        sa.Column("se_b", sa.Float(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.create_index("ix_calibration_track_item_id", ["track", "item_id"], unique=False)

    op.create_table(
        "marker_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_report")),
        sa.UniqueConstraint("track", "month", name=op.f("uq_marker_report_track_month")),
    )
    op.create_table(
        "accommodation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("extra_percent", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("aids", sa.String(length=300), nullable=False),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["user.id"], name=op.f("fk_accommodation_granted_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_accommodation_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user.id"], name=op.f("fk_accommodation_withdrawn_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation")),
    )
    with op.batch_alter_table("accommodation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accommodation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "comparison_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reliability", sa.Float(), nullable=False),
        sa.Column("each", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("scale", sa.JSON(), nullable=False),
        sa.Column("measured", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user.id"], name=op.f("fk_comparison_round_closed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_comparison_round_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_round")),
        sa.UniqueConstraint(
            "track", "ref", "title", name=op.f("uq_comparison_round_track_ref_title")
        ),
    )
    op.create_table(
        "exam_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("assessment", sa.String(length=80), nullable=False),
        sa.Column("opens_at", UTCDateTime(), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("late", sa.String(length=32), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_exam_window_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_exam_window_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_window")),
    )
    with op.batch_alter_table("exam_window", schema=None) as batch_op:
        batch_op.create_index(
            "ix_exam_window_hub_id_track_assessment",
            ["hub_id", "track", "assessment"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_exam_window_opens_at"), ["opens_at"], unique=False)

    op.create_table(
        "fairness_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_fairness_answer_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_answer")),
        sa.UniqueConstraint("person_id", name=op.f("uq_fairness_answer_person_id")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("open_key", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user.id"], name=op.f("fk_outage_declared_by_id_user")
        ),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_outage_hub_id_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        sa.UniqueConstraint("open_key", name=op.f("uq_outage_open_key")),
    )
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outage_hub_id"), ["hub_id"], unique=False)

    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["user.id"], name=op.f("fk_recusal_mentor_id_user")),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_recusal_person_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("mentor_id", "person_id", name=op.f("uq_recusal_mentor_id_person_id")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_mentor_id"), ["mentor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recusal_person_id"), ["person_id"], unique=False)

    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("item_version", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_regrade_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.create_index("ix_regrade_track_item_id", ["track", "item_id"], unique=False)

    op.create_table(
        "snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["user.id"], name=op.f("fk_snippet_mentor_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
        sa.UniqueConstraint(
            "mentor_id",
            "track",
            "criterion",
            "text",
            name=op.f("uq_snippet_mentor_id_track_criterion_text"),
        ),
    )
    op.create_table(
        "standard_panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("assessment", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("open_key", sa.String(length=160), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("second_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_standard_panel_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_panel")),
        sa.UniqueConstraint("open_key", name=op.f("uq_standard_panel_open_key")),
    )
    with op.batch_alter_table("standard_panel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standard_panel_track"), ["track"], unique=False)

    op.create_table(
        "anchor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_anchor_made_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_anchor_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_anchor_submission_id")),
    )
    with op.batch_alter_table("anchor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_anchor_track"), ["track"], unique=False)

    op.create_table(
        "comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("left_id", sa.Integer(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.String(length=24), nullable=False),
        sa.Column("open_key", sa.String(length=24), nullable=True),
        sa.Column("winner_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["user.id"], name=op.f("fk_comparison_judge_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["left_id"], ["submission.id"], name=op.f("fk_comparison_left_id_submission")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["submission.id"], name=op.f("fk_comparison_right_id_submission")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["comparison_round.id"],
            name=op.f("fk_comparison_round_id_comparison_round"),
        ),
        sa.ForeignKeyConstraint(
            ["winner_id"], ["submission.id"], name=op.f("fk_comparison_winner_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
        sa.UniqueConstraint("open_key", name=op.f("uq_comparison_open_key")),
        sa.UniqueConstraint(
            "round_id", "judge_id", "pair", name=op.f("uq_comparison_round_id_judge_id_pair")
        ),
    )
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparison_judge_id"), ["judge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comparison_round_id"), ["round_id"], unique=False)

    op.create_table(
        "comparison_judge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["user.id"], name=op.f("fk_comparison_judge_judge_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["comparison_round.id"],
            name=op.f("fk_comparison_judge_round_id_comparison_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_judge")),
        sa.UniqueConstraint(
            "round_id", "judge_id", name=op.f("uq_comparison_judge_round_id_judge_id")
        ),
    )
    with op.batch_alter_table("comparison_judge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comparison_judge_judge_id"), ["judge_id"], unique=False
        )

    op.create_table(
        "comparison_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["comparison_round.id"],
            name=op.f("fk_comparison_work_round_id_comparison_round"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_comparison_work_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_work")),
        sa.UniqueConstraint(
            "round_id", "submission_id", name=op.f("uq_comparison_work_round_id_submission_id")
        ),
    )
    with op.batch_alter_table("comparison_work", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comparison_work_submission_id"), ["submission_id"], unique=False
        )

    op.create_table(
        "panel_judge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=True),
        sa.Column("second_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["user.id"], name=op.f("fk_panel_judge_mentor_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["standard_panel.id"], name=op.f("fk_panel_judge_panel_id_standard_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_judge")),
        sa.UniqueConstraint(
            "panel_id", "mentor_id", name=op.f("uq_panel_judge_panel_id_mentor_id")
        ),
    )
    with op.batch_alter_table("panel_judge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_judge_mentor_id"), ["mentor_id"], unique=False)

    op.create_table(
        "answer_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("uploaded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_answer_file_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_file")),
        sa.UniqueConstraint(
            "attempt_id",
            "position",
            "sha256",
            name=op.f("uq_answer_file_attempt_id_position_sha256"),
        ),
    )
    with op.batch_alter_table("answer_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("filed_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_appeal_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_appeal_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_appeal_person_id_user")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_appeal_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_appeal_attempt_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_appeal_submission_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_track"), ["track"], unique=False)

    op.create_table(
        "judge_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["panel_judge.id"], name=op.f("fk_judge_rating_judge_id_panel_judge")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_rating")),
        sa.UniqueConstraint(
            "judge_id", "round", "item_id", name=op.f("uq_judge_rating_judge_id_round_item_id")
        ),
    )
    op.create_table(
        "score_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("old_score", sa.Float(), nullable=False),
        sa.Column("new_score", sa.Float(), nullable=False),
        sa.Column("old_passed", sa.Boolean(), nullable=False),
        sa.Column("new_passed", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_score_change_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrade.id"], name=op.f("fk_score_change_regrade_id_regrade")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_change")),
        sa.UniqueConstraint(
            "regrade_id", "attempt_id", name=op.f("uq_score_change_regrade_id_attempt_id")
        ),
    )
    with op.batch_alter_table("score_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_score_change_attempt_id"), ["attempt_id"], unique=False
        )

    op.create_table(
        "similar_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("assessment", sa.String(length=80), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("one_attempt", sa.Integer(), nullable=False),
        sa.Column("two_attempt", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("two_id", sa.Integer(), nullable=False),
        sa.Column("one_at", UTCDateTime(), nullable=False),
        sa.Column("two_at", UTCDateTime(), nullable=False),
        sa.Column("identical", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_similar_answers_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["one_attempt"], ["attempt.id"], name=op.f("fk_similar_answers_one_attempt_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["one_id"], ["user.id"], name=op.f("fk_similar_answers_one_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["two_attempt"], ["attempt.id"], name=op.f("fk_similar_answers_two_attempt_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["two_id"], ["user.id"], name=op.f("fk_similar_answers_two_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similar_answers")),
        sa.UniqueConstraint(
            "one_attempt", "two_attempt", name=op.f("uq_similar_answers_one_attempt_two_attempt")
        ),
    )
    with op.batch_alter_table("similar_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_similar_answers_hub_id"), ["hub_id"], unique=False)

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hub_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("window_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("networks", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("extra_percent", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("paused_at", UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("break_minutes", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("resting_since", UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("rested_seconds", sa.Float(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("stood", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("selection", sa.String(length=10), server_default="random", nullable=False)
        )
        batch_op.add_column(
            sa.Column("language", sa.String(length=5), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("device", sa.String(length=10), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("ability", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("ability_error", sa.Float(), nullable=True))
        batch_op.add_column(
            sa.Column("stopped_by", sa.String(length=12), server_default="", nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_attempt_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempt_window_id"), ["window_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_attempt_hub_id_hub"), "hub", ["hub_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_attempt_window_id_exam_window"), "exam_window", ["window_id"], ["id"]
        )

    with op.batch_alter_table("attempt_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("scored", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(sa.Column("parameters", sa.JSON(), nullable=True))

    with op.batch_alter_table("marking", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("anchor", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("findings", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("inspected", sa.String(length=64), server_default="", nullable=False)
        )

    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pages", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.drop_column("pages")

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("inspected")
        batch_op.drop_column("findings")

    with op.batch_alter_table("marking", schema=None) as batch_op:
        batch_op.drop_column("anchor")

    with op.batch_alter_table("attempt_item", schema=None) as batch_op:
        batch_op.drop_column("parameters")
        batch_op.drop_column("scored")

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attempt_window_id_exam_window"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_attempt_hub_id_hub"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attempt_window_id"))
        batch_op.drop_index(batch_op.f("ix_attempt_hub_id"))
        batch_op.drop_column("stopped_by")
        batch_op.drop_column("ability_error")
        batch_op.drop_column("ability")
        batch_op.drop_column("device")
        batch_op.drop_column("language")
        batch_op.drop_column("selection")
        batch_op.drop_column("stood")
        batch_op.drop_column("rested_seconds")
        batch_op.drop_column("resting_since")
        batch_op.drop_column("break_minutes")
        batch_op.drop_column("paused_at")
        batch_op.drop_column("extra_percent")
        batch_op.drop_column("networks")
        batch_op.drop_column("window_id")
        batch_op.drop_column("hub_id")

    with op.batch_alter_table("similar_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_similar_answers_hub_id"))

    op.drop_table("similar_answers")
    with op.batch_alter_table("score_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_change_attempt_id"))

    op.drop_table("score_change")
    op.drop_table("judge_rating")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_track"))
        batch_op.drop_index(batch_op.f("ix_appeal_state"))
        batch_op.drop_index(batch_op.f("ix_appeal_person_id"))

    op.drop_table("appeal")
    with op.batch_alter_table("answer_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_file_sha256"))

    op.drop_table("answer_file")
    with op.batch_alter_table("panel_judge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_judge_mentor_id"))

    op.drop_table("panel_judge")
    with op.batch_alter_table("comparison_work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparison_work_submission_id"))

    op.drop_table("comparison_work")
    with op.batch_alter_table("comparison_judge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparison_judge_judge_id"))

    op.drop_table("comparison_judge")
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparison_round_id"))
        batch_op.drop_index(batch_op.f("ix_comparison_judge_id"))

    op.drop_table("comparison")
    with op.batch_alter_table("anchor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_anchor_track"))

    op.drop_table("anchor")
    with op.batch_alter_table("standard_panel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standard_panel_track"))

    op.drop_table("standard_panel")
    op.drop_table("snippet")
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.drop_index("ix_regrade_track_item_id")

    op.drop_table("regrade")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_person_id"))
        batch_op.drop_index(batch_op.f("ix_recusal_mentor_id"))

    op.drop_table("recusal")
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outage_hub_id"))

    op.drop_table("outage")
    op.drop_table("fairness_answer")
    with op.batch_alter_table("exam_window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_window_opens_at"))
        batch_op.drop_index("ix_exam_window_hub_id_track_assessment")

    op.drop_table("exam_window")
    op.drop_table("comparison_round")
    with op.batch_alter_table("accommodation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accommodation_person_id"))

    op.drop_table("accommodation")
    op.drop_table("marker_report")
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.drop_index("ix_calibration_track_item_id")

    op.drop_table("calibration")
    op.drop_table("bank_report")
