"""Stub replaced by the real loader."""
