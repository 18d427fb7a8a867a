"""Who may open the reports."""

ROUTES = {
    "reports.officer": "hub_officer admin",
    "reports.province": "province admin",
    "reports.agency": "agency_officer",
    "reports.recap": "hub_officer province admin",
    "reports.make_recap": "hub_officer admin",
    "reports.recap_file": "hub_officer province admin",
}
