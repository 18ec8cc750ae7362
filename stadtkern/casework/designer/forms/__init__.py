"""The form editor: the form of a draft as a tree of groups and fields, edited page by page, kept in the files of its package.

``sheet`` reads and writes the files, ``tree`` moves elements, ``kinds`` and ``properties`` change one, ``checking`` says what is
wrong (all pure); ``views`` are the pages. Addresses for programs: docs/packages.md, "Form editor by HTTP".
"""
