"""A round of the allocation from its draft to the last offer: freeze, checks, lottery, run, certificate, confirmation, offers (ADR 0140-0144).

``models`` are the tables (in the app ``kita``), ``rules`` the transition table and judgements, ``snapshot`` what is frozen, ``running`` the
engine's side, ``actions`` what people do, ``jobs`` what happens in the background, ``desk`` and ``public`` the pages.
"""
