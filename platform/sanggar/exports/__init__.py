"""Feeds and personal data that leave the platform."""
