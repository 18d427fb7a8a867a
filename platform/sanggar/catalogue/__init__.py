"""Tracks, courses and lessons: immutable content from plugins and Markdown files. No tables."""
