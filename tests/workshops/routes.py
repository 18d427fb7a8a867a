"""Who may open the pages of the workshops."""

TALENT, DESK, OFFICER = "talent", "mentor hub_officer admin", "hub_officer admin"

ROUTES = {
    "workshops.index": "public",
    "workshops.show": "public",
    "workshops.calendar_file": "public",
    "workshops.calendar": "public",
    "workshops.mine": "signed_in",
    "workshops.renew_calendar": "signed_in",
    "workshops.check_in": "signed_in",
    "workshops.check_in_now": TALENT,
    "workshops.register": TALENT,
    "workshops.cancel": TALENT,
    "workshops.teach": "mentor",
    "workshops.desk": DESK,
    "workshops.tick": DESK,
    "workshops.free": DESK,
    "workshops.find": DESK,
    "workshops.renew_code": DESK,
    "workshops.correct": DESK,
    "workshops.add_guest": DESK,
    "workshops.mark_guest": DESK,
    "workshops.sheet": DESK,
    "workshops.manage": OFFICER,
    "workshops.create": OFFICER,
    "workshops.edit": OFFICER,
    "workshops.call_off": OFFICER,
    "workshops.series": OFFICER,
}
