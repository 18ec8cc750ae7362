"""The city's place in a composite index: why score and rank moved, what would move them, how sure a rank is.

``engine`` is pure Python with numpy, no Django. Facts, editions and pages build on it.
"""
