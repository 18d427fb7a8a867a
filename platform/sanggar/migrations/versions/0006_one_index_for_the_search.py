"""The public search is answered from one index: its keys know all that is asked of a listing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE, OLD = "talent_listing_key", "talent_listing_key_old"
KEY = ["key", "lot", "listing_id"]
TOLD = ["amount", "level", "hub_id", "valid_until", "person_id", "lowest"]


def upgrade() -> None:
    """Apply."""
    _put_aside()
    op.create_table(
        TABLE,
        *_columns(),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(*KEY, name=op.f(f"pk_{TABLE}"), postgresql_include=TOLD),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO talent_listing_key "
        "(key, lot, listing_id, amount, level, hub_id, valid_until, person_id, lowest) "
        "SELECT k.key, k.lot, k.listing_id, k.amount, k.level, k.hub_id, k.valid_until, "
        "l.person_id, l.lowest "
        "FROM talent_listing_key_old k JOIN talent_listing l ON l.id = k.listing_id "
        "UNION ALL "
        "SELECT 't:' || track, lot, id, 0, level, hub_id, valid_until, person_id, lowest "
        "FROM talent_listing"
    )
    _replace()


def downgrade() -> None:
    """Undo."""
    _put_aside()
    op.create_table(
        TABLE,
        *_columns(),
        sa.PrimaryKeyConstraint(*KEY, name=op.f(f"pk_{TABLE}")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO talent_listing_key "
        "(key, lot, listing_id, amount, level, hub_id, valid_until) "
        "SELECT key, lot, listing_id, amount, level, hub_id, valid_until "
        "FROM talent_listing_key_old WHERE key NOT LIKE 't:%'"
    )
    _replace()


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("key", sa.String(length=110), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
    ]


def _put_aside() -> None:
    """Give way to a table of the same name: on PostgreSQL names of indexes are taken, too."""
    op.drop_index(op.f(f"ix_{TABLE}_listing_id"), table_name=TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(f"pk_{TABLE}", TABLE)
    op.rename_table(TABLE, OLD)


def _replace() -> None:
    op.drop_table(OLD)
    op.create_index(op.f(f"ix_{TABLE}_listing_id"), TABLE, ["listing_id"])
