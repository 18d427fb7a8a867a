"""Tracks, courses and lessons: immutable content read from files, no tables."""
