"""Series and sessions at the hubs: places, waiting lists, attendance, calendars."""
