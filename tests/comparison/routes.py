"""Who may open the pages of comparative judgement."""

ROUTES = {
    "comparison.rounds": "mentor",
    "comparison.choose": "mentor",
    "comparison.create": "mentor",
    "comparison.show": "mentor",
    "comparison.open_round": "mentor",
    "comparison.close_round": "mentor",
    "comparison.compare": "mentor",
    "comparison.next_pair": "mentor",
    "comparison.decide": "mentor",
}
