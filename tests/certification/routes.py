"""Who may open what in this slice."""

ROUTES = {
    "certification.mine": "signed_in",
    "certification.show": "signed_in",
    "certification.revoke": "hub_officer admin",
    "certification.verify_form": "public",
    "certification.verify": "public",
}
