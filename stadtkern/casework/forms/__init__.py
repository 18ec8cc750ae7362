"""Forms: from a FIM description to pages, from answers to judged values.

The pure part (no Django) fits together like this:

- ``model``      what a form is: ``Form`` > ``Position`` (min, max) > ``Group`` or ``Field``; identity is the path of ids
                 (``G1/F2``). ``form.walk()`` gives (path, position), ``form.at(path)`` one position. ``codec.to_json`` and
                 ``codec.form_from_json`` store it. ``genericode.read_code_list`` reads code lists.
- ``xdf``        ``read_form(bytes)``/``read_message`` (XDatenfelder 2 and 3, ``XdfError`` with line, column, path) and
                 ``write_message`` (XDatenfelder 3).
- ``ruleset``    ``parse_ruleset(rules.json)`` -> ``Ruleset``; ``ruleset_check.check_ruleset(ruleset, form)`` lists what is
                 wrong, ``open_rules`` the free-text rules without expression or waiver.
- ``evaluate``   ``evaluate(form, ruleset, raw, today=…)`` -> ``Evaluation``: ``values`` (typed, pruned, JSON), ``hidden``,
                 ``problems`` (instance path ``G1[0]/F2``, code, German and English sentence), ``calculated``. It never
                 raises, and judging its own ``values`` again gives the same values. ``problems_under(paths)`` serves a
                 single page. Raw values are nested by id, lists where a position repeats; ``{"_choice": id}`` inside a
                 choice group names the chosen child. ``intake.field_values`` lists what a select offers.
- ``payload``    stored values <-> JSON and XML of a submission; ``jsonschema``/``xsd`` describe both.
- ``quality``    the lint with the codes of the FIM quality list; ``diff`` compares versions and submissions.
- ``commands``   ``stadtkern forms schema|check|import``.

Names with DIN 91379 characters: ``stadtkern.kernel.din91379``. Untrusted XML: ``stadtkern.kernel.safe_xml``.
"""
