"""Expressions in diagrams become FEEL; what other modellers write is understood where the meaning is the same.

FEEL itself (with or without the ``=`` of Zeebe), ``${…}`` of Camunda 7 for comparisons and and/or/not, and
``bpmn:getDataObject('x')`` of the standard's XPath. Anything else (JavaScript, Groovy, …) is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.kernel import feel
from stadtkern.kernel.feel import FeelError
from stadtkern.kernel.xml_document import XmlElement

_FEEL = re.compile(r"feel", re.IGNORECASE)
_CODE = re.compile(r"java|groovy|python|ruby|ecma|javascript|juel-script|xquery|\bjs\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"^[$#]\{(?P<inner>.*)\}$", re.DOTALL)
_DATA_OBJECT = re.compile(r"""(?:\w+:)?getData(?:Object|Input|Output)\(\s*['"]([^'"]+)['"]\s*\)""")
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_NEGATION = re.compile(r"!\s*(?P<operand>[A-Za-z_][\w.]*|\((?:[^()]|\([^()]*\))*\))")


@dataclass(frozen=True, slots=True)
class Reading:
    """How an expression was understood. Without ``feel`` it was not; ``code`` says why."""

    original: str
    feel: str = ""
    code: str = ""
    language: str = ""
    error: FeelError | None = None

    @property
    def translated(self) -> bool:
        """Another language was turned into FEEL."""
        return bool(self.feel) and self.feel != self.original.strip().removeprefix("=").strip()


def read_expression(
    document: BpmnDocument, element: XmlElement | None, names: Collection[str] = ()
) -> Reading | None:
    """The expression in an element (``conditionExpression``, ``timeDuration``, …); None if there is none."""
    if element is None or not element.text.strip():
        return None
    stated = element.attributes.get("language", "")
    return read_text(element.text, stated or document.root.attributes.get("expressionLanguage", ""), names)


def read_text(text: str, language: str = "", names: Collection[str] = ()) -> Reading:
    """The same for a text and its language (a URI or name; empty = unknown)."""
    stripped = text.strip()
    if _CODE.search(language) and not _FEEL.search(language):
        return Reading(text, code="expression-language", language=language)
    if stripped.startswith("=") and not stripped.startswith("=="):
        return _understood(text, stripped[1:].strip(), language, names)
    if template := _TEMPLATE.match(stripped):
        return _understood(text, _from_c_like(template["inner"]), language, names)
    if _FEEL.search(language):
        return _understood(text, stripped, language, names)
    if _DATA_OBJECT.search(stripped):
        plain = _swap_quotes(_DATA_OBJECT.sub(lambda found: found[1], stripped))
        return _understood(text, plain, language, names)
    first = _understood(text, stripped, language, names)
    if first.feel:
        return first
    second = _understood(text, _from_c_like(stripped), language, names)
    return second if second.feel else first


def _understood(original: str, text: str, language: str, names: Collection[str]) -> Reading:
    try:
        feel.parse(text, names)
    except feel.FeelError as error:
        return Reading(original, code="feel-error", language=language, error=error)
    return Reading(original, text, language=language)


def _from_c_like(text: str) -> str:
    """``!a && b == 'x'`` becomes ``not(a) and b = "x"``. Text in quotes is left alone."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_double_quoted(found[0]))
        return f"\x00{len(kept) - 1}\x00"

    text = _STRING.sub(keep, text.strip())
    text = re.sub(r"\s*&&\s*", " and ", text)
    text = re.sub(r"\s*\|\|\s*", " or ", text)
    text = re.sub(r"===?", "=", text)
    for german, sign in ((r"\beq\b", "="), (r"\bne\b", "!="), (r"\bgt\b", ">"), (r"\blt\b", "<")):
        text = re.sub(german, sign, text)
    text = text.replace("!=", "\x01")
    text = _NEGATION.sub(lambda found: f"not({found['operand'].strip('()')})", text)
    text = text.replace("\x01", "!=")
    return re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], text).strip()


def _swap_quotes(text: str) -> str:
    return _STRING.sub(lambda found: _double_quoted(found[0]), text)


def _double_quoted(text: str) -> str:
    if text.startswith('"'):
        return text
    inner = text[1:-1].replace("\\'", "'")
    return '"' + re.sub(r'(?<!\\)"', '\\"', inner) + '"'


def findings(
    reading: Reading, types: Mapping[str, feel.FeelType], expected: feel.FeelType | None, strict: bool
) -> list[feel.Finding]:
    """What the static check of FEEL says about an understood expression."""
    if not reading.feel:
        return []
    try:
        feel.parse(reading.feel, list(types))
    except FeelError:  # a known name of several words is the beginning of a longer one: leave those names out
        types = {name: kind for name, kind in types.items() if " " not in name}
    return feel.check(reading.feel, types, expected=expected, strict=strict)
