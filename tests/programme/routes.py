"""Who may call the pages of the programme."""

ROUTES = {
    "programme.targets": "hub_officer province admin",
    "programme.regions": "admin",
    "programme.hubs": "admin",
    "programme.save_hub": "admin",
}
