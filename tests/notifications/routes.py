"""Who may open what in this slice."""

ROUTES = {
    "notifications.inbox": "signed_in",
    "notifications.read_all": "signed_in",
    "notifications.follow": "signed_in",
    "notifications.by_hand": "hub_officer admin",
    "notifications.sent": "hub_officer admin",
}
