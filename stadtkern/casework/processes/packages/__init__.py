"""Packages: a procedure of an authority as files that people can read, compare and hand on. Pure: no database, no Django.

A package holds everything that makes a service: the texts of the service, its form with rules, the process, decision tables,
texts of letters and states, the parameters that each municipality sets for itself, and test cases. It travels as a zip and lives
as a folder; both hold the same bytes, so that a difference in version control is a difference in content.
"""
