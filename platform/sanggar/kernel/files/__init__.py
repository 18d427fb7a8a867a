"""Files that people send: looked at before a byte is kept, kept once, shown without what they betray.

Below the slices, because hand-ins, answers, briefs and deliveries all need the same care.
"""
