"""Documents that were filed before versions existed become version 1, also in closed records."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from stadtkern.runtime import boot

BEFORE = """
INSERT INTO records_filerecord (id, tenant_id, plan_unit, title)
    VALUES ('01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-0000000000aa', '20.11', 'Akte 20.11');
INSERT INTO records_processrecord (id, tenant_id, reference, subject, opened_at, retention_years, file_id)
    VALUES ('01990000-0000-7000-8000-000000000002', '01990000-0000-7000-8000-0000000000aa', 'HS-1', 'Hund', now(), 10,
            '01990000-0000-7000-8000-000000000001');
INSERT INTO records_documentrecord (tenant_id, title, kind, direction, file_id, sha256, filed_at, process_id)
    SELECT '01990000-0000-7000-8000-0000000000aa', 'Blatt ' || n, 'k', 'in', uuidv7(), repeat('a', 64), now(),
           '01990000-0000-7000-8000-000000000002' FROM generate_series(1, 50) n;
UPDATE records_processrecord SET closed_at = now(), retention_until_on = '2040-01-01';
"""
AFTER = """
SELECT count(*), count(DISTINCT d.uid), count(f.file_id), min(f.sha256), min(v.number)
FROM records_documentrecord d
JOIN records_documentversion v ON v.document_id = d.id JOIN records_documentformat f ON f.version_id = v.id
WHERE d.subject LIKE 'Blatt %'
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_filed_documents_become_versions() -> None:
    with boot.as_owner():
        options = connection.settings_dict["OPTIONS"]
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA before_versions")
        connection.close()
        connection.settings_dict["OPTIONS"] = {**options, "options": "-c search_path=before_versions"}
        try:
            call_command("migrate", "records", "0002", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute(BEFORE)
            call_command("migrate", "records", "0005", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute(AFTER)
                assert cursor.fetchone() == (50, 50, 50, "a" * 64, "1")
                cursor.execute("SELECT collective, reference, subject FROM records_filerecord")
                assert cursor.fetchall() == [(True, "20.11", "Akte 20.11")]
        finally:
            connection.close()
            connection.settings_dict["OPTIONS"] = options
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA before_versions CASCADE")
