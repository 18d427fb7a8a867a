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
    Owner,
    cancel_brief,
    ensure_client,
    expire_briefs,
    join_owner,
    save_client,
    shortlist,
)
from sanggar.clients.calendar import add_span, delete_span
from sanggar.clients.days import answer as answer_day
from sanggar.clients.days import propose as propose_day
from sanggar.clients.disputes import dispute, say, settle
from sanggar.clients.disputes import follow_up as follow_up_disputes
from sanggar.clients.listing import mend as mend_listings
from sanggar.clients.listing import refresh as refresh_listings
from sanggar.clients.members import accept_invite, hand_over, invite, remove_member, revoke_invite
from sanggar.clients.offers import (
    Terms,
    accept_offer,
    confirm_offer,
    decline_offer,
    expire_offers,
    send_offers,
    take_back,
    withdraw_offer,
)
from sanggar.clients.portfolio import Work, delete_work, pick_work, save_work
from sanggar.clients.profiles import Service, ensure_profile, save_profile
from sanggar.clients.records import refresh as refresh_records
from sanggar.clients.reminding import remind
from sanggar.clients.succession import close as close_business
from sanggar.clients.succession import name_owner
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
from sanggar.clients.writing import BriefText, answer, begin, open_brief, write_brief

__all__ = [
    "BriefText",
    "Owner",
    "Part",
    "Service",
    "Terms",
    "Work",
    "accept_invite",
    "accept_offer",
    "accept_work",
    "add_role",
    "add_span",
    "answer",
    "answer_day",
    "ask_revision",
    "begin",
    "block",
    "cancel",
    "cancel_brief",
    "close_business",
    "confirm_offer",
    "confirm_payment",
    "decline_offer",
    "delete_span",
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
    "join_owner",
    "lead_team",
    "mend_listings",
    "name_owner",
    "open_brief",
    "pick_work",
    "plan_parts",
    "propose_day",
    "rate_client",
    "record_payment",
    "refresh_listings",
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
    "take_back",
    "tick_part",
    "withdraw_offer",
    "write_brief",
]
