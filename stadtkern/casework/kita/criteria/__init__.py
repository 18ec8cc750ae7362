"""Criteria catalogues: how many points a child has at a Kita, and why.

A catalogue belongs to everybody (``global``), a provider or one Kita, holds for a period, and says per criterion what it means, how it is
proved, for how long the proof holds and how many points it gives: a FEEL expression over documented facts (``facts``). Points are
computed by the rule alone, no model and no person in between (Art. 22 GDPR, § 31a SGB X); ``trial`` runs a new catalogue on known
children before it takes effect. Pure: no database, no clock.
"""
