"""Relief (Entlastung): what the digital services bring, measured on the real cases.

Words: a *measure* is one decided case in five figures, without a person; a *baseline* is what the service manager says it
took before; a *figure* is what is published per service. Nothing is published about fewer than five cases.
"""
