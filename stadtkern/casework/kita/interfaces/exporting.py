"""Everything of a provider as one ZIP: tables as CSV and JSON with the same columns, and a list of what is in it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from uuid import UUID

from django.db.models import QuerySet

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import (
    Absence,
    BlockedSeat,
    Catalogue,
    ClaimReview,
    Contract,
    ContractChange,
    ContractTerms,
    Deviation,
    Facility,
    ListEntry,
    Offer,
    OwnRanking,
    Provider,
    ProviderConfirmation,
    ProviderStaff,
    Registration,
    SeatClass,
    SeatCount,
)
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock

IN_MEMORY: Final = 8 * 1024 * 1024
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def export(*, actor: Actor, provider_id: UUID, now: datetime) -> IO[bytes]:
    """The ZIP, at its beginning. The provider's managers, or the office for it. Raises ``NotVisible``, ``NotAllowed``."""
    today = clock.local(now).date()
    provider = policies.providers_visible_to(actor, today).filter(pk=provider_id).first()
    if provider is None:
        raise NotVisible()
    scope = policies.scope_of(actor, today)
    if not scope.office and provider.pk not in scope.manages:
        raise NotAllowed()
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the caller closes it)
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, rows in tables(provider).items():
            counts[name] = _write(zipped, name, rows)
        catalogues = Catalogue.objects.filter(provider=provider).order_by("catalogue_id", "version")
        for row in catalogues:
            zipped.writestr(f"kataloge/{row.catalogue_id}-{row.version}.json", _json(row.document))
        zipped.writestr("inhalt.json", _json(_contents(provider, counts, now)))
    audit.record(
        actor=actor,
        action="kita.export_provider",
        obj=("kita_provider", provider.pk),
        now=now,
        details=dict(counts),
    )
    file.seek(0)
    return file


def _contents(provider: Provider, counts: Mapping[str, int], now: datetime) -> dict[str, Any]:
    return {
        "format": "kita-provider-export-1",
        "provider": {
            "key": provider.key,
            "name": provider.name,
            "kind": provider.kind,
            "level": provider.level,
        },
        "exported_at": now.isoformat(),
        "tables": dict(counts),
        "left_out": ["ranks of wishes", "income of families", "hardship", "decisions of other providers"],
    }


def tables(provider: Provider) -> dict[str, Iterable[Mapping[str, Any]]]:
    """What belongs to a provider, table by table. Never a family's ranks or income, nor what another provider decided."""
    kitas = Facility.objects.filter(provider=provider)
    applicants = policies.applicants_of(kitas)
    seats = SeatClass.objects.filter(facility__provider=provider)
    return {
        "kitas": _of(kitas, "key name kind street postcode town longitude latitude concepts languages opens closes lunch text "
                     "email phone accepting_from_on closed_on"),
        "platzarten": _of(seats, "id facility__key name from_months to_months max_hours tag free_from_on"),
        "platzzahlen": _of(SeatCount.objects.filter(seat_class__in=seats), "seat_class from_on to_on permitted planned staffed"),
        "sperren": _of(BlockedSeat.objects.filter(provider=provider), "seat_class count reason author_name from_on to_on lifted_at"),
        "personal": _of(ProviderStaff.objects.filter(provider=provider), "account__display_name facility__key function valid_from_on valid_to_on"),
        "bewerbungen": _of(applicants, "number state child__given_names child__family_name child__birth_date child__expected_on "
                           "start_on latest_on hours integration language registered_at"),
        "sorgeberechtigte": _of(_guardians(provider, applicants), "registration__number given_names family_name email phone"),
        "pruefungen": _of(ClaimReview.objects.filter(provider=provider), "claim__registration__number claim__criterion verdict reason "
                          "valid_to_on reviewer_name reviewed_at"),
        "vertraege": _of(Contract.objects.filter(provider=provider), "id facility__key child__given_names child__family_name "
                         "child__birth_date registration__number seat_class__name hours lunch from_on to_on state signed_on source follows"),
        "startplaene": _of(ContractTerms.objects.filter(provider=provider), "contract meeting_at settling_from_on settling_days "
                           "settling_to_on key_person note presented_at signed_at signed_by"),
        "aenderungen": _of(ContractChange.objects.filter(provider=provider), "contract kind by hours effective_on reason state asked_at "
                           "decided_at decided_by_name answer"),
        "abwesenheiten": _of(Absence.objects.filter(provider=provider), "contract kind from_on to_on told_at told_by"),
        "listen": _of(ListEntry.objects.filter(provider=provider), "round__name facility__key registration__number position points "
                      "ticket_rank hours start_on proposed placed protected"),
        "abweichungen": _of(Deviation.objects.filter(provider=provider), "round__name facility__key out__number into__number reason note "
                            "state asked_by_name asked_at decided_by_name decided_at"),
        "bestaetigungen": _of(ProviderConfirmation.objects.filter(provider=provider), "round__name confirmed_at confirmed_by_name automatic"),
        "angebote": _of(Offer.objects.filter(provider=provider), "round__name facility__key registration__number hours start_on state "
                        "outside_wishes expires_on sent_at answered_at"),
        "ranglisten": _of(OwnRanking.objects.filter(provider=provider), "facility__key registration_ids updated_at updated_by_name"),
    }  # fmt: skip


def _guardians(provider: Provider, applicants: QuerySet[Registration]) -> QuerySet[Any]:
    """Whom to reach about children who wish a Kita of the provider or have a contract there."""
    from django.db.models import Q

    from stadtkern.casework.kita.models import Guardian

    under_contract = Contract.objects.filter(provider=provider, registration__isnull=False).values(
        "registration"
    )
    return Guardian.objects.filter(
        Q(registration__in=applicants.values("pk")) | Q(registration__in=under_contract)
    )


def _of(rows: QuerySet[Any], columns: str) -> Iterable[Mapping[str, Any]]:
    names = columns.split()
    for row in rows.order_by("pk").values_list(*names).iterator(chunk_size=2_000):
        yield {name.replace("__", "_"): _plain(value) for name, value in zip(names, row, strict=True)}


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(clock.ZONE).isoformat()
    if isinstance(value, date) or hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def _write(zipped: zipfile.ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Both files of a table. CSV in UTF-8 with a mark, so that spreadsheets read umlauts; a cell never begins like a formula."""
    found = list(rows)
    zipped.writestr(f"{name}.json", _json(found))
    text = io.StringIO()
    if found:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(found[0].keys())
        writer.writerows([_cell(value) for value in row.values()] for row in found)
    zipped.writestr(f"{name}.csv", "\ufeff" + text.getvalue())
    return len(found)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
