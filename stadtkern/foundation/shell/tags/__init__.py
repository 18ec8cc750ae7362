"""The template tags of the house by kind: controls of forms, display of facts, parts of the frame.

All of them are registered in one builtin library (``templatetags/kern.py``), so templates need no ``load``.
Arguments are named; texts come translated (``label=_("Name")``). ``/gallery`` shows each tag in each state.
"""

from django import template

register = template.Library()
