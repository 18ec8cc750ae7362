"""What changed since the last reading of a source, and what is the same dataset twice.

Removed is only what a complete reading no longer names. A reading that broke off, is empty or lost more than half of what was known
(of at least ten) removes nothing: more often the source is broken than emptied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from stadtkern.data.catalog.engine.records import Entry, text

_SMALL: Final = 10
_WORDS: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Addresses of datasets by what happened to them; ``kept`` would have been removed if the reading were trusted."""

    taken: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    doubt: str = ""


def compare(known: Mapping[str, str], found: Mapping[str, str], *, complete: bool) -> Changes:
    """``known`` and ``found`` are fingerprints by address."""
    gone = tuple(sorted(set(known) - set(found)))
    doubt = ""
    if gone and not complete:
        doubt = "broken-off"
    elif gone and not found:
        doubt = "empty"
    elif len(known) >= _SMALL and 2 * len(gone) > len(known):
        doubt = "more-than-half-gone"
    return Changes(
        taken=tuple(sorted(set(found) - set(known))),
        changed=tuple(sorted(key for key in set(found) & set(known) if found[key] != known[key])),
        unchanged=tuple(sorted(key for key in set(found) & set(known) if found[key] == known[key])),
        removed=() if doubt else gone,
        kept=gone if doubt else (),
        doubt=doubt,
    )


def keys(entry: Entry) -> frozenset[str]:
    """By what the same dataset is recognised in another source: its identifier, or title, publisher and files together."""
    title = _WORDS.sub(" ", text(entry.title).lower()).strip()
    files = sorted(d.download_url or d.access_url for d in entry.distributions)
    found = {f"id {entry.identifier}", f"id {entry.id}"}
    if title and files:
        found.add(f"content {title} {_WORDS.sub(' ', entry.publisher.name.lower())} {files}")
    return frozenset(found)


def duplicates(entries: Iterable[Entry]) -> dict[str, str]:
    """Address of each dataset that another one repeats, with the address of that one.

    The one changed last stays (the rule of GovData: identifier and modified), else the first.
    """
    ranked = sorted(entries, key=lambda entry: entry.modified, reverse=True)
    owner: dict[str, str] = {}
    doubled: dict[str, str] = {}
    for entry in ranked:
        own = keys(entry)
        first = next((owner[key] for key in sorted(own) if key in owner), None)
        if first is not None and first != entry.id:
            doubled[entry.id] = first
        for key in own:
            owner.setdefault(key, first or entry.id)
    return doubled
