"""The digital twin: buildings with real roofs, light and shadow, sun on roofs, flood.

``engine`` is pure (numpy, no Django): readers of CityGML and CityJSON, triangles, GLB, 3D Tiles, sun, shadow, solar, flood. ``store`` is the
only place that knows where a dataset of the twin lies; ``importing`` brings a file into it.
"""
