"""Who may open the pages of the incubation."""

OFFICER = "hub_officer admin"

ROUTES = {
    "incubation.manage": OFFICER,
    "incubation.create": OFFICER,
    "incubation.cohort": OFFICER,
    "incubation.start": OFFICER,
    "incubation.complete": OFFICER,
    "incubation.stop": OFFICER,
    "incubation.extend": OFFICER,
    "incubation.mentor": OFFICER,
    "incubation.member": "signed_in",
    "incubation.mine": "signed_in",
    "incubation.write_log": "talent",
    "incubation.cohorts": "mentor",
    "incubation.sign": "mentor",
}
