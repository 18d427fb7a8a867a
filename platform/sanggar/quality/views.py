"""Pages of quality, gathered: importing them puts them on the blueprint."""

from __future__ import annotations

from sanggar.quality import bank_views, marker_views, standard_views
from sanggar.quality.blueprint import bp

__all__ = ["bank_views", "bp", "marker_views", "standard_views"]
