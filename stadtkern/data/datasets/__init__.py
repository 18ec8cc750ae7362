"""Datasets: a dataset is a passport (what it is, whose, under which licence) and immutable versions in GeoParquet.

Words follow DCAT: *dataset*, *version*, *distribution* (one format to download). *Ingest* reads a file of somebody in a process
with hard limits, repairs what it can and says row by row what it did. Rooms without Django: ``ingest`` (file to Parquet), ``cql2``
(filters to checked SQL), ``engine`` (the only place that owns DuckDB), ``ogc`` (OGC API Features as plain functions).
"""
