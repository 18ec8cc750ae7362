"""The catalogue of services (Leistungen), modelled on XZuFi: what a city does for people, and under which conditions.

Words: a *service* is a Leistung with its LeiKa key; its *content* are text modules per language, fees, deadlines,
documents and legal basis; every change makes a *version*; *upstream* is the template or XZuFi source it was taken over
from. What each person may read here is public; nothing in this module is personal data.
"""
