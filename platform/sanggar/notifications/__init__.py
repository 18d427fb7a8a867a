"""News for people: inbox, e-mail, WhatsApp links."""
