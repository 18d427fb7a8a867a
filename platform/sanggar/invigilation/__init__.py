"""When, where and under which conditions exams are sat: windows, outages, extra time."""
