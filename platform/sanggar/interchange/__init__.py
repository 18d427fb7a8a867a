"""Items in the formats of other systems: GIFT, Aiken, Moodle XML, QTI. Pure functions on text.

Whatever stands in a file becomes an item or a refusal with its name and reason; nothing is dropped
in silence. Files come from anywhere: XML is parsed without entities, archives within limits.
"""
