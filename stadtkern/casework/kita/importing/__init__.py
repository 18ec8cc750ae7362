"""Waiting lists and places from other programs as CSV: whatever the encoding, separator, names and order of columns.

``table`` reads cells, ``fields`` says what can be imported and how a cell is judged, ``mapping`` recognises the columns (a wizard may
overrule it), ``reading`` takes the good rows and tells the place and the reason of every bad one. Pure: nothing is stored here.
"""
