"""Staff by CSV: read, judge row by row, import what is right and report the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from stadtkern.foundation.access import actions
from stadtkern.foundation.access.actor import Actor
from stadtkern.foundation.access.models import Role
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput

COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "login": frozenset({"login", "anmeldename", "benutzername"}),
    "name": frozenset({"name", "anzeigename"}),
    "email": frozenset({"email", "e-mail", "mail"}),
    "role": frozenset({"role", "rolle"}),
    "office": frozenset({"office", "amt"}),
    "team": frozenset({"team"}),
}
REQUIRED: Final = ("login", "name", "role")
MAX_ROWS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One person of the list, checked."""

    line: int
    login: str
    name: str
    email: str
    role: str
    office_id: UUID | None
    team_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line that is not taken; ``line`` counts from 1 and includes the heading."""

    line: int
    message: str


@dataclass(slots=True, kw_only=True)
class StaffList:
    """What was read."""

    rows: list[StaffRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(raw: bytes | str) -> StaffList:
    """Read and check a list; raises ``InvalidInput`` when it has no usable heading."""
    text = raw if isinstance(raw, str) else decode(raw)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    heading = next(reader, [])
    columns = _columns([cell.strip().lower() for cell in heading])
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise InvalidInput(
            f"In der ersten Zeile fehlen Spalten: {', '.join(missing)}. Nötig: login, name, email, role, office, team."
        )
    places = _Places()
    result = StaffList()
    seen: set[str] = set()
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(result.rows) + len(result.problems) >= MAX_ROWS:
            raise InvalidInput(f"Die Liste hat mehr als {MAX_ROWS} Zeilen. Teilen Sie sie auf.")
        values = {name: cells[index].strip() if index < len(cells) else "" for name, index in columns.items()}
        found = _row(reader.line_num, values, places, seen)
        if isinstance(found, Problem):
            result.problems.append(found)
        else:
            seen.add(found.login.lower())
            result.rows.append(found)
    return result


def decode(raw: bytes) -> str:
    """Text of a file from a German office: UTF-8, else Windows-1252."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _columns(heading: list[str]) -> dict[str, int]:
    return {
        name: index
        for index, cell in enumerate(heading)
        for name, aliases in COLUMNS.items()
        if cell.lstrip("\ufeff") in aliases
    }


class _Places:
    """Offices and teams by short name and by name."""

    def __init__(self) -> None:
        self.offices = {
            key.lower(): row.id for row in organizations.offices() for key in (row.slug, row.name)
        }
        self.teams = {key.lower(): row for row in organizations.teams() for key in (row.slug, row.name)}
        self.roles = {key.lower(): value for value, label in Role.choices for key in (value, str(label))}


def _row(line: int, values: dict[str, str], places: _Places, seen: set[str]) -> StaffRow | Problem:
    login, name, email = values["login"], values["name"], values.get("email", "").lower()
    role = places.roles.get(values["role"].lower())
    office, team_name = values.get("office", ""), values.get("team", "")
    office_id = places.offices.get(office.lower()) if office else None
    team = places.teams.get(team_name.lower()) if team_name else None
    reason = _reason(login, name, email, seen)
    if not reason and role is None:
        reason = f"Die Rolle „{values['role']}“ gibt es nicht. Möglich: {', '.join(Role.values)}."
    if not reason and office and office_id is None:
        reason = f"Das Amt „{office}“ gibt es nicht."
    if not reason and team_name and (team is None or (office_id and team.office_id != office_id)):
        reason = f"Das Team „{team_name}“ gibt es dort nicht."
    if reason or role is None:
        return Problem(line=line, message=reason)
    team_id = team.id if team else None
    return StaffRow(
        line=line, login=login, name=name, email=email, role=role, office_id=office_id, team_id=team_id
    )


def _reason(login: str, name: str, email: str, seen: set[str]) -> str:
    if not login or not name:
        return "Anmeldename oder Name fehlt."
    if not all(char.isalnum() or char in "@.+-_" for char in login) or len(login) > 150:
        return f"Der Anmeldename „{login}“ enthält andere Zeichen als Buchstaben, Ziffern und @ . + - _."
    if login.lower() in seen:
        return f"Der Anmeldename „{login}“ steht schon in einer Zeile davor."
    if accounts.by_login(login) is not None:
        return f"Den Anmeldenamen „{login}“ gibt es schon."
    if email:
        try:
            validate_email(email)
        except ValidationError:
            return f"„{email}“ ist keine E-Mail-Adresse."
    return ""


def import_rows(*, actor: Actor, rows: list[StaffRow], now: datetime) -> tuple[int, list[Problem]]:
    """Create accounts with their role, each row for itself: (how many, what failed after all)."""
    created, problems = 0, list[Problem]()
    for row in rows:
        try:
            _import(actor, row, now)
            created += 1
        except DomainError as error:
            problems.append(Problem(line=row.line, message=error.text(actor.language)))
    return created, problems


@transaction.atomic
def _import(actor: Actor, row: StaffRow, now: datetime) -> None:
    account_id = accounts.create_staff_account(
        actor=actor, login=row.login, name=row.name, email=row.email, now=now
    )
    actions.assign_role(
        actor=actor,
        account_id=account_id,
        role=row.role,
        office_id=row.office_id,
        team_id=row.team_id,
        valid_from_on=clock.local(now).date(),
        now=now,
    )
