"""Statements (Stellungnahmen) of other offices and of outside bodies on a case, asked for in parallel.

Words: a *party* is asked (an office, a team or an outside *contact*, a Träger öffentlicher Belange); it sees what was
*released* to it and nothing else; *silence* is what holds when the deadline passes without an answer.
Laws: VwVfG §§ 4-8 (Amtshilfe), 26; DSGVO Art. 5 (1) c, 6 (1) e; § 4 (2) BauGB as the model of the rule of silence.
"""
