"""Districts, streets and addresses of a municipality, and its boundary.

Words: *district* (Ortsbezirk) a named part of the municipality, *street*, *address* one house number of a street,
*boundary* the outline of the municipality. Outlines are GeoJSON (WGS 84). ``schematic`` says that an outline was drawn
and not surveyed. Everything is replaced as a whole by ``stadtkern places load FILES``.
No personal data.
"""
