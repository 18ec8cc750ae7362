"""Who sees which record: need to know, by office, role and confidentiality level. One rule for lists and for one object.

A reader of an office sees its open and restricted records ("nur für den Dienstgebrauch"); confidential ones need a team lead or the records
manager, secret ones the records manager of the office. What belongs to no office yet (a record that just arrived) is the
records manager's. Administrators keep the system, they do not read records. Auditors read all; every reading is in the log.
"""

from __future__ import annotations

from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from stadtkern.casework.records.models import (
    Confidentiality,
    DocumentFormat,
    DocumentRecord,
    FileRecord,
    ProcessRecord,
)
from stadtkern.foundation.access.api import Actor, NotVisible, Role
from stadtkern.foundation.organizations import api as organizations

READERS: Final = (Role.CASEWORKER, Role.TEAM_LEAD, Role.RECORDS_MANAGER)
ALL: Final = (*READERS, Role.AUDITOR)
LEVELS: Final = (
    ((Confidentiality.UNKNOWN, Confidentiality.OPEN, Confidentiality.RESTRICTED), READERS),
    ((Confidentiality.CONFIDENTIAL,), (Role.TEAM_LEAD, Role.RECORDS_MANAGER)),
    ((Confidentiality.SECRET, Confidentiality.TOP_SECRET), (Role.RECORDS_MANAGER,)),
)
T = TypeVar("T", FileRecord, ProcessRecord, DocumentRecord)


def visible_to(actor: Actor, table: type[T]) -> QuerySet[T]:
    """The files, process records or documents an actor may read."""
    rows = table._default_manager.all()
    if actor.kind == "system" or (actor.is_staff and actor.has(Role.AUDITOR)):
        return rows
    if not actor.is_staff or not actor.has(*READERS):
        return rows.none()
    rule = Q()
    for levels, roles in LEVELS:
        rule |= Q(confidentiality__in=levels) & _place(actor, roles)
    if table is FileRecord:
        rule |= Q(collective=True)  # the cover only: what lies in it is judged one by one
    return rows.filter(rule)


def _place(actor: Actor, roles: tuple[Role, ...]) -> Q:
    """The offices in which the actor has one of the roles; a role in a team counts for the team's office."""
    if not actor.has(*roles):
        return Q(pk__in=[])
    offices = actor.offices(*roles)
    if offices is None:
        return Q()
    teams = actor.teams(*roles)
    of_teams = {team.office_id for team in organizations.teams() if team.id in teams} if teams else set()
    return Q(office_id__in=sorted(offices | of_teams))


def find(actor: Actor, uid: UUID) -> FileRecord | ProcessRecord:
    """A file or process record by its UUID; raises ``NotVisible``."""
    found = visible_to(actor, FileRecord).filter(uid=uid).select_related("office", "parent").first()
    process = (
        visible_to(actor, ProcessRecord).filter(uid=uid).select_related("office", "file", "parent").first()
    )
    either = found or process
    if either is None:
        raise NotVisible()
    return either


def find_document(actor: Actor, uid: UUID) -> DocumentRecord:
    """A document by its UUID; raises ``NotVisible``."""
    document = visible_to(actor, DocumentRecord).filter(uid=uid).first()
    if document is None:
        raise NotVisible()
    return document


def find_content(actor: Actor, uid: UUID, format_id: UUID) -> DocumentFormat:
    """One stored content of a document; raises ``NotVisible``."""
    document = find_document(actor, uid)
    content = DocumentFormat.objects.filter(
        pk=format_id, version__document=document, file_id__isnull=False
    ).first()
    if content is None:
        raise NotVisible()
    return content
