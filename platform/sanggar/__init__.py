"""Sanggar: a plugin-based skills assessment and learning platform."""

__version__ = "0.1.0"
