"""Pages of the workshops: for everybody, for talents, for the desk, for officers."""

from sanggar.workshops.views import desk, officer, public, talent
from sanggar.workshops.views.blueprint import bp

__all__ = ["bp", "desk", "officer", "public", "talent"]
