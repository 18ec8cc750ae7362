"""Cut Fira Sans into a small Latin file (what nearly every page needs) and one for all other letters.

A browser loads the second file only when a page contains such a letter (``unicode-range``).
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold"}
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,"
    "U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+2264-2265"
)
OTHER = (
    "U+0100-0130,U+0132-0151,U+0154-02C5,U+02C7-02D9,U+02DB,U+02DD-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,"
    "U+2000-200F,U+2016-2017,U+2023-2025,U+2070-209F,U+20A0-20AB,U+20AD-20BF,U+2100-2121,U+2123-218F,U+2194-2211"
)


def build(source: Path, target: Path) -> str:
    """Write the files into ``target`` and return the ``@font-face`` rules."""
    rules = []
    for weight, name in WEIGHTS.items():
        for part, ranges in (("latin", LATIN), ("other", OTHER)):
            file = f"fira-sans-{weight}-{part}.woff2"
            _cut(source / f"FiraSans-{name}.woff2", target / file, ranges)
            rules.append(
                f'@font-face{{font-family:"Fira Sans";src:url("fonts/{file}") format("woff2");font-weight:{weight};'
                f"font-style:normal;font-display:swap;unicode-range:{ranges}}}"
            )
    return "\n".join(rules)


def _cut(source: Path, target: Path, ranges: str) -> None:
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "tnum", "lnum", "ccmp", "locl", "mark", "mkmk"]
    font = TTFont(source)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(ranges.replace("U+", "").replace(",", " ")))
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)
