"""The tables of the first version"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_roles", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entity_entity_id", ["entity", "entity_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_person_id"), ["person_id"], unique=False)

    op.create_table(
        "hub",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub")),
        sa.UniqueConstraint("code", name=op.f("uq_hub_code")),
    )
    op.create_table(
        "ranking_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("trained_at", UTCDateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_model")),
        sa.UniqueConstraint("version", name=op.f("uq_ranking_model_version")),
    )
    with op.batch_alter_table("ranking_model", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ranking_model_active"), ["active"], unique=False)

    op.create_table(
        "incubation_cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hub_id"], ["hub.id"], name=op.f("fk_incubation_cohort_hub_id_hub")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incubation_cohort")),
        sa.UniqueConstraint(
            "hub_id", "track", "name", name=op.f("uq_incubation_cohort_hub_id_track_name")
        ),
    )
    with op.batch_alter_table("incubation_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incubation_cohort_ends_on"), ["ends_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_incubation_cohort_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incubation_cohort_track"), ["track"], unique=False)

    op.create_table(
        "region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_region_hub_id_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("code", name=op.f("uq_region_code")),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_hub_id"), ["hub_id"], unique=False)

    op.create_table(
        "workshop_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=160), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_workshop_series_hub_id_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_series")),
    )
    with op.batch_alter_table("workshop_series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_series_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workshop_series_year"), ["year"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password", sa.String(length=160), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=20), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_user_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_user_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
        sa.UniqueConstraint(
            "fs_webauthn_user_handle", name=op.f("uq_user_fs_webauthn_user_handle")
        ),
        sa.UniqueConstraint("phone", name=op.f("uq_user_phone")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_name"), ["name"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("assessment", sa.String(length=80), nullable=False),
        sa.Column("track_version", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("deadline", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("live_key", sa.String(length=160), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("pass_total", sa.Float(), nullable=False),
        sa.Column("pass_each_unit", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("by_unit", sa.JSON(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_attempt_person_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("live_key", name=op.f("uq_attempt_live_key")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_decided_at"), ["decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempt_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_attempt_person_id_track_assessment",
            ["person_id", "track", "assessment"],
            unique=False,
        )
        batch_op.create_index("ix_attempt_state_deadline", ["state", "deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempt_track"), ["track"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("track_title", sa.JSON(), nullable=False),
        sa.Column("track_version", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("issue_key", sa.String(length=80), nullable=False),
        sa.Column("renewed_from", sa.Integer(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("revoked_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_certificate_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["renewed_from"],
            ["certificate.id"],
            name=op.f("fk_certificate_renewed_from_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["user.id"], name=op.f("fk_certificate_revoked_by_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("issue_key", name=op.f("uq_certificate_issue_key")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_certificate_track_level_valid", ["track", "level", "valid_until"], unique=False
        )

    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("whatsapp", sa.String(length=20), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_client_hub_id_hub")),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_client_person_id_user")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_client_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("person_id", name=op.f("uq_client_person_id")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_hub_id"), ["hub_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("withdrawn_channel", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_consent_person_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_consent_purpose_person_id", ["purpose", "person_id"], unique=False
        )

    op.create_table(
        "deletion_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user.id"], name=op.f("fk_deletion_request_closed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_deletion_request_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_request")),
    )
    with op.batch_alter_table("deletion_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deletion_request_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_enrolment_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_enrolment_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_enrolment_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("person_id", name=op.f("uq_enrolment_person_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_joined_at"), ["joined_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_stage"), ["stage"], unique=False)

    op.create_table(
        "evidence_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_evidence_fact_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_fact")),
        sa.UniqueConstraint(
            "kind", "ref", "person_id", name=op.f("uq_evidence_fact_kind_ref_person_id")
        ),
    )
    with op.batch_alter_table("evidence_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_fact_person_id"), ["person_id"], unique=False)

    op.create_table(
        "guardian_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("guardian_name", sa.String(length=120), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_guardian_consent_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_guardian_consent_recorded_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_consent")),
    )
    with op.batch_alter_table("guardian_consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guardian_consent_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "incubation_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("extended_until", sa.Date(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("running_key", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["incubation_cohort.id"],
            name=op.f("fk_incubation_member_cohort_id_incubation_cohort"),
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["user.id"], name=op.f("fk_incubation_member_mentor_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_incubation_member_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incubation_member")),
        sa.UniqueConstraint(
            "cohort_id", "person_id", name=op.f("uq_incubation_member_cohort_id_person_id")
        ),
        sa.UniqueConstraint("running_key", name=op.f("uq_incubation_member_running_key")),
    )
    with op.batch_alter_table("incubation_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incubation_member_mentor_id"), ["mentor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incubation_member_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_incubation_member_state"), ["state"], unique=False)

    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_intake_person_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("person_id", "channel", name=op.f("uq_intake_person_id_channel")),
    )
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lesson_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=130), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("touched_at", UTCDateTime(), nullable=False),
        sa.Column("completed_at", UTCDateTime(), nullable=True),
        sa.Column("position", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_lesson_progress_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_progress")),
        sa.UniqueConstraint(
            "person_id", "course", "lesson", name=op.f("uq_lesson_progress_person_id_course_lesson")
        ),
    )
    with op.batch_alter_table("lesson_progress", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lesson_progress_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "mentor_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("affiliation", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_mentor_profile_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_profile")),
        sa.UniqueConstraint("person_id", name=op.f("uq_mentor_profile_person_id")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_notification_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notification_person_id_key")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notification_person_id"), ["person_id"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_one_time_code_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_one_time_code_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("lastuse_datetime", UTCDateTime(), nullable=False),
        sa.Column("create_datetime", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "portfolio_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.Column("process", sa.String(length=1000), nullable=False),
        sa.Column("result", sa.String(length=1000), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_portfolio_work_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_work")),
    )
    with op.batch_alter_table("portfolio_work", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_portfolio_work_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "recap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reporter", sa.String(length=120), nullable=False),
        sa.Column("reported_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_recap_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap")),
        sa.UniqueConstraint("as_of", "scope", name=op.f("uq_recap_as_of_scope")),
    )
    with op.batch_alter_table("recap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recap_as_of"), ["as_of"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("track", sa.String(length=64), nullable=True),
        sa.Column("agency", sa.String(length=120), nullable=True),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_role_grant_by_id_user")),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_role_grant_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_role_grant_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "scope", name=op.f("uq_role_grant_person_id_role_scope")
        ),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_role"), ["role"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_track"), ["track"], unique=False)

    op.create_table(
        "self_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("completed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_self_assessment_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_assessment")),
        sa.UniqueConstraint("person_id", "track", name=op.f("uq_self_assessment_person_id_track")),
    )
    with op.batch_alter_table("self_assessment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_self_assessment_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "service_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_service_price_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_price")),
        sa.UniqueConstraint(
            "person_id", "track", "service", name=op.f("uq_service_price_person_id_track_service")
        ),
    )
    op.create_table(
        "stage_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.String(length=32), nullable=False),
        sa.Column("new", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_stage_change_by_id_user")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_stage_change_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
    )
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.create_index("ix_stage_change_person_id_at", ["person_id", "at"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("open_key", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_submission_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("open_key", name=op.f("uq_submission_open_key")),
        sa.UniqueConstraint(
            "person_id",
            "track",
            "kind",
            "ref",
            "version",
            name=op.f("uq_submission_person_id_track_kind_ref_version"),
        ),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_decided_at"), ["decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_submission_state_track_submitted_at",
            ["state", "track", "submitted_at"],
            unique=False,
        )

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("superseded_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_target_by_id_user")),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_target_hub_id_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint(
            "scope",
            "period_start",
            "period_end",
            "revision",
            name=op.f("uq_target_scope_period_start_period_end_revision"),
        ),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_hub_id"), ["hub_id"], unique=False)

    op.create_table(
        "track_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("chosen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_track_choice_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track_choice")),
        sa.UniqueConstraint("person_id", "track", name=op.f("uq_track_choice_person_id_track")),
    )
    with op.batch_alter_table("track_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_choice_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_track_choice_track"), ["track"], unique=False)

    op.create_table(
        "work_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("headline", sa.String(length=300), nullable=False),
        sa.Column("weekly_hours", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("onsite", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_work_profile_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_profile")),
        sa.UniqueConstraint("person_id", name=op.f("uq_work_profile_person_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_work_profile_slug")),
    )
    op.create_table(
        "work_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_work_record_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_record")),
        sa.UniqueConstraint("track", "person_id", name=op.f("uq_work_record_track_person_id")),
    )
    with op.batch_alter_table("work_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_record_person_id"), ["person_id"], unique=False)

    op.create_table(
        "workshop_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_workshop_calendar_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_calendar")),
        sa.UniqueConstraint("person_id", name=op.f("uq_workshop_calendar_person_id")),
        sa.UniqueConstraint("token", name=op.f("uq_workshop_calendar_token")),
    )
    op.create_table(
        "workshop_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("workshop", sa.String(length=40), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("hub_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("training", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("uid", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hub_id"], ["hub.id"], name=op.f("fk_workshop_session_hub_id_hub")
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["user.id"], name=op.f("fk_workshop_session_mentor_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["workshop_series.id"],
            name=op.f("fk_workshop_session_series_id_workshop_series"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_session")),
        sa.UniqueConstraint("code", name=op.f("uq_workshop_session_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_workshop_session_uid")),
    )
    with op.batch_alter_table("workshop_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_session_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_workshop_session_mentor_id"), ["mentor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_session_series_id"), ["series_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_session_starts_at"), ["starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_workshop_session_state_ends_at", ["state", "ends_at"], unique=False
        )
        batch_op.create_index(
            "ix_workshop_session_track_workshop", ["track", "workshop"], unique=False
        )

    op.create_table(
        "answer_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("client_seq", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_answer_log_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_log")),
        sa.UniqueConstraint(
            "attempt_id",
            "client",
            "client_seq",
            name=op.f("uq_answer_log_attempt_id_client_client_seq"),
        ),
    )
    op.create_table(
        "assessment_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_assessment_log_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_assessment_log_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_assessment_log_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_log")),
    )
    with op.batch_alter_table("assessment_log", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_log_attempt_id"), ["attempt_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_log_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_log_submission_id"), ["submission_id"], unique=False
        )

    op.create_table(
        "attempt_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("item_version", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.Column("note", sa.JSON(), nullable=True),
        sa.Column("needs_human", sa.Boolean(), nullable=False),
        sa.Column("graded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_item_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["graded_by_id"], ["user.id"], name=op.f("fk_attempt_item_graded_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_item")),
        sa.UniqueConstraint(
            "attempt_id", "position", name=op.f("uq_attempt_item_attempt_id_position")
        ),
    )
    with op.batch_alter_table("attempt_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "brief",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("budget_low", sa.Integer(), nullable=True),
        sa.Column("budget_high", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("onsite", sa.Boolean(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("supervised", sa.Boolean(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("helped_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_brief_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["helped_by_id"], ["user.id"], name=op.f("fk_brief_helped_by_id_user")
        ),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_brief_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_brief_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief")),
    )
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brief_client_id"), ["client_id"], unique=False)
        batch_op.create_index("ix_brief_hub_id_state", ["hub_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_brief_state"), ["state"], unique=False)

    op.create_table(
        "client_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_client_block_by_id_user")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_client_block_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_client_block_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_block")),
        sa.UniqueConstraint(
            "client_id", "person_id", name=op.f("uq_client_block_client_id_person_id")
        ),
    )
    with op.batch_alter_table("client_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_block_person_id"), ["person_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_delivery_hub_id_hub")),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_delivery_notification_id_notification"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "notification_id", "channel", name=op.f("uq_delivery_notification_id_channel")
        ),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_hub_id"), ["hub_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delivery_notification_id"), ["notification_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_state"), ["state"], unique=False)

    op.create_table(
        "incubation_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("done", sa.String(length=1000), nullable=False),
        sa.Column("hard", sa.String(length=1000), nullable=False),
        sa.Column("ahead", sa.String(length=1000), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("signed_at", UTCDateTime(), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["incubation_member.id"],
            name=op.f("fk_incubation_log_member_id_incubation_member"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["user.id"], name=op.f("fk_incubation_log_signed_by_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incubation_log")),
        sa.UniqueConstraint("member_id", "week", name=op.f("uq_incubation_log_member_id_week")),
    )
    with op.batch_alter_table("incubation_log", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incubation_log_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "marking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("lock_until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["user.id"], name=op.f("fk_marking_marker_id_user")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_marking_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking")),
        sa.UniqueConstraint(
            "submission_id", "marker_id", name=op.f("uq_marking_submission_id_marker_id")
        ),
    )
    with op.batch_alter_table("marking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marking_marker_id"), ["marker_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_marking_submission_id"), ["submission_id"], unique=False
        )

    op.create_table(
        "submission_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("exif", sa.JSON(), nullable=False),
        sa.Column("public_sha256", sa.String(length=64), nullable=False),
        sa.Column("thumb_sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_file_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_file")),
        sa.UniqueConstraint(
            "submission_id", "sha256", name=op.f("uq_submission_file_submission_id_sha256")
        ),
    )
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "workshop_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_workshop_attendance_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_workshop_attendance_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["workshop_session.id"],
            name=op.f("fk_workshop_attendance_session_id_workshop_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_attendance")),
        sa.UniqueConstraint(
            "session_id", "person_id", name=op.f("uq_workshop_attendance_session_id_person_id")
        ),
    )
    with op.batch_alter_table("workshop_attendance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_attendance_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "workshop_guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("business", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["workshop_session.id"],
            name=op.f("fk_workshop_guest_session_id_workshop_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_guest")),
        sa.UniqueConstraint(
            "session_id",
            "name",
            "business",
            name=op.f("uq_workshop_guest_session_id_name_business"),
        ),
    )
    with op.batch_alter_table("workshop_guest", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_guest_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "workshop_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("queue", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_workshop_registration_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["workshop_session.id"],
            name=op.f("fk_workshop_registration_session_id_workshop_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_registration")),
        sa.UniqueConstraint(
            "session_id", "person_id", name=op.f("uq_workshop_registration_session_id_person_id")
        ),
    )
    with op.batch_alter_table("workshop_registration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_registration_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_workshop_registration_session_id_state", ["session_id", "state"], unique=False
        )

    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_item_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_answer_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_item_id"],
            ["attempt_item.id"],
            name=op.f("fk_answer_attempt_item_id_attempt_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("attempt_item_id", name=op.f("uq_answer_attempt_item_id")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rank_shown", sa.Integer(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("down_payment", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("answer_by", UTCDateTime(), nullable=False),
        sa.Column("talent_accepted_at", UTCDateTime(), nullable=True),
        sa.Column("client_accepted_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("decline_reason", sa.String(length=32), nullable=True),
        sa.Column("decline_text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_offer_brief_id_brief")),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_offer_person_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("brief_id", "person_id", name=op.f("uq_offer_brief_id_person_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_offer_state_answer_by", ["state", "answer_by"], unique=False)

    op.create_table(
        "shortlist_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rank_shown", sa.Integer(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_shortlist_entry_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_shortlist_entry_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_entry")),
        sa.UniqueConstraint(
            "brief_id", "person_id", name=op.f("uq_shortlist_entry_brief_id_person_id")
        ),
    )
    with op.batch_alter_table("shortlist_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shortlist_entry_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("onsite", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("revisions_used", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("agreed_at", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("delivered_at", UTCDateTime(), nullable=True),
        sa.Column("delivery_note", sa.String(length=1000), nullable=False),
        sa.Column("delivery_link", sa.String(length=300), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("was_disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_placement_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_placement_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user.id"], name=op.f("fk_placement_ended_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_placement_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_placement_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_placement_offer_id")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_brief_id"), ["brief_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_client_id"), ["client_id"], unique=False)
        batch_op.create_index("ix_placement_person_id_state", ["person_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_state"), ["state"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_state"))
        batch_op.drop_index("ix_placement_person_id_state")
        batch_op.drop_index(batch_op.f("ix_placement_client_id"))
        batch_op.drop_index(batch_op.f("ix_placement_brief_id"))

    op.drop_table("placement")
    with op.batch_alter_table("shortlist_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shortlist_entry_person_id"))

    op.drop_table("shortlist_entry")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_state_answer_by")
        batch_op.drop_index(batch_op.f("ix_offer_person_id"))

    op.drop_table("offer")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_attempt_id"))

    op.drop_table("answer")
    with op.batch_alter_table("workshop_registration", schema=None) as batch_op:
        batch_op.drop_index("ix_workshop_registration_session_id_state")
        batch_op.drop_index(batch_op.f("ix_workshop_registration_person_id"))

    op.drop_table("workshop_registration")
    with op.batch_alter_table("workshop_guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_guest_session_id"))

    op.drop_table("workshop_guest")
    with op.batch_alter_table("workshop_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_attendance_person_id"))

    op.drop_table("workshop_attendance")
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_file_sha256"))

    op.drop_table("submission_file")
    with op.batch_alter_table("marking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_submission_id"))
        batch_op.drop_index(batch_op.f("ix_marking_marker_id"))

    op.drop_table("marking")
    with op.batch_alter_table("incubation_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incubation_log_member_id"))

    op.drop_table("incubation_log")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_state"))
        batch_op.drop_index(batch_op.f("ix_delivery_notification_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_hub_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("client_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_block_person_id"))

    op.drop_table("client_block")
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brief_state"))
        batch_op.drop_index("ix_brief_hub_id_state")
        batch_op.drop_index(batch_op.f("ix_brief_client_id"))

    op.drop_table("brief")
    with op.batch_alter_table("attempt_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_item_item_id"))

    op.drop_table("attempt_item")
    with op.batch_alter_table("assessment_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_log_submission_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_log_person_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_log_attempt_id"))

    op.drop_table("assessment_log")
    op.drop_table("answer_log")
    with op.batch_alter_table("workshop_session", schema=None) as batch_op:
        batch_op.drop_index("ix_workshop_session_track_workshop")
        batch_op.drop_index("ix_workshop_session_state_ends_at")
        batch_op.drop_index(batch_op.f("ix_workshop_session_starts_at"))
        batch_op.drop_index(batch_op.f("ix_workshop_session_series_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_session_mentor_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_session_hub_id"))

    op.drop_table("workshop_session")
    op.drop_table("workshop_calendar")
    with op.batch_alter_table("work_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_record_person_id"))

    op.drop_table("work_record")
    op.drop_table("work_profile")
    with op.batch_alter_table("track_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_choice_track"))
        batch_op.drop_index(batch_op.f("ix_track_choice_person_id"))

    op.drop_table("track_choice")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_hub_id"))

    op.drop_table("target")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_state_track_submitted_at")
        batch_op.drop_index(batch_op.f("ix_submission_person_id"))
        batch_op.drop_index(batch_op.f("ix_submission_decided_at"))

    op.drop_table("submission")
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_change_person_id_at")

    op.drop_table("stage_change")
    op.drop_table("service_price")
    with op.batch_alter_table("self_assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_self_assessment_person_id"))

    op.drop_table("self_assessment")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_track"))
        batch_op.drop_index(batch_op.f("ix_role_grant_role"))
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("recap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recap_as_of"))

    op.drop_table("recap")
    with op.batch_alter_table("portfolio_work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portfolio_work_person_id"))

    op.drop_table("portfolio_work")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_user_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_person_id"))

    op.drop_table("one_time_code")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notification_person_id"))

    op.drop_table("notification")
    op.drop_table("mentor_profile")
    with op.batch_alter_table("lesson_progress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_progress_person_id"))

    op.drop_table("lesson_progress")
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_person_id"))

    op.drop_table("intake")
    with op.batch_alter_table("incubation_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incubation_member_state"))
        batch_op.drop_index(batch_op.f("ix_incubation_member_person_id"))
        batch_op.drop_index(batch_op.f("ix_incubation_member_mentor_id"))

    op.drop_table("incubation_member")
    with op.batch_alter_table("guardian_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guardian_consent_person_id"))

    op.drop_table("guardian_consent")
    with op.batch_alter_table("evidence_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_fact_person_id"))

    op.drop_table("evidence_fact")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_stage"))
        batch_op.drop_index(batch_op.f("ix_enrolment_region_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_joined_at"))
        batch_op.drop_index(batch_op.f("ix_enrolment_hub_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("deletion_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deletion_request_person_id"))

    op.drop_table("deletion_request")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_purpose_person_id")
        batch_op.drop_index(batch_op.f("ix_consent_person_id"))

    op.drop_table("consent")
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_hub_id"))

    op.drop_table("client")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_track_level_valid")
        batch_op.drop_index(batch_op.f("ix_certificate_person_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_track"))
        batch_op.drop_index("ix_attempt_state_deadline")
        batch_op.drop_index("ix_attempt_person_id_track_assessment")
        batch_op.drop_index(batch_op.f("ix_attempt_person_id"))
        batch_op.drop_index(batch_op.f("ix_attempt_decided_at"))

    op.drop_table("attempt")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_name"))
        batch_op.drop_index(batch_op.f("ix_user_hub_id"))

    op.drop_table("user")
    with op.batch_alter_table("workshop_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_series_year"))
        batch_op.drop_index(batch_op.f("ix_workshop_series_hub_id"))

    op.drop_table("workshop_series")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_hub_id"))

    op.drop_table("region")
    with op.batch_alter_table("incubation_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incubation_cohort_track"))
        batch_op.drop_index(batch_op.f("ix_incubation_cohort_hub_id"))
        batch_op.drop_index(batch_op.f("ix_incubation_cohort_ends_on"))

    op.drop_table("incubation_cohort")
    with op.batch_alter_table("ranking_model", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_model_active"))

    op.drop_table("ranking_model")
    op.drop_table("hub")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_person_id"))
        batch_op.drop_index(batch_op.f("ix_event_kind"))
        batch_op.drop_index(batch_op.f("ix_event_at"))

    op.drop_table("event")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entity_entity_id")
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.drop_index(batch_op.f("ix_audit_actor_id"))

    op.drop_table("audit")
