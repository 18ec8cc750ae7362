"""Letters: the print queue and its batches. Every write is one transaction and one audit entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from stadtkern.foundation.access.api import Actor, NotAllowed, Role
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.documents import api as documents
from stadtkern.foundation.files import api as files
from stadtkern.foundation.notifications.models import Letter, PrintBatch
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.canonical import JSON
from stadtkern.kernel.errors import DomainError

BATCH_LETTERS = 200
BATCH_BYTES = 200 * 1024 * 1024


class NothingToPrint(DomainError):
    """No letter waits."""

    code = "nothing-to-print"
    status = 409
    message = "Es wartet kein Brief. Vielleicht hat ihn schon jemand anderes in einen Druckstapel genommen."
    message_en = "No letter is waiting. Perhaps somebody else has already put it into a print batch."


class LetterNotFound(DomainError):
    """No such letter or batch in this municipality."""

    code = "letter-not-found"
    status = 404
    message = "Diesen Brief oder Druckstapel gibt es nicht."
    message_en = "This letter or print batch does not exist."


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterInfo:
    """A letter as others see it. ``state``: waiting, in_batch, printed."""

    id: UUID
    file_id: UUID
    recipient: str
    reference: str
    queued_at: datetime
    state: str
    batch_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchInfo:
    """A print batch as others see it."""

    id: UUID
    number: int
    file_id: UUID
    letter_count: int
    page_count: int
    created_at: datetime
    created_by_id: UUID | None
    printed_at: datetime | None


def queue_letter(*, file_id: UUID, recipient: str, reference: str, now: datetime) -> UUID:
    """Put a stored PDF into the print queue; ``recipient`` are the lines of the address. Returns the letter's id."""
    file = files.info(file_id)
    if file.media_type != files.PDF:
        raise files.WrongFileType()
    return Letter.objects.create(
        file_id=file_id, recipient=recipient.strip(), reference=reference[:60], queued_at=now
    ).pk


def waiting_letters(*, limit: int = 500) -> list[LetterInfo]:
    """Letters without a batch, the oldest first."""
    rows = Letter.objects.filter(batch__isnull=True).order_by("queued_at", "id")
    return [_letter(row) for row in rows[:limit]]


def letter(id: UUID) -> LetterInfo | None:
    """One letter of the current tenant."""
    row = Letter.objects.select_related("batch").filter(pk=id).first()
    return _letter(row) if row else None


def print_batches(*, limit: int = 100) -> list[BatchInfo]:
    """The newest batches first."""
    return [_batch(row) for row in PrintBatch.objects.order_by("-number")[:limit]]


def print_batch(id: UUID) -> BatchInfo | None:
    """One batch of the current tenant."""
    row = PrintBatch.objects.filter(pk=id).first()
    return _batch(row) if row else None


def letters_of(batch_id: UUID) -> list[LetterInfo]:
    """The letters of a batch in the order of its pages."""
    rows = Letter.objects.select_related("batch").filter(batch_id=batch_id).order_by("queued_at", "id")
    return [_letter(row) for row in rows]


def make_batch(*, actor: Actor, now: datetime) -> BatchInfo:
    """Join the oldest waiting letters to one PDF with a cover sheet; raises ``NothingToPrint``."""
    _require(actor)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"print:{actor.tenant_id}"]
            )
        rows = list(
            Letter.objects.select_for_update()
            .filter(batch__isnull=True)
            .order_by("queued_at", "id")[:BATCH_LETTERS]
        )
        if not rows:
            raise NothingToPrint()
        number = (PrintBatch.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        parts = [files.read(row.file_id) for row in rows]
        pages = [documents.page_count(part) for part in parts]
        cover = _cover(number, rows, pages, now)
        content = documents.merge([cover, *parts], title=f"Druckstapel {number}")
        stored = files.store(
            content,
            name=f"Druckstapel-{number}.pdf",
            max_bytes=BATCH_BYTES,
            purpose="print_batch",
            now=now,
            trusted=True,
        )
        batch = PrintBatch.objects.create(
            number=number,
            file_id=stored.id,
            letter_count=len(rows),
            page_count=sum(pages) + documents.page_count(cover),
            created_at=now,
            created_by_id=actor.account_id,
        )
        Letter.objects.filter(pk__in=[row.pk for row in rows]).update(batch=batch)
        audit.record(
            actor=actor,
            action="notifications.make_batch",
            obj=("print_batch", batch.pk),
            now=now,
            details={"number": number, "letters": [str(row.pk) for row in rows]},
        )
    return _batch(batch)


def mark_printed(*, actor: Actor, batch_id: UUID, now: datetime) -> BatchInfo:
    """The batch was printed and posted. Doing it twice changes nothing."""
    _require(actor)
    with transaction.atomic():
        batch = PrintBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None:
            raise LetterNotFound()
        if batch.printed_at is None:
            batch.printed_at, batch.printed_by_id = now, actor.account_id
            batch.save(update_fields=["printed_at", "printed_by_id"])
            audit.record(
                actor=actor, action="notifications.mark_printed", obj=("print_batch", batch.pk), now=now
            )
    return _batch(batch)


def reprint(*, actor: Actor, letter_id: UUID, now: datetime) -> UUID:
    """Print a letter once more (paper jam, damaged envelope): a copy waits in the queue; returns its id."""
    _require(actor)
    with transaction.atomic():
        row = Letter.objects.select_for_update().filter(pk=letter_id).first()
        if row is None:
            raise LetterNotFound()
        row.copies += 1
        row.save(update_fields=["copies"])
        copy = queue_letter(file_id=row.file_id, recipient=row.recipient, reference=row.reference, now=now)
        audit.record(
            actor=actor,
            action="notifications.reprint",
            obj=("letter", row.pk),
            now=now,
            details={"copy": str(copy)},
        )
    return copy


def may_print(actor: Actor) -> bool:
    """The post room: counter staff of this tenant."""
    return actor.is_staff and actor.has(Role.COUNTER) and actor.tenant_id == tenancy.current_id()


def _require(actor: Actor) -> None:
    if not may_print(actor):
        raise NotAllowed()


def _cover(number: int, rows: list[Letter], pages: list[int], now: datetime) -> bytes:
    listed: list[JSON] = [
        [str(place), row.reference, row.recipient.splitlines()[0] if row.recipient else "", str(count)]
        for place, (row, count) in enumerate(zip(rows, pages, strict=True), start=1)
    ]
    data: dict[str, JSON] = {
        "number": str(number),
        "made_at": f"{clock.local(now):%d.%m.%Y, %H:%M} Uhr",
        "letters": str(len(rows)),
        "pages": str(sum(pages)),
        "rows": listed,
    }
    return documents.render_pdf("notifications/batch_cover", data, title=f"Druckstapel {number}")


def _letter(row: Letter) -> LetterInfo:
    printed = row.batch is not None and row.batch.printed_at is not None
    return LetterInfo(
        id=row.pk,
        file_id=row.file_id,
        recipient=row.recipient,
        reference=row.reference,
        queued_at=row.queued_at,
        state="waiting" if row.batch_id is None else "printed" if printed else "in_batch",
        batch_id=row.batch_id,
    )


def _batch(row: PrintBatch) -> BatchInfo:
    return BatchInfo(
        id=row.pk,
        number=row.number,
        file_id=row.file_id,
        letter_count=row.letter_count,
        page_count=row.page_count,
        created_at=row.created_at,
        created_by_id=row.created_by_id,
        printed_at=row.printed_at,
    )
