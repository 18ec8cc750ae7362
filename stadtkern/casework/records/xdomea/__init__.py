"""xdomea, the German standard for exchanging and disposing of records: read 2.3 to 4.0, write 3.1 and 4.0 (disposal).

Pure: no Django, no database. ``model`` is xdomea's tree word for word, ``reading`` and ``writing`` move it between
versions, ``package`` is the ZIP around a message with its primary documents.
"""
