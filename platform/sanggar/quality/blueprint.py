"""The blueprint that the pages of quality share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("quality", __name__, template_folder="templates")
