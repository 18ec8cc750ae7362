"""The runner: a form, page by page, for residents, the counter and the preview. One engine, three doors.

``tree``     where a value lies in the nested answers
``pages``    which pages a form has, and which are visible now
``reading``  what a browser sent, as raw answers
``view``     what a page shows: plain values for the templates
"""
