"""Who may open which page of the catalogue."""

ROUTES = {
    "catalogue.tracks": "public",
    "catalogue.track": "public",
    "catalogue.course": "public",
    "catalogue.file": "public",
}
