"""The catalogue: which data there are, in the words of DCAT-AP.de 3.0 (with the profile for High-Value Datasets).

``engine``   pure: records, readers of foreign catalogues, repair, changes, writer, judgement by the official shapes
``api``      what other rooms may use: hand in an entry (``put``), take it back (``withdraw``), read

Entry: one dataset or service in a catalogue. Source: a foreign catalogue that is harvested. Run: one reading of a source.
Sources of law: § 12a EGovG, DNG (Data Use Act), Implementing Regulation (EU) 2023/138 (High-Value Datasets).
"""
