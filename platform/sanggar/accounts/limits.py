"""How often somebody may try: tight for one account, wide for one address.

A whole workshop signs in behind one address (hub Wi-Fi, mobile carriers), so the address alone may
not lock anybody out; what guesses passwords tries one account again and again.
"""

from __future__ import annotations

from flask import Flask, abort, request, session
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from sanggar.kernel.config import Settings

#: endpoint -> (limit for one address, limit for one account, field or session key naming the account)
LIMITS: dict[str, tuple[str, str, str]] = {
    "security.login": ("120 per 5 minutes", "10 per 15 minutes", "email"),
    "security.two_factor_token_validation": ("120 per 5 minutes", "8 per 15 minutes", "tf_user_id"),
    "security.mf_recovery": ("120 per 5 minutes", "8 per 15 minutes", "tf_user_id"),
    "security.forgot_password": ("30 per 15 minutes", "5 per hour", "email"),
    "security.reset_password": ("30 per 15 minutes", "", ""),
    "security.wan_signin": ("120 per 5 minutes", "", ""),
    "security.wan_signin_response": ("120 per 5 minutes", "", ""),
    "security.verify": ("120 per 5 minutes", "10 per 15 minutes", "_user_id"),
    "accounts.use_code": ("120 per 5 minutes", "10 per 15 minutes", "login"),
    "accounts.join": ("120 per hour", "", ""),
    "accounts.password": ("120 per 5 minutes", "10 per 15 minutes", "_user_id"),
}


def init_app(app: Flask, settings: Settings) -> None:
    """Count attempts on the pages above; nothing is counted when `rate_limits` is off.

    The counters are those of Flask-Limiter's engine, asked here directly: its extension would look
    at every request, and only these pages count anything.
    """
    if not settings.rate_limits:
        return
    counters = FixedWindowRateLimiter(storage_from_string(settings.limits_url))
    app.before_request(lambda: _check(counters))


def _check(counters: RateLimiter) -> None:
    if request.method != "POST" or request.endpoint not in LIMITS:
        return
    by_address, by_account, field = LIMITS[request.endpoint]
    account = str(request.form.get(field) or session.get(field) or "").strip().lower()[:120]
    attempts = [(by_address, request.remote_addr or ""), (by_account, account)]
    if not all(
        counters.hit(parse(limit), request.endpoint, key)
        for limit, key in attempts
        if limit and key
    ):
        abort(429)
