"""The process of a service as plain values. Pure: no database, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from stadtkern.kernel import feel
from stadtkern.kernel.errors import DomainError

Kind = Literal["open", "waiting", "closed"]
Unit = Literal["working_days", "days", "weeks", "months"]
DecisionKind = Literal["grant", "partly", "refuse"]
DECISION_KINDS: tuple[DecisionKind, ...] = ("grant", "partly", "refuse")
ACTIONS = (
    "take",
    "ask_applicant",
    "answer",
    "propose",
    "release",
    "send_back",
    "decide",
    "close",
    "withdraw",
    "reopen",
)


class BadProcess(DomainError):
    """A process definition that cannot be executed; ``extra["problems"]`` lists why, each with its path."""

    code: ClassVar[str] = "bad-process"
    status: ClassVar[int] = 422
    message = "Die Beschreibung des Ablaufs ist fehlerhaft."
    message_en = "The process definition is faulty."


@dataclass(frozen=True, slots=True)
class Text:
    """A text in German and, if there is one, in English."""

    de: str = ""
    en: str = ""

    def __call__(self, language: str = "de") -> str:
        return self.en if language.startswith("en") and self.en else self.de


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state: its name for staff, its sentence for the applicant, and whether our time runs."""

    code: str
    label: Text
    public: Text
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """An allowed move."""

    source: str
    action: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something to be true of an application; ``severity`` block stops a positive decision, hint does not."""

    id: str
    label: Text
    ok_if: str
    severity: Literal["block", "hint"]
    legal_basis: str
    otherwise: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What it costs (a FEEL expression for whole cents) and when it is paid."""

    amount_cents: str
    label: Text
    legal_basis: str
    when: Literal["none", "before_submit", "with_decision"]


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
class Process:
    """All of it. ``source`` is the JSON it was read from, which is what the database keeps."""

    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    deadline: Deadline | None
    checks: tuple[Check, ...]
    fee: Fee
    decision_kinds: tuple[str, ...]
    four_eyes: str
    blocks: tuple[Block, ...]
    letters: Mapping[str, str]
    remedy: str
    appointment: Appointment | None
    objection: bool
    file_plan: str
    retention_years: int
    source: Mapping[str, Any] = field(repr=False, compare=False)

    def blocks_for(self, kind: str) -> tuple[Block, ...]:
        """The text blocks that fit a kind of decision."""
        return tuple(block for block in self.blocks if kind in block.kinds)


def read_process(data: Mapping[str, Any]) -> Process:
    """The process of ``process.json``; raises ``BadProcess`` with every problem and its path."""
    problems: list[dict[str, str]] = []
    try:
        process = _read(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        detail = f"Es fehlt {error}" if isinstance(error, KeyError) else str(error)
        raise BadProcess(extra={"problems": [{"path": "$", "message": detail}]}) from error
    problems += _unknown_states(process)
    problems += _faulty_expressions(process)
    if "received" not in process.states:
        problems.append({"path": "states", "message": "Der Anfangszustand „received“ fehlt."})
    if not 0 <= process.retention_years <= 120:
        problems.append({"path": "retention_years", "message": "Zwischen 0 und 120 Jahren."})
    problems += [
        {
            "path": f"decision.letters.{kind}",
            "message": "Für diese Entscheidung fehlt der Text des Bescheids.",
        }
        for kind in process.decision_kinds
        if not process.letters.get(kind)
    ]
    if problems:
        raise BadProcess(extra={"problems": problems})
    return process


def _text(value: Mapping[str, str] | str | None) -> Text:
    if value is None:
        return Text()
    if isinstance(value, str):
        return Text(value)
    return Text(value.get("de", ""), value.get("en", ""))


def _read(data: Mapping[str, Any]) -> Process:
    decision = data["decision"]
    deadline = data.get("deadline")
    appointment = data.get("appointment")
    fee = data.get("fee") or {"amount_cents": "0", "when": "none"}
    return Process(
        states={
            code: State(
                code=code, label=_text(state["label"]), public=_text(state["public"]), kind=state["kind"]
            )
            for code, state in data["states"].items()
        },
        transitions=tuple(
            Transition(source=move["from"], action=move["action"], target=move["to"])
            for move in data["transitions"]
        ),
        deadline=Deadline(
            amount=int(deadline["amount"]), unit=deadline["unit"], legal_basis=deadline.get("legal_basis", "")
        )
        if deadline
        else None,
        checks=tuple(
            Check(
                id=check["id"],
                label=_text(check["label"]),
                ok_if=check["ok_if"],
                severity=check["severity"],
                legal_basis=check.get("legal_basis", ""),
                otherwise=_text(check.get("else")),
            )
            for check in data.get("checks", [])
        ),
        fee=Fee(
            amount_cents=str(fee["amount_cents"]),
            label=_text(fee.get("label")),
            legal_basis=fee.get("legal_basis", ""),
            when=fee.get("when", "none"),
        ),
        decision_kinds=tuple(decision["kinds"]),
        four_eyes=str(decision.get("four_eyes", "false")).lower()
        if isinstance(decision.get("four_eyes"), bool)
        else str(decision.get("four_eyes", "false")),
        blocks=tuple(
            Block(
                id=block["id"],
                kinds=tuple(block["kinds"]),
                label=_text(block["label"]).de,
                text=_text(block["text"]).de,
            )
            for block in decision.get("blocks", [])
        ),
        letters={kind: _text(letter).de for kind, letter in decision.get("letters", {}).items()},
        remedy=_text(decision.get("remedy")).de,
        appointment=Appointment(
            office=appointment["office"],
            purpose=_text(appointment["purpose"]),
            minutes=int(appointment["minutes"]),
        )
        if appointment
        else None,
        objection=bool(data.get("objection", False)),
        file_plan=str(data["file_plan"]),
        retention_years=int(data["retention_years"]),
        source=data,
    )


def _unknown_states(process: Process) -> list[dict[str, str]]:
    problems = []
    for index, move in enumerate(process.transitions):
        for state in (move.source, move.target):
            if state not in process.states:
                message = f"Der Zustand „{state}“ ist nicht beschrieben."
                problems.append({"path": f"transitions[{index}]", "message": message})
        if move.action not in ACTIONS:
            message = f"Die Handlung „{move.action}“ kennt das System nicht."
            problems.append({"path": f"transitions[{index}]", "message": message})
    return problems


def _faulty_expressions(process: Process) -> list[dict[str, str]]:
    places = {
        "fee.amount_cents": process.fee.amount_cents,
        "decision.four_eyes": process.four_eyes,
        **{f"checks[{check.id}].ok_if": check.ok_if for check in process.checks},
    }
    problems = []
    for path, expression in places.items():
        try:
            feel.compile(expression)
        except feel.FeelError as error:
            problems.append({"path": path, "message": str(error)})
    return problems
