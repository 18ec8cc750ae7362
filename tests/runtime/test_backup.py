"""A backup brings everything back, refuses what it should, and never leaves half a restore."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from stadtkern.kernel import clock
from stadtkern.runtime import environment, testing
from stadtkern.runtime.backup import BackupRefused
from stadtkern.runtime.backup.read import unpack
from stadtkern.runtime.backup.restore import restore_backup
from stadtkern.runtime.backup.write import write_backup
from stadtkern.runtime.postgres import running_server

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "ein langer Satz für die Sicherung"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The owner's address of a second, empty installation's database."""
    server = running_server(testing.SERVER_HOME)
    assert server is not None
    name = f"run_{os.getpid()}_other"
    with psycopg.connect(server.url("superuser", "postgres"), autocommit=True) as admin:
        testing._copy(admin, name, f"template_{testing.schema_checksum()}")
        yield server.url("owner", name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def city(mainz: Any, bodenheim: Any, tmp_path: Path) -> Any:
    """Two municipalities with an account, an office, an audit entry and a stored file each."""
    from stadtkern.foundation.accounts.models import Account, AppPassword
    from stadtkern.foundation.organizations.models import Office
    from stadtkern.foundation.tenancy import api as tenancy

    for home in (mainz, bodenheim):
        account = Account.objects.create(username=f"amt-{home.slug}", kind="staff", home=home)
        AppPassword.objects.create(
            account=account,
            name="Gerät",
            digest=f"{home.slug}-digest",
            scopes=[],
            created_at=clock.real_now(),
        )
        with tenancy.act_for(home.pk):
            parent = Office.objects.create(slug="dezernat", name=f"Dezernat {home.name}\nmit Umbruch\t\\N")
            Office.objects.create(slug="amt", name="Amt", parent=parent)
        file = tmp_path / "data" / "files" / str(home.pk) / "ab" / "cd" / "abcd.01020304"
        file.parent.mkdir(parents=True)
        file.write_bytes(f"verschlüsselt {home.slug}".encode())
        key = tmp_path / "data" / "keys" / str(home.pk) / "master.key"
        key.parent.mkdir(parents=True)
        key.write_bytes(b"k" * 32)
    (tmp_path / "data" / "secrets").mkdir()
    (tmp_path / "data" / "secrets" / "django.key").write_text("geheim")
    return mainz


def back_up(tmp_path: Path, *, tenant: str | None = None, passphrase: str = PASSPHRASE) -> Path:
    target = tmp_path / "sicherung.tar.gz"
    write_backup(
        url=environment.database_url("owner"),
        data_dir=tmp_path / "data",
        target=target,
        tenant=tenant,
        passphrase=passphrase,
    )
    return target


def restore(
    source: Path, url: str, data_dir: Path, *, replace: bool = False, passphrase: str = PASSPHRASE
) -> dict[str, Any]:
    folder = data_dir / f".restore-{os.urandom(4).hex()}"
    folder.mkdir(parents=True)
    backup = unpack(source, folder)
    return restore_backup(backup=backup, url=url, data_dir=data_dir, replace=replace, passphrase=passphrase)


def rows(url: str, table: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        query = sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY 1").format(sql.Identifier(table))
        return connection.execute(query).fetchall()


COMPARED = ("organizations_municipality", "organizations_office", "accounts_account", "accounts_apppassword")


def test_full_backup_into_an_empty_installation(city: Any, elsewhere: str, tmp_path: Path) -> None:
    source = back_up(tmp_path)
    assert source.stat().st_mode & 0o777 == 0o600
    restore(source, elsewhere, tmp_path / "new")
    here = environment.database_url("owner")
    for table in COMPARED:
        assert rows(elsewhere, table) == rows(here, table) != []
    for kept in ("files", "keys", "secrets"):
        for path in (tmp_path / "data" / kept).rglob("*"):
            if path.is_file():
                twin = tmp_path / "new" / path.relative_to(tmp_path / "data")
                assert twin.read_bytes() == path.read_bytes()
    with psycopg.connect(elsewhere) as connection:  # numbering goes on after what was restored
        connection.execute("INSERT INTO auth_group (name) VALUES ('neu')")


def test_one_municipality_brings_nothing_of_another(city: Any, elsewhere: str, tmp_path: Path) -> None:
    source = back_up(tmp_path, tenant="mainz")
    restore(source, elsewhere, tmp_path / "new")
    assert [row[0]["slug"] for row in rows(elsewhere, "organizations_municipality")] == ["mainz"]
    assert {row[0]["tenant_id"] for row in rows(elsewhere, "organizations_office")} == {str(city.pk)}
    assert [row[0]["username"] for row in rows(elsewhere, "accounts_account")] == ["amt-mainz"]
    assert [row[0]["digest"] for row in rows(elsewhere, "accounts_apppassword")] == ["mainz-digest"]
    assert [path.name for path in (tmp_path / "new" / "files").iterdir()] == [str(city.pk)]
    assert b"bodenheim" not in gzip.decompress(source.read_bytes())


def test_existing_municipality_is_only_replaced_when_asked(city: Any, tmp_path: Path) -> None:
    from stadtkern.foundation.organizations.models import Office

    here, data = environment.database_url("owner"), tmp_path / "data"
    source = back_up(tmp_path, tenant="mainz")
    before = rows(here, "organizations_office")
    Office.objects.create(slug="später", name="Später")
    stray = data / "files" / str(city.pk) / "zz"
    stray.write_bytes(b"nach der Sicherung")
    with pytest.raises(BackupRefused, match="--replace"):
        restore(source, here, data)
    assert stray.exists() and len(rows(here, "organizations_office")) == len(before) + 1
    restore(source, here, data, replace=True)
    assert rows(here, "organizations_office") == before
    assert not stray.exists()


def test_full_restore_over_data_is_refused(city: Any, tmp_path: Path) -> None:
    source = back_up(tmp_path)
    with pytest.raises(BackupRefused, match="nicht leer"):
        restore(source, environment.database_url("owner"), tmp_path / "data")


def test_without_passphrase_no_key_leaves_the_house(city: Any, elsewhere: str, tmp_path: Path) -> None:
    source = back_up(tmp_path, passphrase="")
    with tarfile.open(source) as archive:
        assert not [
            name
            for name in archive.getnames()
            if name == "keys.bin" or name.startswith(("keys/", "secrets/"))
        ]
    restore(source, elsewhere, tmp_path / "new", passphrase="")
    assert not (tmp_path / "new" / "keys").exists()


def test_keys_are_not_readable_in_the_file(city: Any, tmp_path: Path) -> None:
    content = gzip.decompress(back_up(tmp_path).read_bytes())
    assert b"k" * 32 not in content and b"geheim" not in content


@pytest.mark.parametrize("passphrase", ["", "falsch"])
def test_wrong_passphrase_changes_nothing(city: Any, elsewhere: str, tmp_path: Path, passphrase: str) -> None:
    source = back_up(tmp_path)
    with pytest.raises(BackupRefused, match="BACKUP_PASSPHRASE"):
        restore(source, elsewhere, tmp_path / "new", passphrase=passphrase)
    assert rows(elsewhere, "organizations_municipality") == []


def test_truncated_file_is_refused(city: Any, elsewhere: str, tmp_path: Path) -> None:
    source = back_up(tmp_path)
    whole = source.read_bytes()
    for part in (0, len(whole) // 10, len(whole) // 2, len(whole) - 100, len(whole) - 1):
        source.write_bytes(whole[:part])
        with pytest.raises(BackupRefused, match="unvollständig oder beschädigt"):
            restore(source, elsewhere, tmp_path / "new")
    assert rows(elsewhere, "organizations_municipality") == []


def rewritten(source: Path, change: Any) -> Path:
    """The same archive with every member passed through ``change(name, content) -> content or None``."""
    target = source.with_name("geändert.tar.gz")
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            content = change(member.name, old.extractfile(member).read())  # type: ignore[union-attr]
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return target


CHANGES: list[tuple[str, Any, str]] = [
    ("tables/organizations_office.copy", lambda content: content.replace(b"Amt", b"Abt"), "verändert"),
    ("tables/organizations_office.copy", lambda content: None, "fehlt"),
    ("manifest.json", lambda content: None, "unvollständig"),
    ("manifest.json", lambda content: content[:-20], "manifest.json"),
    ("manifest.json", lambda content: content.replace(b"backup/1", b"backup/9"), "Format"),
    ("manifest.json", lambda content: content.replace(b'"cases.0001', b'"cases.9999'), "Datenbankschema"),
]


def test_changed_archive_is_refused(city: Any, elsewhere: str, tmp_path: Path) -> None:
    source = back_up(tmp_path)
    for name, change, message in CHANGES:

        def changed(found: str, content: bytes, name: str = name, change: Any = change) -> bytes | None:
            return change(content) if found == name else content  # type: ignore[no-any-return]

        with pytest.raises(BackupRefused, match=message):
            restore(rewritten(source, changed), elsewhere, tmp_path / "new")
    assert rows(elsewhere, "organizations_office") == []
    assert not (tmp_path / "new" / "files").exists()


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize("name", ["../outside", "files/../../outside", "/etc/outside", "tables/x.sh"])
def test_archive_with_foreign_names_is_refused(tmp_path: Path, name: str) -> None:
    source = tmp_path / "böse.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    (tmp_path / "unpacked").mkdir()
    with pytest.raises(BackupRefused):
        unpack(source, tmp_path / "unpacked")
    assert not list(tmp_path.rglob("outside"))


def test_rows_of_another_municipality_inside_are_refused(
    city: Any, bodenheim: Any, elsewhere: str, tmp_path: Path
) -> None:
    """Even an archive with correct checksums cannot write into a municipality it does not name."""
    import hashlib

    changed: dict[str, bytes] = {}

    def change(name: str, content: bytes) -> bytes:
        if name == "tables/organizations_office.copy":
            changed[name] = content.replace(str(city.pk).encode(), str(bodenheim.pk).encode())
            return changed[name]
        if name == "manifest.json":
            manifest = json.loads(content)
            for member, data in changed.items():
                manifest["members"][member]["sha256"] = hashlib.sha256(data).hexdigest()
            return json.dumps(manifest).encode()
        return content

    source = rewritten(back_up(tmp_path, tenant="mainz"), change)
    with pytest.raises(BackupRefused, match="einer anderen Kommune"):
        restore(source, elsewhere, tmp_path / "new")
    assert rows(elsewhere, "organizations_municipality") == []


def test_failed_commit_brings_the_files_back(
    city: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, data = environment.database_url("owner"), tmp_path / "data"
    source = back_up(tmp_path, tenant="mainz")
    stray = data / "files" / str(city.pk) / "zz"
    stray.write_bytes(b"nach der Sicherung")
    monkeypatch.setattr(psycopg.Connection, "commit", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore(source, here, data, replace=True)
    assert stray.read_bytes() == b"nach der Sicherung"


def test_unknown_municipality_is_refused_and_leaves_no_file(mainz: Any, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="atlantis"):
        back_up(tmp_path, tenant="atlantis")
    assert list(tmp_path.iterdir()) == []


def test_append_only_log_survives_with_its_guard(city: Any, elsewhere: str, tmp_path: Path) -> None:
    """The audit's triggers refuse sealed rows; a restore brings them back and leaves the triggers on."""
    restore(back_up(tmp_path), elsewhere, tmp_path / "new")
    with psycopg.connect(elsewhere) as connection:
        off = connection.execute(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'"
        ).fetchone()
    assert off == (0,)
