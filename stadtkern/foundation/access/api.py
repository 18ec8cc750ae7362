"""What other modules use of access: the actor, the marks of views, the errors of policies.

A module's ``policies.py`` has two functions per kind of object, from one rule:
``visible_to(actor) -> QuerySet`` for lists and ``require(actor, action, obj)`` (or ``find(actor, id)``) for one.
"""

from stadtkern.foundation.access.actions import (
    LastAdministrator,
    assign_role,
    delete_absence,
    end_role,
    enter_absence,
)
from stadtkern.foundation.access.actor import Actor, system
from stadtkern.foundation.access.gates import guest_or_resident, machine, public, resident, staff
from stadtkern.foundation.access.mandates import Mandate, PartyKind, Right, register_mandates
from stadtkern.foundation.access.models import Role
from stadtkern.foundation.access.queries import (
    Colleague,
    actor_for,
    basic_actor,
    colleagues,
    has_holder,
    holders,
)
from stadtkern.kernel.errors import NotAllowed, NotVisible

__all__ = [
    "Actor",
    "Colleague",
    "LastAdministrator",
    "Mandate",
    "NotAllowed",
    "NotVisible",
    "PartyKind",
    "Right",
    "Role",
    "actor_for",
    "assign_role",
    "basic_actor",
    "colleagues",
    "delete_absence",
    "end_role",
    "enter_absence",
    "guest_or_resident",
    "has_holder",
    "holders",
    "machine",
    "public",
    "register_mandates",
    "resident",
    "staff",
    "system",
]
