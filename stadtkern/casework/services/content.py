"""The content of a service as plain values, read from ``service.json`` or a form, with the place of every mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, TypeVar

from stadtkern.kernel.errors import InvalidInput

LANGUAGES = ("de", "en")
ASSURANCE = ("none", "low", "substantial", "high")
AUDIENCES = ("citizen", "business")
T = TypeVar("T")


class BadContent(InvalidInput):
    """A description of a service is incomplete or malformed; ``extra["problems"]`` lists [(path, text)]."""

    code = "bad-service-content"
    message = "Die Beschreibung der Leistung ist unvollständig oder nicht lesbar."
    message_en = "The description of the service is incomplete or unreadable."


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in German and, where it exists, English."""

    de: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text in ``language``; German where there is no translation."""
        return self.en if language == "en" and self.en else self.de


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """``amount_cents`` None means: depends on the case."""

    label: Text
    amount_cents: int | None
    legal_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when somebody must act."""

    label: Text
    legal_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What to bring, whether always, and why."""

    label: Text
    required: bool
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """A norm."""

    citation: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContent:
    """Everything a service page says."""

    slug: str
    leika_key: str
    title: Text
    summary: Text
    description: Text
    synonyms: Mapping[str, tuple[str, ...]]
    life_situations: tuple[str, ...]
    office: str
    audience: tuple[str, ...]
    assurance_level: str
    fees: tuple[Fee, ...]
    deadlines: tuple[Deadline, ...]
    processing_time: Text
    documents: tuple[Document, ...]
    legal_basis: tuple[LegalBasis, ...]
    steps: tuple[Text, ...]
    related: tuple[str, ...]
    online: bool
    reviewed_on: date | None
    external_url: str

    def to_json(self) -> dict[str, Any]:
        """The shape of ``service.json``; ``parse`` of it gives an equal content."""
        data = asdict(self)
        data["synonyms"] = {key: list(words) for key, words in self.synonyms.items()}
        data["reviewed_on"] = self.reviewed_on.isoformat() if self.reviewed_on else None
        data["external_url"] = self.external_url or None
        return _plain(data)  # type: ignore[no-any-return]


FIELDS = tuple(field.name for field in fields(ServiceContent))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


class _Reader:
    """Reads values out of JSON and collects what is wrong, each with its path."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []

    def refuse(self, path: str, text: str) -> None:
        self.problems.append((path, text))

    def text(self, value: object, path: str, *, required: bool = False) -> Text:
        if isinstance(value, str):
            value = {"de": value}
        if not isinstance(value, Mapping):
            value = {}
        found = Text(de=str(value.get("de") or "").strip(), en=str(value.get("en") or "").strip())
        if required and not found.de:
            self.refuse(f"{path}.de", "Der deutsche Text fehlt.")
        return found

    def string(self, value: object, path: str, pattern: str = "", message: str = "") -> str:
        found = "" if value is None else str(value).strip()
        if pattern and not re.fullmatch(pattern, found):
            self.refuse(path, message)
        return found

    def items(self, value: object, path: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.refuse(path, "Hier gehört eine Liste hin.")
            return ()
        return tuple(read(item, f"{path}.{index}") for index, item in enumerate(value))

    def record(self, value: object, path: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.refuse(path, "Hier gehört ein Objekt hin.")
        return {}

    def choice(self, value: object, path: str, allowed: tuple[str, ...]) -> str:
        found = str(value or "")
        if found not in allowed:
            self.refuse(path, f"„{found}“ ist keiner der Werte {', '.join(allowed)}.")
        return found

    def cents(self, value: object, path: str) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.refuse(path, "Der Betrag muss eine ganze Zahl von Cent sein, nicht negativ.")
        return None

    def day(self, value: object, path: str) -> date | None:
        if not value:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.refuse(path, "Das Datum gibt es nicht.")
            return None


def parse(data: Mapping[str, Any]) -> ServiceContent:
    """Read the content of a service; raises ``BadContent`` with all problems at once."""
    reader = _Reader()
    content = _read(reader, data)
    if reader.problems:
        path, text = reader.problems[0]
        raise BadContent(f"{path}: {text}", extra={"problems": reader.problems})
    return content


def problems_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What ``parse`` would refuse: [(path, text)]."""
    reader = _Reader()
    _read(reader, data)
    return reader.problems


def _read(r: _Reader, data: Mapping[str, Any]) -> ServiceContent:
    url = r.string(
        data.get("external_url"),
        "external_url",
        r"(https?://\S+)?",
        "Die Adresse muss mit https:// beginnen.",
    )
    raw = data.get("synonyms")
    synonyms = r.record(raw, "synonyms") if raw else {}
    return ServiceContent(
        slug=r.string(
            data.get("slug"),
            "slug",
            r"[a-z0-9]+(-[a-z0-9]+)*",
            "Kürzel: kleine Buchstaben, Ziffern, Bindestriche.",
        ),
        leika_key=r.string(
            data.get("leika_key"), "leika_key", r"\d{14}|", "Der Leistungsschlüssel hat 14 Ziffern."
        ),
        title=r.text(data.get("title"), "title", required=True),
        summary=r.text(data.get("summary"), "summary", required=True),
        description=r.text(data.get("description"), "description"),
        synonyms={
            key: r.items(
                synonyms.get(key), f"synonyms.{key}", lambda v, p: r.string(v, p, ".+", "Das Wort fehlt.")
            )
            for key in LANGUAGES
        },
        life_situations=r.items(data.get("life_situations"), "life_situations", r.string),
        office=r.string(data.get("office"), "office"),
        audience=r.items(data.get("audience"), "audience", lambda v, p: r.choice(v, p, AUDIENCES)),
        assurance_level=r.choice(data.get("assurance_level") or "none", "assurance_level", ASSURANCE),
        fees=r.items(data.get("fees"), "fees", lambda v, p: _fee(r, v, p)),
        deadlines=r.items(data.get("deadlines"), "deadlines", lambda v, p: _deadline(r, v, p)),
        processing_time=r.text(data.get("processing_time"), "processing_time"),
        documents=r.items(data.get("documents"), "documents", lambda v, p: _document(r, v, p)),
        legal_basis=r.items(data.get("legal_basis"), "legal_basis", lambda v, p: _norm(r, v, p)),
        steps=r.items(data.get("steps"), "steps", lambda v, p: r.text(v, p, required=True)),
        related=r.items(data.get("related"), "related", r.string),
        online=data.get("online") is True,
        reviewed_on=r.day(data.get("reviewed_on"), "reviewed_on"),
        external_url=url,
    )


def _fee(r: _Reader, value: object, path: str) -> Fee:
    row = r.record(value, path)
    return Fee(
        label=r.text(row.get("label"), f"{path}.label", required=True),
        amount_cents=r.cents(row.get("amount_cents"), f"{path}.amount_cents"),
        legal_basis=r.string(row.get("legal_basis"), f"{path}.legal_basis"),
    )


def _deadline(r: _Reader, value: object, path: str) -> Deadline:
    row = r.record(value, path)
    label = r.text(row.get("label"), f"{path}.label", required=True)
    return Deadline(label=label, legal_basis=r.string(row.get("legal_basis"), f"{path}.legal_basis"))


def _document(r: _Reader, value: object, path: str) -> Document:
    row = r.record(value, path)
    label = r.text(row.get("label"), f"{path}.label", required=True)
    return Document(
        label=label, required=row.get("required") is True, why=r.text(row.get("why"), f"{path}.why")
    )


def _norm(r: _Reader, value: object, path: str) -> LegalBasis:
    row = r.record(value, path)
    citation = r.string(row.get("citation"), f"{path}.citation", ".+", "Die Fundstelle fehlt.")
    return LegalBasis(citation=citation, title=r.text(row.get("title"), f"{path}.title"))
