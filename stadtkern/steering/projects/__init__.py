"""Projects and the people who build them: feasible plans with a proven bound, and how sure their dates are.

``engine`` is pure Python with OR-Tools and numpy, no Django. The portfolio, its gates and pages build on it.
"""
