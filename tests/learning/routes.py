"""Who may open which page of reading and self-assessment."""

ROUTES = {
    "learning.lesson": "public",
    "learning.complete": "signed_in",
    "learning.position": "signed_in",
    "learning.choose": "talent",
    "learning.courses": "signed_in",
    "learning.self_assessment": "talent",
}
