"""The index engine.

Words of this room:

- *frame*: the tree of an edition: indicators, groups (areas), weights, directions, scales. Its root is the index itself.
- *edition*: a frame and the values of all cities in one year.
- *field*: the other cities of an edition.
- *score* 0 to 100, larger is better; *rank* 1 + the number of cities with a larger unrounded score. A rank is never taken from rounded scores alone.
- *gap*: a value nobody knows. It is left out and the weights beside it are renormalised; nothing is filled in.

Layers: ``frames`` - ``normalising`` - ``composite`` - ``decomposition``, ``uncertainty``, ``whatif``; ``facts`` and ``contradictions`` stand beside them.
Source of the method: OECD/JRC Handbook on Constructing Composite Indicators (2008).
"""
