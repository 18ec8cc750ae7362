"""The allocation engine: who gets which seat, why, and how a stranger checks it.

Words of this room:

- *kita*, *child*, *family*: indices from 0. A family is a group of children who wish jointly; a single child is a family of one.
- *seat class*: seats with the same eligibility (ages, longest hours, free from, tag); *kind*: the same facts of a contract a child wishes.
  A kind fits a class or not; the sets of children a Kita can seat form a transversal matroid.
- *key*: priority of a child at a Kita as one integer, bigger is better: points first, then the rank of the lottery number.
- *stable*: nobody loses a place, no wished seat stays empty, and no family could have a better wish that every Kita in it would prefer.
- *child-optimal*: of all stable results the one in which every single child has the best place it can have in any of them.

Layers: ``formats``, ``roundfile`` (parse at the edge) - ``deferred``, ``seats``, ``families``, ``calming`` (plain Python) - ``exact``, ``ties``
(OR-Tools, loaded only when asked) - ``explain``, ``whatif``, ``leftover``, ``lottery``, ``forecast``.

The judge is ``verify`` with ``verify_round``: of all this it uses the parser and the spelling of a result (``results``), nothing else, so what
looks the same there and in the engine (tickets, seating by augmenting paths) is written twice on purpose (ADR 0101; a test loads it alone).
"""
