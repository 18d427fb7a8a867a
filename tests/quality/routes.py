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
    "quality.bank": "mentor admin",
    "quality.track": "mentor admin",
    "quality.measure": "mentor admin",
    "quality.item": "mentor admin",
    "quality.exam": "mentor admin",
    "quality.similar": "hub_officer admin",
}
