"""Processes: how a service is decided. For now a status table per service (states and allowed moves as one list).

``definition``  the process of a service as frozen values, read from the package's ``process.json``
``rules``       pure judgements: the next state, checks, fee, four eyes, the text of a decision
``deadlines``   when a case is due, with pauses (§§ 187 ff. BGB, § 31 VwVfG)
``api``         all of this for other modules, and the stored, immutable versions
"""
