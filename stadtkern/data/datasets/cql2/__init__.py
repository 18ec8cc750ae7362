"""CQL2 (OGC 21-065) to SQL of DuckDB: text is read by the library ``cql2``, JSON by ours; what may run is decided on the tree.

``reading`` makes a tree with limits, ``building`` walks it against the queryables of one dataset and writes SQL with parameters,
``temporal`` and ``spatial`` are its two difficult parts. Nothing of a filter reaches the SQL text but checked names of columns.
"""
