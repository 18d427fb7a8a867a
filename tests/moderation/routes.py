"""Who may open the pages of moderation."""

ROUTES = {
    "moderation.appeal_attempt": "talent",
    "moderation.appeal_work": "talent",
    "moderation.appeals": "mentor",
    "moderation.decide": "mentor",
    "moderation.corrections": "mentor admin",
    "moderation.find": "mentor admin",
    "moderation.correct": "mentor admin",
    "moderation.correction": "mentor admin",
}
