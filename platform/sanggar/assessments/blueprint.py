"""The blueprint that the pages of exams, of practical work and of marking share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("assessments", __name__, template_folder="templates")
