"""OGC API Features as plain functions: request values in, status, headers and body out. No framework; ``public/ogc_views`` adapts them.

``service`` finds the function for a path, ``documents`` says what there is, ``parameters`` reads a query strictly, ``items`` answers with
features, ``crs`` knows the reference systems. Parts 1, 2 and 3 (17-069r4, 18-058r1, 19-079r2).
"""
