"""The keys of the municipalities, behind one interface: wrap, unwrap, sign, mac. No table, no page.

The master key of a municipality never leaves its provider. What is encrypted with it are only data keys ("wrapped"),
which encrypt the contents. Destroying a master key makes everything of that municipality unreadable.

``api``       the interface and ``provider()``
``file``      keys in DATA_DIR/keys (mode 0600): demo and small installations
"""
