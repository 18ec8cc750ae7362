"""Every write to municipalities, offices and teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from stadtkern.foundation.organizations import policies, rules
from stadtkern.foundation.organizations.middleware import forget
from stadtkern.foundation.organizations.models import Municipality, Office, Team
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.foundation.tenancy.events import tell
from stadtkern.kernel.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from stadtkern.foundation.access.actor import Actor

EDITABLE: Final = frozenset(
    {
        "name", "kind", "ags", "state", "domains", "languages", "color_primary", "color_accent", "sender_email",
        "phone", "address", "brand",
    }
)  # fmt: skip
OPERATOR_ONLY: Final = frozenset({"domains", "active"})


class SlugTaken(Conflict):
    """The short name is in use."""

    code = "slug-taken"
    message = "Dieses Kürzel ist schon vergeben. Wählen Sie ein anderes."
    message_en = "This short name is taken. Choose another one."


class FieldProblems(InvalidInput):
    """Some values cannot be stored; ``problems`` names field and reason."""

    code = "invalid-fields"

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(problems.values()), extra={"fields": dict(problems)})


@transaction.atomic
def create_municipality(*, actor: Actor, slug: str, values: Mapping[str, Any], now: datetime) -> UUID:
    """A new tenant. The first one runs the installation. Raises ``SlugTaken``, ``FieldProblems``, ``NotAllowed``."""
    policies.require_operator(actor)
    row = Municipality(slug=slug.strip().lower(), operator=not Municipality.objects.exists())
    _apply(row, values, EDITABLE)
    problems = check_values({"slug": row.slug, **values})
    if problems:
        raise FieldProblems(problems)
    _save(row)
    _tell_created(actor, row, now)
    forget()
    return row.pk


def _tell_created(actor: Actor, row: Municipality, now: datetime) -> None:
    """The log belongs to a municipality: the first one tells its own creation."""
    if row.operator:
        actor = replace(actor, tenant_id=row.pk)
    with tenancy.act_for(actor.tenant_id):
        created = ("municipality", row.pk)
        tell(actor=actor, action="organizations.create_municipality", obj=created, now=now, slug=row.slug)


@transaction.atomic
def update_municipality(
    *, actor: Actor, municipality_id: UUID, values: Mapping[str, Any], now: datetime
) -> None:
    """Change what people see of a municipality. Domains and state of operation belong to the operator."""
    row = policies.find_municipality(actor, municipality_id)
    allowed = EDITABLE | {"active", "logo_file_id", "mail_tested_at"}
    if not policies.is_operator(actor) and actor.kind != "system":
        allowed -= OPERATOR_ONLY
    if values.get("active") is False and row.operator:
        raise Conflict("Die Kommune, die die Installation betreibt, bleibt in Betrieb.")
    problems = check_values(values)
    if problems:
        raise FieldProblems(problems)
    changed = _apply(row, values, allowed)
    _save(row)
    tell(
        actor=actor,
        action="organizations.update_municipality",
        obj=("municipality", row.pk),
        now=now,
        changed=changed,
    )
    forget()


def check_values(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the values, by field."""
    problems: dict[str, str] = {}
    if "slug" in values and not rules.SLUG.match(values["slug"]):
        problems["slug"] = "Das Kürzel besteht aus kleinen Buchstaben, Ziffern und Bindestrichen."
    if "name" in values and not str(values["name"]).strip():
        problems["name"] = "Geben Sie den Namen der Kommune an."
    if values.get("ags") and rules.state_of_ags(values["ags"]) is None:
        problems["ags"] = (
            "Der Amtliche Gemeindeschlüssel hat acht Ziffern und beginnt mit der Nummer des Landes (01–16)."
        )
    for field in ("color_primary", "color_accent"):
        if field in values and (problem := rules.color_problem(values[field])):
            problems[field] = problem
    if wrong := [host for host in values.get("domains", []) if not rules.HOST.match(host)]:
        problems["domains"] = f"Das ist keine Adresse im Netz: {', '.join(wrong)}"
    return problems


def _apply(row: Any, values: Mapping[str, Any], allowed: frozenset[str]) -> list[str]:
    changed = sorted(name for name in values if name in allowed and getattr(row, name) != values[name])
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _save(row: Municipality | Office | Team) -> None:
    """Save after the model's own checks; a taken short name is told apart from other problems."""
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise FieldProblems({name: " ".join(texts) for name, texts in error.message_dict.items()}) from error
    except IntegrityError as error:
        raise SlugTaken() from error


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeValues:
    """What an office is made of."""

    name: str
    name_en: str = ""
    slug: str = ""
    parent_id: UUID | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    opening_hours: str = ""
    active: bool = True


@transaction.atomic
def save_office(*, actor: Actor, office_id: UUID | None, values: OfficeValues, now: datetime) -> UUID:
    """Create or change an office. Raises ``FieldProblems`` (name, slug, parent), ``SlugTaken``."""
    policies.require_administrator(actor)
    row = policies.find_office(actor, office_id) if office_id else Office()
    row.name, row.name_en = values.name.strip(), values.name_en.strip()
    row.slug = values.slug or row.slug or rules.slug_of(values.name)
    row.address, row.phone, row.email = values.address.strip(), values.phone.strip(), values.email.strip()
    row.opening_hours, row.active = values.opening_hours.strip(), values.active
    _check_office(actor, row, office_id, values.parent_id)
    row.parent_id = values.parent_id
    _save(row)
    action = "organizations.update_office" if office_id else "organizations.create_office"
    tell(actor=actor, action=action, obj=("office", row.pk), now=now, slug=row.slug)
    return row.pk


def _check_office(actor: Actor, row: Office, office_id: UUID | None, parent_id: UUID | None) -> None:
    problems = {}
    if not row.name:
        problems["name"] = "Geben Sie den Namen des Amtes an."
    elif not rules.SLUG.match(row.slug):
        problems["slug"] = "Das Kürzel besteht aus kleinen Buchstaben, Ziffern und Bindestrichen."
    parents = dict(Office.objects.order_by("id").values_list("pk", "parent_id"))
    if parent_id is not None and parent_id not in parents:
        problems["parent"] = "Dieses übergeordnete Amt gibt es nicht."
    elif office_id is not None and rules.would_be_cycle(office_id, parent_id, parents):
        problems["parent"] = "Ein Amt kann nicht unter sich selbst liegen."
    if office_id is not None and not row.active and row.children.filter(active=True).exists():
        problems["active"] = "Schließen Sie zuerst die Ämter darunter."
    if problems:
        raise FieldProblems(problems)


@transaction.atomic
def save_team(
    *, actor: Actor, team_id: UUID | None, office_id: UUID, name: str, slug: str, active: bool, now: datetime
) -> UUID:
    """Create or change a team of an office. Raises ``FieldProblems``, ``SlugTaken``."""
    policies.require_administrator(actor)
    office = policies.find_office(actor, office_id)
    row = policies.find_team(actor, team_id) if team_id else Team()
    if not name.strip():
        raise FieldProblems({"name": "Geben Sie den Namen des Teams an."})
    row.office, row.name, row.active = office, name.strip(), active
    row.slug = slug or row.slug or rules.slug_of(f"{office.slug}-{name}")
    _save(row)
    action = "organizations.update_team" if team_id else "organizations.create_team"
    tell(actor=actor, action=action, obj=("team", row.pk), now=now, slug=row.slug)
    return row.pk
