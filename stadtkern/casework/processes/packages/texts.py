"""``texts.json``: what a procedure says and by which figures it is measured, as typed values. FEEL stands in decisions, not here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

StateKind = Literal["open", "waiting", "closed"]
Unit = Literal["working_days", "days", "weeks", "months"]
DecisionKind = Literal["grant", "partly", "refuse"]
Severity = Literal["block", "hint"]
FeeTime = Literal["none", "before_submit", "with_decision"]
MAX_RETENTION_YEARS = 120
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in German and, if there is one, in English."""

    de: str = ""
    en: str = ""

    def __call__(self, language: str = "de") -> str:
        return self.en if language.startswith("en") and self.en else self.de


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of a case: its name for staff, its sentence for the applicant, and whether our time runs."""

    code: str
    label: Text
    public: Text
    kind: StateKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something to be true of an application, by a decision; ``block`` stops a positive decision, ``hint`` does not."""

    id: str
    decision: str
    label: Text
    severity: Severity
    legal_basis: str
    otherwise: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What is said about the fee and when it is paid; the decision ``fee`` gives the cents."""

    label: Text
    legal_basis: str
    when: FeeTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text block for a decision."""

    id: str
    kinds: tuple[str, ...]
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Within which time the authority decides, and by which rule."""

    amount: int
    unit: Unit
    legal_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """The procedure asks for a visit at an office."""

    office: str
    purpose: Text
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """All of ``texts.json``. ``states`` in order: of several active ones the last counts."""

    states: Mapping[str, State]
    deadline: Deadline | None
    checks: tuple[Check, ...]
    fee: Fee
    decision_kinds: tuple[str, ...]
    blocks: tuple[Block, ...]
    letters: Mapping[str, str]
    remedy: str
    appointment: Appointment | None
    objection: bool
    file_plan: str
    retention_years: int
    messages: Mapping[str, tuple[Text, Text]]

    def blocks_for(self, kind: str) -> tuple[Block, ...]:
        """The text blocks that fit a kind of decision."""
        return tuple(block for block in self.blocks if kind in block.kinds)


class _Reader:
    """Reads values and collects what is wrong, each with its path; goes on with a harmless value."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []

    def refuse(self, path: str, text: str) -> None:
        self.problems.append((path, text))

    def mapping(self, value: object, path: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.refuse(path, "Hier gehört ein Objekt hin.")
        return {}

    def list(self, value: object, path: str, read: Callable[[Mapping[str, Any], str], _T]) -> tuple[_T, ...]:
        if not isinstance(value, list):
            self.refuse(path, "Hier gehört eine Liste hin.")
            return ()
        return tuple(read(self.mapping(row, f"{path}[{i}]"), f"{path}[{i}]") for i, row in enumerate(value))

    def text(self, value: object, path: str, *, required: bool = True) -> Text:
        if isinstance(value, str):
            found = Text(value.strip())
        elif isinstance(value, Mapping):
            found = Text(str(value.get("de") or "").strip(), str(value.get("en") or "").strip())
        else:
            found = Text()
        if required and not found.de:
            self.refuse(path, "Der deutsche Text fehlt.")
        return found

    def choice(self, value: object, path: str, kind: Any, default: str) -> Any:
        if value in get_args(kind):
            return value
        self.refuse(path, f"„{value}“ ist keiner der Werte {', '.join(get_args(kind))}.")
        return default

    def number(self, value: object, path: str, low: int, high: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.refuse(path, f"Hier gehört eine ganze Zahl von {low} bis {high} hin.")
        return low

    def word(self, value: object, path: str) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.refuse(path, "Diese Angabe fehlt.")
        return ""


def parse_texts(data: object) -> tuple[Texts, list[tuple[str, str]]]:
    """The texts of a procedure and what is wrong with them as (path, sentence)."""
    reader = _Reader()
    root = reader.mapping(data, "$")
    decision = reader.mapping(root.get("decision") or {}, "decision")
    kinds = tuple(
        reader.choice(kind, f"decision.kinds[{i}]", DecisionKind, "grant")
        for i, kind in enumerate(decision.get("kinds") or [])
    )
    texts = Texts(
        states=_states(reader, root.get("states")),
        deadline=_deadline(reader, root.get("deadline")),
        checks=reader.list(root.get("checks", []), "checks", lambda row, path: _check(reader, row, path)),
        fee=_fee(reader, root.get("fee")),
        decision_kinds=kinds,
        blocks=reader.list(
            decision.get("blocks", []), "decision.blocks", lambda row, path: _block(reader, row, path)
        ),
        letters={
            str(kind): reader.text(letter, f"decision.letters.{kind}").de
            for kind, letter in reader.mapping(decision.get("letters") or {}, "decision.letters").items()
        },
        remedy=reader.text(decision.get("remedy"), "decision.remedy", required=bool(kinds)).de,
        appointment=_appointment(reader, root.get("appointment")),
        objection=bool(root.get("objection", False)),
        file_plan=reader.word(root.get("file_plan"), "file_plan"),
        retention_years=reader.number(root.get("retention_years"), "retention_years", 0, MAX_RETENTION_YEARS),
        messages={
            str(key): (
                reader.text(row.get("subject"), f"messages.{key}.subject"),
                reader.text(row.get("text"), f"messages.{key}.text"),
            )
            for key, row in reader.mapping(root.get("messages") or {}, "messages").items()
            if isinstance(row, Mapping)
        },
    )
    for kind in kinds:
        if not texts.letters.get(kind):
            reader.refuse(f"decision.letters.{kind}", "Für diese Entscheidung fehlt der Text des Bescheids.")
    return texts, reader.problems


def _states(reader: _Reader, value: object) -> dict[str, State]:
    found = {}
    for code, row in reader.mapping(value, "states").items():
        path = f"states.{code}"
        row = reader.mapping(row, path)
        found[str(code)] = State(
            code=str(code),
            label=reader.text(row.get("label"), f"{path}.label"),
            public=reader.text(row.get("public"), f"{path}.public"),
            kind=reader.choice(row.get("kind"), f"{path}.kind", StateKind, "open"),
        )
    if "received" not in found:
        reader.refuse("states", "Der Anfangszustand „received“ fehlt.")
    return found


def _deadline(reader: _Reader, value: object) -> Deadline | None:
    if value is None:
        return None
    row = reader.mapping(value, "deadline")
    return Deadline(
        amount=reader.number(row.get("amount"), "deadline.amount", 1, 1_000),
        unit=reader.choice(row.get("unit"), "deadline.unit", Unit, "days"),
        legal_basis=str(row.get("legal_basis", "")),
    )


def _check(reader: _Reader, row: Mapping[str, Any], path: str) -> Check:
    return Check(
        id=reader.word(row.get("id"), f"{path}.id"),
        decision=reader.word(row.get("decision"), f"{path}.decision"),
        label=reader.text(row.get("label"), f"{path}.label"),
        severity=reader.choice(row.get("severity"), f"{path}.severity", Severity, "hint"),
        legal_basis=str(row.get("legal_basis", "")),
        otherwise=reader.text(row.get("else"), f"{path}.else"),
    )


def _fee(reader: _Reader, value: object) -> Fee:
    if value is None:
        return Fee(label=Text(), legal_basis="", when="none")
    row = reader.mapping(value, "fee")
    when = reader.choice(row.get("when", "none"), "fee.when", FeeTime, "none")
    label = reader.text(row.get("label"), "fee.label", required=when != "none")
    return Fee(label=label, legal_basis=str(row.get("legal_basis", "")), when=when)


def _block(reader: _Reader, row: Mapping[str, Any], path: str) -> Block:
    return Block(
        id=reader.word(row.get("id"), f"{path}.id"),
        kinds=tuple(str(kind) for kind in row.get("kinds") or []),
        label=reader.text(row.get("label"), f"{path}.label").de,
        text=reader.text(row.get("text"), f"{path}.text").de,
    )


def _appointment(reader: _Reader, value: object) -> Appointment | None:
    if value is None:
        return None
    row = reader.mapping(value, "appointment")
    return Appointment(
        office=reader.word(row.get("office"), "appointment.office"),
        purpose=reader.text(row.get("purpose"), "appointment.purpose"),
        minutes=reader.number(row.get("minutes"), "appointment.minutes", 1, 480),
    )
