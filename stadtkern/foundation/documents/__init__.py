"""Tagged PDF (PDF/UA-1) from templates, made by typst inside the process: no browser, no network.

A template is a ``.typ`` file in the folder ``documents`` of a module, or a shared one (``letter``, ``receipt``). Data
reach it as JSON only, never as source text, so no value can become code. The fonts are shipped: Noto Sans (SIL Open Font
License, ``fonts/OFL.txt``) covers all letters of DIN 91379.

``shared/parts.typ``     page, marks, address window, blocks of text, tables: for all templates
``shared/letter.typ``    DIN 5008 form B with remedy block
``shared/receipt.typ``   proof of a submission
"""
