"""Who may open the pages of the ranking."""

ROUTES = {
    "ranking.show": "client hub_officer admin",
    "ranking.shortlist": "client hub_officer admin",
    "ranking.about": "public",
    "ranking.model_card": "hub_officer agency_officer province admin",
    "ranking.exposure": "hub_officer admin",
    "ranking.scores": "hub_officer admin",
    "ranking.standings": "talent",
    "ranking.why": "talent",
    "ranking.objected": "hub_officer admin",
    "ranking.review": "hub_officer admin",
}
