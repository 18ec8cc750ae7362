"""Ingest: a file of somebody becomes one immutable GeoParquet file and a report that names every row that was touched.

``running.ingest`` starts ``worker`` in a process of its own: limits on memory, processor time and file size, no network (seccomp),
a scratch folder as its whole world. Pure Python without Django. Steps there: ``containers`` (what is it, unpack), ``delimited`` or
``sheets`` or GDAL (rows), ``typing`` (numbers, dates, keys), ``places`` (where on earth, repair), ``privacy`` (warnings), ``writing``.
"""
