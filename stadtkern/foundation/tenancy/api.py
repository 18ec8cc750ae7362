"""The current tenant, in Python and in the database session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from psycopg.pq import TransactionStatus

from stadtkern.kernel.errors import DomainError

_tenant: ContextVar[UUID | None] = ContextVar("stadtkern_tenant", default=None)

SETTING = "stadtkern.tenant"


class NoTenant(DomainError):
    """A tenant table was used without saying for which municipality."""

    code = "no-tenant"
    status = 500
    message = "Es ist keine Kommune ausgewählt."
    message_en = "No municipality is selected."


class UuidV7(Func):
    """``uuidv7()`` of PostgreSQL 18: sortable by time, made by the database."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


def current_id() -> UUID:
    """The tenant all reads and writes are made for; raises ``NoTenant``."""
    tenant = _tenant.get()
    if tenant is None:
        raise NoTenant()
    return tenant


def current_id_or_none() -> UUID | None:
    """The current tenant, or None outside of ``act_for``."""
    return _tenant.get()


@contextmanager
def act_for(tenant_id: UUID) -> Iterator[None]:
    """Read and write for ``tenant_id``; nests, and restores what was before even after an error."""
    before = _tenant.get()
    token = _tenant.set(tenant_id)
    _tell_database(connection, tenant_id)
    try:
        yield
    finally:
        _tenant.reset(token)
        _tell_database(connection, before)


def _tell_database(wrapper: Any, tenant_id: UUID | None) -> None:
    """Set the session variable lazily: a connection that is not open yet gets it when it opens."""
    if wrapper.connection is None or _is_broken(wrapper):
        # Closed: connection_created tells it. Broken transaction: PostgreSQL refuses any statement until the
        # rollback, and the rollback itself restores the value from before the transaction.
        wrapper._stadtkern_tenant = _UNKNOWN
        return
    if getattr(wrapper, "_stadtkern_tenant", _UNKNOWN) == tenant_id:
        return
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, str(tenant_id or "")])
    wrapper._stadtkern_tenant = tenant_id


def _is_broken(wrapper: Any) -> bool:
    if wrapper.needs_rollback or wrapper.connection.closed:
        return True
    return bool(wrapper.connection.info.transaction_status == TransactionStatus.INERROR)


class _Unknown:
    """What the database session believes is not known (fresh connection or broken transaction)."""


_UNKNOWN = _Unknown()


def tell_new_connection(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Receiver of ``connection_created``."""
    wrapper: Any = connection
    wrapper._stadtkern_tenant = _UNKNOWN
    _tell_database(wrapper, _tenant.get())


class TenantModel(models.Model):
    """Base of every row that belongs to a municipality or provider. Its migration adds ``rls.EnableRowSecurity``."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    tenant_id = models.UUIDField(default=current_id, editable=False, db_index=True)

    class Meta:
        abstract = True
