"""The blueprint that the pages of clients, talents and officers share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("clients", __name__, template_folder="templates")
