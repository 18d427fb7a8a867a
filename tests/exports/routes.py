"""Who may take data out, and who reads the logs."""

ROUTES = {
    "exports.my_data": "signed_in",
    "exports.feed": "hub_officer province admin",
    "exports.audit": "admin",
    "exports.events": "admin",
}
