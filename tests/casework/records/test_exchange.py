"""Records come and go by xdomea: nothing lost, nothing twice, and closed means closed."""

from __future__ import annotations

import dataclasses
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import Error, connection, transaction

from stadtkern.casework.records import api, exporting, verifying
from stadtkern.casework.records.actions.handing_over import hand_over
from stadtkern.casework.records.actions.taking_over import Taken, take_over
from stadtkern.casework.records.models import (
    Appraisal,
    DocumentFormat,
    DocumentRecord,
    DocumentVersion,
    FilePlanUnit,
    FileRecord,
    HistoryEntry,
    Origin,
    ProcessRecord,
    RecordMessage,
)
from stadtkern.casework.records.xdomea import messages, reading
from stadtkern.casework.records.xdomea.errors import ALREADY_DONE, DONE, MessageRefused
from stadtkern.casework.records.xdomea.package import Opened, open_package
from stadtkern.casework.records.xdomea.translation import to_dialect
from stadtkern.casework.records.xdomea.versions import V3_1, V4, Version
from stadtkern.casework.records.xdomea.walking import file_names
from stadtkern.foundation.files import api as files
from stadtkern.foundation.tenancy import api as tenancy
from tests.casework.records import schemas
from tests.casework.records.test_xdomea_package import message as small_message
from tests.casework.records.test_xdomea_schemas import richest
from tests.shared import shared_data

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def taken(path: Path, system: Any, now: datetime, office_id: UUID | None = None) -> Taken:
    with open_package(path) as opened:
        return take_over(actor=system, opened=opened, office_id=office_id, now=now)


def packed(folder: Path, xml: bytes, contents: dict[str, bytes], name: str = "paket.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nachricht.xml", xml)
        for each, data in contents.items():
            archive.writestr(each, data)
    return path


def rich_package(
    folder: Path, code: str, version: str = "3.1.0", round: int = 0
) -> tuple[Path, messages.Message]:
    """The richest message of the schema, with a content for each primary document."""
    xml = richest(version, code, round)
    message = reading.read(xml)
    return packed(folder, xml, {name: f"Inhalt von {name}".encode() for name in file_names(message)}), message


def written(
    folder: Path,
    system: Any,
    uid: UUID,
    code: str,
    now: datetime,
    version: Version = V3_1,
    name: str = "out.zip",
) -> Path:
    with (folder / name).open("wb") as target:
        hand_over(actor=system, uid=uid, message_type=code, version=version, target=target, now=now)
    return folder / name


def opened_at(path: Path) -> Opened:
    with open_package(path) as opened:
        return opened


def own_record(now: datetime, office: Any = None) -> UUID:
    record = api.open_record(
        plan_unit="20.11.03", reference="HS-1", subject="Hundesteuer: Wenzel", retention_years=10, now=now
    )
    info = files.store(
        PDF, name="Bescheid über Hundesteuer.pdf", max_bytes=9999, purpose="case", now=now, trusted=True
    )
    api.file_document(
        record_id=record,
        title="Bescheid",
        kind="decision",
        direction="out",
        file_id=info.id,
        sha256=info.sha256,
        now=now,
    )
    return record


@pytest.mark.parametrize("round", [0, 1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_transfer_arrives_whole_and_leaves_as_it_came(
    system: Any, now: datetime, tmp_path: Path, round: int
) -> None:
    package, message = rich_package(tmp_path, "0401", round=round)
    answer = taken(package, system, now)
    assert answer.result_code == DONE
    top = message.body.objects[0]  # type: ignore[union-attr]
    given = top.file or top.process or top.document
    assert to_dialect(exporting.load(UUID(given.identity.uuid)), 3) == to_dialect(given, 3)

    out = written(tmp_path, system, UUID(given.identity.uuid), "0401", now)
    with open_package(out) as again, open_package(package) as first:
        assert schemas.errors(again.xml, "3.1.0", "0401") == []
        assert again.message.body.objects == (top,)  # type: ignore[union-attr]
        for name in file_names(again.message):
            assert again.source.open(name).read() == first.source.open(name).read()
    assert verifying.verify().ok


def test_between_two_empty_installations_only_the_header_differs(
    system: Any, bodenheim: Any, now: datetime, tmp_path: Path
) -> None:
    package, message = rich_package(tmp_path, "0401")
    uid = UUID(message.body.objects[0].file.identity.uuid)  # type: ignore[union-attr]
    taken(package, system, now)
    first = written(tmp_path, system, uid, "0401", now, name="a.zip")
    with tenancy.act_for(bodenheim.pk):
        from stadtkern.foundation.access.api import system as system_of

        other = system_of(bodenheim.pk)
        taken(first, other, now)
        second = written(tmp_path, other, uid, "0401", now, name="b.zip")
    a, b = opened_at(first), opened_at(second)
    assert a.message.body == b.message.body
    assert a.message.header != b.message.header


def test_disposal_in_4_goes_out_and_comes_in(system: Any, now: datetime, tmp_path: Path) -> None:
    package, message = rich_package(tmp_path, "0503", "4.0.0")
    uid = UUID(message.body.objects[0].file.identity.uuid)  # type: ignore[union-attr]
    assert taken(package, system, now).version == "4.0.0"
    out = opened_at(written(tmp_path, system, uid, "0503", now, V4))
    assert schemas.errors(out.xml, "4.0.0", "0503") == []
    assert out.message.body.objects == message.body.objects[:1]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "version"), [("0401", V3_1), ("0501", V3_1), ("0503", V3_1), ("0501", V4), ("0503", V4)]
)
def test_own_records_are_valid_messages(
    system: Any, now: datetime, tmp_path: Path, code: str, version: Version
) -> None:
    record = own_record(now)
    api.close_record(actor=system, record_id=record, now=now)
    uid = ProcessRecord.objects.get(pk=record).uid
    out = written(tmp_path, system, uid, code, now, version)
    with open_package(out) as opened:
        assert schemas.errors(opened.xml, version.number, code) == []
        process = opened.message.body.objects[0].process  # type: ignore[union-attr]
        assert process.metadata.reference == "HS-1"
        assert process.closed
        assert process.disposal.retention_end == "2035-12-31"
        names = list(file_names(opened.message))
        assert len(names) == (0 if code == "0501" else 1)
        for name in names:
            assert opened.source.open(name).read() == PDF
    whole_file = written(tmp_path, system, FileRecord.objects.get().uid, code, now, version)
    assert schemas.errors(opened_at(whole_file).xml, version.number, code) == []
    assert RecordMessage.objects.filter(direction="out").count() == 2


def test_the_same_message_twice_changes_nothing(system: Any, now: datetime, tmp_path: Path) -> None:
    package, _ = rich_package(tmp_path, "0401")
    first = taken(package, system, now)
    counts = {
        table: table.objects.count() for table in (FileRecord, DocumentRecord, DocumentFormat, HistoryEntry)
    }
    again = taken(package, system, now)
    assert (again.result_code, again.objects) == (ALREADY_DONE, first.objects)
    # another message with the very same objects: also known
    xml = richest("3.1.0", "0401", 0).replace(b"2021-03-04T05:06:07Z", b"2021-03-04T05:06:08Z", 1)
    with open_package(package) as opened:
        other = packed(tmp_path, xml, dict.fromkeys(file_names(opened.message), b""), "zweites.zip")
    assert taken(other, system, now).result_code == ALREADY_DONE
    assert counts == {table: table.objects.count() for table in counts}


def test_a_known_object_with_another_content_is_refused(system: Any, now: datetime, tmp_path: Path) -> None:
    name = "F4BCAAF7-d7cb-11ef-a278-005056871b7c_Müller.txt"
    taken(packed(tmp_path, small_message().encode(), {name: b"x"}), system, now)
    changed = small_message(extra="<x:Bezug>anders</x:Bezug>").encode()
    with pytest.raises(MessageRefused, match="anderem Inhalt"):
        taken(packed(tmp_path, changed, {name: b"x"}, "b.zip"), system, now)
    assert DocumentRecord.objects.count() == 1
    assert RecordMessage.objects.count() == 1


def test_upper_and_lower_case_in_uuids(system: Any, now: datetime, tmp_path: Path) -> None:
    name = "f4bcaaf7-d7cb-11ef-a278-005056871b7c.txt"
    upper = "9FDE4E7A-B41B-11EC-9225-005056871B7C"
    xml = small_message(name=name, uuid=upper)
    taken(packed(tmp_path, xml.encode(), {name: b"x"}), system, now)
    assert exporting.load(UUID(upper)).identity.uuid == upper
    lower = packed(tmp_path, small_message(name=name, uuid=upper.lower()).encode(), {name: b"x"}, "b.zip")
    with pytest.raises(
        MessageRefused
    ):  # the same object; another spelling is another content only in its spelling
        taken(lower, system, now)
    assert DocumentRecord.objects.count() == 1


def test_a_failure_in_the_middle_leaves_nothing(
    system: Any, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, _ = rich_package(tmp_path, "0401")
    calls = 0
    real = files.store

    def full(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr("stadtkern.casework.records.actions.storing.files.store", full)
    with pytest.raises(OSError, match="space"):
        taken(package, system, now)
    assert not RecordMessage.objects.exists()
    assert not FileRecord.objects.exists()
    monkeypatch.undo()
    assert taken(package, system, now).result_code == DONE


def test_all_samples_are_taken_over(system: Any, now: datetime) -> None:
    folder = shared_data(str(schemas.SAMPLES))
    answers = {
        answer.message: answer
        for answer in (taken(path, system, now) for path in sorted(folder.glob("*.xml")))
    }
    assert set(answers) == {"0501", "0502", "0503", "0504"}
    assert {answer.result_code for answer in answers.values()} == {DONE}
    assert [(each.kind, each.uuid) for each in answers["0503"].objects] == [
        ("process", "67e456ea-b420-11ec-b503-005056871b7c"),
        ("document", "7bf9473a-b4a7-11ec-a407-005056871b7c"),
    ]
    assert Appraisal.objects.get().kind == "A"
    assert FileRecord.objects.get(uid=answers["0501"].objects[0].uuid).origin == Origin.OFFERED
    assert not DocumentFormat.objects.filter(
        file_id=None, version__document__origin=Origin.TAKEN_OVER
    ).exists()


def test_a_file_plan_is_kept_once(system: Any, now: datetime, tmp_path: Path) -> None:
    package, message = rich_package(tmp_path, "0401")
    taken(package, system, now)
    plan = message.body.plans[0]  # type: ignore[union-attr]
    assert FilePlanUnit.objects.count() > 1
    from stadtkern.casework.records.models import FilePlan
    from stadtkern.casework.records.plans import keep_plan, load_plan

    assert load_plan(FilePlan.objects.get()) == plan
    keep_plan(plan, None)  # type: ignore[arg-type]
    assert FilePlan.objects.count() == 1


# --- closed means closed -----------------------------------------------------------------------------------------


def refused(action: Any) -> bool:
    try:
        with transaction.atomic():
            action()
    except Error as error:
        return "zdA" in str(error) or "immutable" in str(error) or "disposal" in str(error)
    return False


def test_documents_and_versions_never_change(system: Any, now: datetime) -> None:
    own_record(now)
    for table, column in (
        (DocumentRecord, "subject"),
        (DocumentVersion, "number"),
        (DocumentFormat, "sha256"),
    ):
        assert refused(lambda t=table, c=column: t.objects.update(**{c: "anders"})), table
        assert refused(lambda t=table: t.objects.all()._raw_delete("default")), table
    assert refused(lambda: ProcessRecord.objects.all()._raw_delete("default"))
    assert refused(lambda: FileRecord.objects.all()._raw_delete("default"))


def test_what_lies_in_a_closed_file_is_closed(system: Any, now: datetime) -> None:
    top = FileRecord.objects.create(subject="Akte", opened_at=now)
    inner = FileRecord.objects.create(subject="Teilakte", parent=top, opened_at=now)
    process = ProcessRecord.objects.create(file=inner, subject="Vorgang", opened_at=now)
    part = ProcessRecord.objects.create(parent=process, subject="Teilvorgang", reference="x", opened_at=now)
    document = DocumentRecord.objects.create(process=part, subject="Dokument", filed_at=now)
    version = DocumentVersion.objects.create(document=document, number="1", created_at=now)
    FileRecord.objects.filter(pk=top.pk).update(closed_at=now)
    for what, action in {
        "sub-file": lambda: FileRecord.objects.create(subject="neu", parent=inner),
        "process": lambda: ProcessRecord.objects.create(
            file=inner, subject="neu", reference="y", opened_at=now
        ),
        "part": lambda: ProcessRecord.objects.create(
            parent=process, subject="neu", reference="z", opened_at=now
        ),
        "document": lambda: DocumentRecord.objects.create(process=part, subject="neu", filed_at=now),
        "document in file": lambda: DocumentRecord.objects.create(file=inner, subject="neu", filed_at=now),
        "attachment": lambda: DocumentRecord.objects.create(
            attachment_of=document, subject="neu", filed_at=now
        ),
        "version": lambda: DocumentVersion.objects.create(
            document=document, position=1, number="2", created_at=now
        ),
        "format": lambda: DocumentFormat.objects.create(version=version),
        "history": lambda: HistoryEntry.objects.create(document=document, at=now, actor="a", action="b"),
        "subject": lambda: FileRecord.objects.filter(pk=top.pk).update(subject="neu"),
        "inner subject": lambda: FileRecord.objects.filter(pk=inner.pk).update(subject="neu"),
        "process subject": lambda: ProcessRecord.objects.filter(pk=process.pk).update(subject="neu"),
        "reopen inside": lambda: ProcessRecord.objects.filter(pk=part.pk).update(closed_at=None),
    }.items():
        assert refused(action), what
    FileRecord.objects.filter(pk=top.pk).update(closed_at=None)
    DocumentRecord.objects.create(process=part, subject="neu", filed_at=now)


def test_a_taken_over_closed_file_stays_closed(system: Any, now: datetime, tmp_path: Path) -> None:
    _, message = rich_package(tmp_path, "0401")
    body = message.body
    assert isinstance(body, messages.Handover) and body.objects[0].file is not None
    closed = dataclasses.replace(body.objects[0].file, closed=True, closed_on=None)
    from stadtkern.casework.records.xdomea import writing

    xml = writing.write(
        dataclasses.replace(
            message, body=dataclasses.replace(body, objects=(messages.RecordObject(file=closed),))
        )
    )
    taken(packed(tmp_path, xml, dict.fromkeys(file_names(message), b"x"), "zu.zip"), system, now)
    row = FileRecord.objects.get(uid=UUID(closed.identity.uuid))
    assert row.closed_at == now
    assert refused(lambda: DocumentRecord.objects.create(file=row, subject="neu", filed_at=now))
    assert exporting.load(row.uid) == closed


def test_nobody_sees_another_tenants_records(system: Any, bodenheim: Any, now: datetime) -> None:
    own_record(now)
    with tenancy.act_for(bodenheim.pk):
        for table in (FileRecord, ProcessRecord, DocumentRecord, DocumentVersion, DocumentFormat):
            assert not table.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_documentformat")
        assert cursor.fetchone()[0] == 1


def test_changed_bytes_are_found(system: Any, now: datetime) -> None:
    own_record(now)
    document = DocumentRecord.objects.get()
    version = DocumentVersion.objects.create(document=document, position=1, number="2", created_at=now)
    DocumentFormat.objects.create(
        version=version, file_id=DocumentFormat.objects.get().file_id, sha256="0" * 64
    )
    verdict = verifying.verify()
    assert (verdict.versions, verdict.ok) == (2, False)
    assert verdict.problems == [{"document": str(document.uid), "version": "2", "problem": "content-changed"}]


def test_filing_is_once_and_a_new_version_is_what_others_get(system: Any, now: datetime) -> None:
    record = own_record(now)
    document = api.contents(record).documents[0]
    again = api.file_document(
        record_id=record,
        title="Bescheid",
        kind="decision",
        direction="out",
        file_id=document.file_id,
        sha256=document.sha256,
        now=now,
    )
    assert again == document.id
    assert api.filed_among([document.file_id]) == {document.file_id}
    newer = files.store(PDF + b"2", name="b.pdf", max_bytes=999, purpose="case", now=now, trusted=True)
    version = DocumentVersion.objects.create(document_id=document.id, position=1, number="2", created_at=now)
    DocumentFormat.objects.create(version=version, file_id=newer.id, sha256=newer.sha256)
    assert [each.file_id for each in api.contents(record).documents] == [newer.id]
