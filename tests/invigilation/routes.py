"""Who may open the pages of invigilation."""

ROUTES = {
    "invigilation.exams": "hub_officer admin",
    "invigilation.create": "hub_officer admin",
    "invigilation.window": "hub_officer admin",
    "invigilation.cancel": "hub_officer admin",
    "invigilation.declare": "hub_officer admin",
    "invigilation.end": "hub_officer admin",
    "invigilation.accommodations": "hub_officer admin",
    "invigilation.withdraw": "hub_officer admin",
}
