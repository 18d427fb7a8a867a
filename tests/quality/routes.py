"""Who may open the pages of quality."""

ROUTES = {
    "quality.markers": "mentor hub_officer admin",
    "quality.marker_report": "mentor hub_officer admin",
    "quality.count_markers": "mentor hub_officer admin",
    "quality.standards": "mentor",
    "quality.new_standard": "mentor",
    "quality.standard": "mentor",
    "quality.standard_sheet": "mentor",
    "quality.standard_step": "mentor",
}
