"""Translations without system gettext: collect German message ids, keep the catalogues of other languages, compile them.

    python tools/messages.py update     write missing ids into the catalogues (translation empty);
                                        ``update stadtkern/casework/forms`` for one module
    python tools/messages.py compile    write the .mo files
    python tools/messages.py missing    list ids without translation; exit code 1 if there are any

Texts in ``templates/`` belong to ``locale/en/LC_MESSAGES/django.po``; texts of a module belong to the module's own
``locale/en/LC_MESSAGES/django.po``, so that several people can work side by side. Django merges them.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOG = Path("locale/en/LC_MESSAGES/django.po")
# locale/de/ is written by hand: German texts of libraries, put better.
# Pages of residents in further languages: the module, and the files below it whose texts do not count (pages of staff).
# Their frame is in locale/<language>/, written by hand, too. A language is offered when nothing is missing.
MORE = {Path("stadtkern/casework/kita"): (("tr", "uk"), ("desk", "errors.py"))}
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\\n",
    "Content-Transfer-Encoding: 8bit\\n",
    "Language: en\\n",
    "Plural-Forms: nplurals=2; plural=(n != 1);\\n",
)
SINGULAR = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
Key = tuple[str, str]  # (id, plural id or empty)
Catalog = dict[Key, list[str]]
_STRING = r"""(?:u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))"""
_TEMPLATE_CALL = re.compile(rf"(?<![a-z])(n?gettext|_)\(\s*{_STRING}\s*(?:,\s*{_STRING})?", re.S)


def rooms() -> list[Path]:
    """The repository itself (shared templates) and every module."""
    return [ROOT, *sorted(path.parent for path in ROOT.glob("stadtkern/*/*/apps.py"))]


def sources(room: Path) -> Iterator[Path]:
    """Templates and modules whose texts belong to ``room``."""
    if room == ROOT:
        yield from sorted((ROOT / "templates").rglob("*.html"))
        return
    yield from sorted(p for p in room.rglob("*.html"))
    yield from sorted(p for p in room.rglob("*.py") if "migrations" not in p.parts)


def extract(path: Path) -> Iterator[Key]:
    """All message ids of one file, in order."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _from_python(text)
    else:
        yield from _from_template(text)


def _from_python(text: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        values = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in SINGULAR and values:
            yield values[0], ""
        elif name in PLURAL and len(values) >= 2:
            yield values[0], values[1]


def _from_template(text: str) -> Iterator[Key]:
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    for name, first, second in _TEMPLATE_CALL.findall(templatize(text)):
        one = ast.literal_eval(first)
        if one:
            yield one, ast.literal_eval(second) if name == "ngettext" and second else ""


def wanted(room: Path) -> list[Key]:
    """The ids of a room without repetition, in order of first use."""
    return list(dict.fromkeys(key for path in sources(room) for key in extract(path)))


def load(path: Path) -> Catalog:
    """Read a catalogue written by ``save`` (or by usual tools: comments and contexts are ignored)."""
    catalog: Catalog = {}
    entry: dict[str, str] = {}
    field = ""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    for line in [*lines, ""]:
        if line.startswith("#"):
            continue
        match = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(".*")$', line)
        if match is None and line.startswith('"'):
            entry[field] += ast.literal_eval(line)
        elif match is not None:
            field = match.group(1)
            if field == "msgid" and entry:
                _add(catalog, entry)
                entry = {}
            entry[field] = ast.literal_eval(match.group(2))
    _add(catalog, entry)
    return catalog


def _add(catalog: Catalog, entry: dict[str, str]) -> None:
    if not entry.get("msgid"):
        return
    plural = entry.get("msgid_plural", "")
    texts = [entry.get("msgstr[0]", ""), entry.get("msgstr[1]", "")] if plural else [entry.get("msgstr", "")]
    catalog[(entry["msgid"], plural)] = texts


def save(path: Path, catalog: Catalog, language: str = "en") -> None:
    """Write a catalogue in the order given."""
    head = [part.replace("Language: en", f"Language: {language}") for part in HEADER]
    lines = ['msgid ""', 'msgstr ""', *(f'"{part}"' for part in head), ""]
    for (one, many), texts in catalog.items():
        lines.append(f"msgid {_quoted(one)}")
        if many:
            lines.append(f"msgid_plural {_quoted(many)}")
            lines += [f"msgstr[{index}] {_quoted(text)}" for index, text in enumerate(texts)]
        else:
            lines.append(f"msgstr {_quoted(texts[0])}")
        lines.append("")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def catalog_of(language: str) -> Path:
    """Where the texts of a module in a language lie."""
    return Path(f"locale/{language}/LC_MESSAGES/django.po")


def wanted_more(room: Path) -> tuple[tuple[str, ...], list[Key]]:
    """Further languages of a room and the ids they need."""
    languages, apart = MORE.get(room.relative_to(ROOT), ((), ()))
    paths = [path for path in sources(room) if not set(path.relative_to(room).parts) & set(apart)]
    return languages, list(dict.fromkeys(key for path in paths for key in extract(path))) if languages else []


def update(only: list[str]) -> None:
    """Add new ids, drop unused ones, keep translations; in all rooms or in those whose folder is named."""
    for room in rooms():
        if only and str(room.relative_to(ROOT)) not in only:
            continue
        path = room / CATALOG
        known = load(path)
        keys = wanted(room)
        if keys:
            save(path, {key: known.get(key, ["", ""] if key[1] else [""]) for key in keys})
        languages, needed = wanted_more(room)
        for language in languages:
            have = load(room / catalog_of(language))
            texts = {key: have.get(key, ["", ""] if key[1] else [""]) for key in needed}
            save(room / catalog_of(language), texts, language)


def missing() -> list[tuple[Path, str]]:
    """Ids without English text, by catalogue. A text that another catalogue has counts as translated."""
    everywhere = {k for room in rooms() for k, texts in load(room / CATALOG).items() if all(texts)}
    found = [(room / CATALOG, key[0]) for room in rooms() for key in wanted(room) if key not in everywhere]
    for room in rooms():
        languages, needed = wanted_more(room)
        for language in languages:
            have = {key for key, texts in load(room / catalog_of(language)).items() if all(texts)}
            found += [(room / catalog_of(language), key[0]) for key in needed if key not in have]
    return found


def compile_all() -> None:
    """Write the .mo file beside each catalogue, if it is older."""
    for source in (path for room in rooms() for path in room.glob("locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            target.write_bytes(binary(load(source)))


def binary(catalog: Catalog) -> bytes:
    """The GNU .mo format (magic 0x950412de, little endian, no hash table)."""
    texts = {"": "".join(part.replace("\\n", "\n") for part in HEADER)}
    for (one, many), values in catalog.items():
        if all(values):
            texts[f"{one}\0{many}" if many else one] = "\0".join(values)
    items = sorted((key.encode(), value.encode()) for key, value in texts.items())
    count, start = len(items), 28
    offset = start + 16 * count
    ids, values_table, data = b"", b"", b""
    for key, _ in items:
        ids += struct.pack("<II", len(key), offset + len(data))
        data += key + b"\0"
    for _, value in items:
        values_table += struct.pack("<II", len(value), offset + len(data))
        data += value + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, offset)
    return head + ids + values_table + data


def main(arguments: list[str]) -> int:
    """Run one of the verbs."""
    verb = arguments[0] if arguments else "update"
    if verb == "update":
        update(arguments[1:])
    if verb in ("update", "compile"):
        compile_all()
        return 0
    found = missing()
    for path, text in found:
        print(f"{path.relative_to(ROOT)}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
