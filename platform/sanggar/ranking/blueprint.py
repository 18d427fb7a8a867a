"""The blueprint that the pages of the ranking share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ranking", __name__, template_folder="templates")
