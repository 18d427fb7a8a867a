"""Who may open the pages of the ranking."""

ROUTES = {
    "ranking.show": "client hub_officer admin",
    "ranking.shortlist": "client hub_officer admin",
    "ranking.about": "public",
}
