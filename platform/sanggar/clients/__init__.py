"""Briefs, offers, placements: the clients' side and the talents' working life."""
