"""After the offer: terms with a start plan, what a place costs, changes, notice, absences, the second guardian.

A ``Contract`` says who sits where and when (``models.contracts``); everything here hangs on it. Nothing of the household's income reaches a
provider, nothing of a second guardian is shown after an objection (ADR 0146).
"""
