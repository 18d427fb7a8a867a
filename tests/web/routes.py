"""Who may open the pages that belong to no slice."""

ROUTES = {
    "web.landing": "public",
    "web.start": "signed_in",
    "web.language": "public",
    "web.help_index": "public",
    "web.help": "public",
    "web.contact": "public",
    "web.health": "public",
    "web.admin": "admin",
    "web.plugins": "admin mentor",
    "learning.home": "talent",
}
