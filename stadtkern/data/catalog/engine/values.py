"""Single values of a source made readable: texts, addresses, dates, values of code lists, mail and telephone."""

from __future__ import annotations

import html
import ipaddress
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from stadtkern.data.catalog.engine.records import Texts
from stadtkern.data.catalog.engine.repairs import Notes
from stadtkern.data.catalog.engine.vocabularies import known

LONGEST_TEXT: Final = 20_000
_TAGS: Final = (
    "a|abbr|acronym|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|"
    "input|ins|kbd|label|li|link|meta|nav|ol|p|pre|q|s|script|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|"
    "thead|title|tr|tt|u|ul|var|video"
)
_TAG: Final = re.compile(rf"</?(?:{_TAGS})\b[^<>]{{0,1000}}>", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_BREAK: Final = re.compile(r"<\s*(?:/\s*(?:p|div|li|h\d|tr|ul|ol)|br\s*/?)\s*>", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACES: Final = re.compile(r"[ \t\xa0]+")
_LINES: Final = re.compile(r"\n{3,}")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*")
MAIL: Final = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){1,8}", re.ASCII
)
_GERMAN_DATE: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_START: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]?(?:[A-Z]{2,4} )?(\d{2}:\d{2}(?::\d{2})?)?")
_OPEN: Final = frozenset({"http", "https", "ftp", "ftps"})
_IRI: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+")
_BARE_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(de|com|org|net|eu|info)(/|$)")
_NOT_IN_IRIS: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")  # RFC 3987, section 2.2


def texts(given: Texts, at: str, notes: Notes) -> Texts:
    """One plain text per language."""
    found: dict[str, str] = {}
    for language, written in given:
        plain = plain_text(written, at, notes)
        key = language.lower() if _LANGUAGE.fullmatch(language or "") else ""
        if not plain or found.get(key) == plain:
            continue
        if key in found:
            notes.add("text-several", at, plain)
        else:
            found[key] = plain
    return tuple(sorted(found.items()))


def words(given: Texts, at: str, notes: Notes) -> Texts:
    """Keywords: several per language, each once."""
    found = {
        (language.lower() if _LANGUAGE.fullmatch(language or "") else "", plain)
        for language, written in given
        for part in ([written] if len(written) < 80 or "," not in written else written.split(","))
        if (plain := plain_text(part, at, notes)[:200])
    }
    return tuple(sorted(found))


def plain_text(written: str, at: str, notes: Notes) -> str:
    """Without markup, control characters and a second copy of itself."""
    text = _CONTROL.sub("", written)
    if text != written:
        notes.add("text-characters", at)
    if _TAG.search(text) or re.search(r"&(?:[a-z]{2,8}|#\d{2,5});", text):
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub(" ", text))))
        text = _CONTROL.sub("", text)
        notes.add("text-markup", at, written)
    text = "\n".join(
        _SPACES.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    text = _LINES.sub("\n\n", text).strip()[:LONGEST_TEXT]
    half, rest = divmod(len(text), 2)
    if half > 20 and rest and text[:half] == text[half + 1 :] and text[half] in "\n ":
        notes.add("text-repeated", at, text)
        text = text[:half]
    return text


def address(written: str, at: str, notes: Notes, *, web: bool = False) -> str:
    """A usable absolute IRI, or ""; ``web``: it must lead somewhere (http, https, ftp)."""
    plain = _CONTROL.sub("", written).strip()
    if not plain:
        return ""
    if plain.startswith("www.") or (web and _BARE_HOST.match(plain)):
        plain = "https://" + plain
    repaired = _NOT_IN_IRIS.sub(lambda found: quote(found[0]), plain)
    if not (_leads_outside(repaired) if web else _IRI.fullmatch(repaired)):
        notes.add("address-unreadable", at, written)
        return ""
    if repaired != written:
        notes.add("address-repaired", at, written, repaired)
    return repaired


def _leads_outside(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in _OPEN and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def public_host(url: str) -> bool:
    """Whether an address leads outside: no local names, no private numbers."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def moment(written: Sequence[str], at: str, notes: Notes) -> str:
    """A year, a month, a day or an instant in ISO 8601; "" if none of the values is one."""
    given = [value.strip() for value in written if value.strip()]
    if not given:
        return ""
    if len(given) > 1:
        notes.add("value-several", at, " | ".join(given))
    read = _moment(given[0])
    if not read:
        notes.add("date-unreadable", at, given[0])
    elif read != given[0]:
        notes.add("date-repaired", at, given[0], read)
    return read


def _moment(written: str) -> str:
    if re.fullmatch(r"\d{4}", written) and int(written) >= 1:
        return written
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", written) and int(written[:4]):
        return written
    if german := _GERMAN_DATE.fullmatch(written):
        written = f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}"
    try:
        if len(written) == 10:
            return date.fromisoformat(written).isoformat()
        if "T" in written:
            datetime.fromisoformat(written)
            return written
    except ValueError:
        pass
    start = _ISO_START.match(written)
    if start is None:
        return ""
    try:
        if start[2]:
            return datetime.fromisoformat(f"{start[1]}T{start[2]}").isoformat()
        return date.fromisoformat(start[1]).isoformat()
    except ValueError:
        return ""


def listed(
    name: str, written: Sequence[str], at: str, notes: Notes, *, keep: bool = False
) -> tuple[str, ...]:
    """Values of a code list; unknown ones are left out (``keep``: left as they are, where the list is only recommended)."""
    vocabulary, found = known(name), dict[str, None]()
    for value in written:
        plain = value.strip()
        if not plain:
            continue
        meant = vocabulary.resolve(plain)
        if meant:
            if meant != value:
                notes.add("value-mapped", at, value, meant)
            found[meant] = None
        elif keep and (iri := address(plain, at, notes)):
            found[iri] = None
        else:
            notes.add("value-unknown", at, value)
    return tuple(found)


def one_listed(name: str, written: Sequence[str], at: str, notes: Notes, *, keep: bool = False) -> str:
    """The value of a code list where only one is allowed."""
    found = listed(name, written, at, notes, keep=keep)
    if len(found) > 1:
        notes.add("value-several", at, " | ".join(found), found[0])
    return found[0] if found else ""


def mail(written: str, at: str, notes: Notes) -> str:
    """A mail address without mailto:, or ""."""
    plain = written.strip().removeprefix("mailto:").split("?")[0].strip()
    if not plain:
        return ""
    found = MAIL.search(plain.replace("(at)", "@").replace("[at]", "@").replace(" ", ""))
    if not found:
        notes.add("address-unreadable", at, written)
        return ""
    if not written.startswith("mailto:") or found[0] != plain:
        notes.add("contact-mail", at, written, f"mailto:{found[0]}")
    return found[0]


def telephone(written: str, at: str, notes: Notes) -> str:
    """A telephone number in the international spelling of RFC 3966, or ""."""
    plain = re.sub(r"\(0\)", "", written.strip().removeprefix("tel:"))
    digits = re.sub(r"[^\d+]", "", plain)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+49" + digits[1:]
    if not re.fullmatch(r"\+\d{6,15}", digits):
        if plain:
            notes.add("address-unreadable", at, written)
        return ""
    if written != f"tel:{digits}":
        notes.add("contact-telephone", at, written, f"tel:{digits}")
    return digits
