"""The pure core of the catalogue: no Django, no database, no network of its own.

``records``       what DCAT-AP.de needs to know, typed; ``codec`` stores it as JSON
``vocabularies``  code lists with source and version
``found``         what a source said, as it said it; ``from_rdf`` ``from_ckan`` ``from_ogc`` ``from_wfs`` read it
``mending``       from found to record; every repair has a name (``repairs``)
``changes``       taken, changed, unchanged, removed; ``duplicates``
``writing``       records as RDF/XML, Turtle, JSON-LD; ``judging`` by the official shapes
``harvesting``    a whole source, page by page, through a port that fetches
"""
