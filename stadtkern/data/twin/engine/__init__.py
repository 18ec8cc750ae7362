"""The engine of the twin.

Words of this room:

- *building*: one object of the city with an id of its own; it may consist of *parts*, each with own roof and height.
- *face*: one flat polygon of a building's skin, with a *class* (roof, wall, ground, closure …); CityGML calls it a surface.
- *mesh*: the faces of a building as triangles, in metres from the building's own origin.
- *cell*: a square of the ground (500 m) whose buildings travel together as one GLB.
- *problem*: what is wrong in the source, with its place. What cannot be read is left out and said, never guessed in silence.
- *height*: metres above the height reference of the source (in Germany DHHN2016, "NHN"), unless a name says otherwise.

Layers: ``problems``, ``source`` - ``citygml``, ``citygml_building``, ``cityjson`` (readers), ``reference`` - ``triangles``, ``skin``
(clean faces), ``mesh``, ``buildings`` (what a building measures) - ``glb``, ``tiles3d`` (what clients load). ``sun`` - ``shadow``, ``rays``, ``solar``; ``flood`` and ``plan`` (planned bodies) stand beside them.
"""
