"""Certificates: earned by evidence, verifiable, revocable."""
