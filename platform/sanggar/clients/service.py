"""All verbs of this slice in one place, for other slices and for the pages."""

from __future__ import annotations

from sanggar.clients import subscribers
from sanggar.clients.agreements import (
    Part,
    confirm_payment,
    plan_parts,
    rate_client,
    record_payment,
    tick_part,
)
from sanggar.clients.briefs import (
    BriefText,
    Owner,
    cancel_brief,
    ensure_client,
    expire_briefs,
    save_client,
    shortlist,
    write_brief,
    write_for_owner,
)
from sanggar.clients.disputes import dispute, say, settle
from sanggar.clients.disputes import follow_up as follow_up_disputes
from sanggar.clients.members import accept_invite, hand_over, invite, remove_member, revoke_invite
from sanggar.clients.offers import (
    Terms,
    accept_offer,
    confirm_offer,
    decline_offer,
    expire_offers,
    send_offers,
    withdraw_offer,
)
from sanggar.clients.profiles import Work, delete_work, ensure_profile, save_profile, save_work
from sanggar.clients.records import refresh as refresh_records
from sanggar.clients.reminding import remind
from sanggar.clients.teams import add_role
from sanggar.clients.teams import lead as lead_team
from sanggar.clients.work import (
    accept_work,
    ask_revision,
    block,
    cancel,
    deliver,
    follow_up_deliveries,
    start,
)

__all__ = [
    "BriefText",
    "Owner",
    "Part",
    "Terms",
    "Work",
    "accept_invite",
    "accept_offer",
    "accept_work",
    "add_role",
    "ask_revision",
    "block",
    "cancel",
    "cancel_brief",
    "confirm_offer",
    "confirm_payment",
    "decline_offer",
    "delete_work",
    "deliver",
    "dispute",
    "ensure_client",
    "ensure_profile",
    "expire_briefs",
    "expire_offers",
    "follow_up_deliveries",
    "follow_up_disputes",
    "hand_over",
    "invite",
    "lead_team",
    "plan_parts",
    "rate_client",
    "record_payment",
    "refresh_records",
    "remind",
    "remove_member",
    "revoke_invite",
    "save_client",
    "save_profile",
    "save_work",
    "say",
    "send_offers",
    "settle",
    "shortlist",
    "start",
    "subscribers",
    "tick_part",
    "withdraw_offer",
    "write_brief",
    "write_for_owner",
]
