"""``stadtkern records``: take records over, hand them over, verify them."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from stadtkern.casework.records.xdomea import reading, versions
from stadtkern.casework.records.xdomea.errors import MessageRefused
from stadtkern.runtime.output import result, result_json, say

REFUSED = 2


def register(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="verb", required=True)
    take = sub.add_parser("import", help="eine xdomea-Nachricht (XML oder ZIP) übernehmen")
    take.add_argument("file", type=Path, help="FILE.xml (Primärdokumente daneben) oder FILE.zip")
    take.add_argument("--office", default="", help="Kürzel des Amtes, das die Akten bekommt")
    _common(take)
    take.set_defaults(run=run_import)
    give = sub.add_parser("export", help="eine Akte als xdomea-Paket ausgeben")
    give.add_argument("--file", required=True, help="UUID der Akte, des Vorgangs oder des Dokuments")
    give.add_argument("--message", required=True, help="0401 Abgabe, 0501 Anbietung, 0503 Aussonderung")
    give.add_argument("--version", default="3.1", help="3.1 (Standard) oder 4.0.0 (nur Aussonderung)")
    give.add_argument("--recipient", default="", help="Name der empfangenden Stelle")
    give.add_argument("-o", "--output", required=True, type=Path)
    _common(give)
    give.set_defaults(run=run_export)
    check = sub.add_parser("verify", help="prüfen, ob alle Versionen unverändert sind")
    _common(check)
    check.set_defaults(run=run_verify)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tenant", default="mainz", help="Kürzel der Kommune (Standard: mainz)")
    parser.add_argument("--json", action="store_true", help="ein JSON-Objekt ausgeben")


def run_import(args: argparse.Namespace) -> int:
    """0: taken over (or known already, 0000009); 2: refused, with the code for the sender; 3: no such municipality."""
    from stadtkern.casework.records.xdomea.package import open_package
    from stadtkern.kernel.errors import DomainError

    try:
        with open_package(args.file) as opened:
            from stadtkern.runtime import boot

            with boot.database():
                answer = take(opened, tenant=args.tenant, office=args.office)
    except MessageRefused as error:
        return _refused(args, error, error.result_code)
    except DomainError as error:
        return _refused(args, error, "0000499")
    if args.json:
        result_json(answer)
    else:
        result(
            f"{answer['message']} (xdomea {answer['version']}): {len(answer['objects'])} Objekte, Rückmeldung {answer['result_code']}"
        )
    return 0


def _refused(args: argparse.Namespace, error: Any, code: str) -> int:
    """The reason on stderr; with ``--json`` also what the sender would be told, as far as the message could be read."""
    say(f"{error.message} [{code}]")
    if args.json:
        known = _as_far_as_readable(args.file)
        result_json({**known, "objects": [], "result_code": code, "error": error.message})
    return REFUSED


def _as_far_as_readable(path: Path) -> dict[str, str | None]:
    unread: dict[str, str | None] = {"message": None, "version": None}
    if path.suffix.lower() != ".xml" or not path.is_file() or path.stat().st_size > reading.MOST_BYTES:
        return unread
    try:
        message = reading.read(path.read_bytes(), path.name)
    except MessageRefused:
        return unread
    return {"message": message.type.code, "version": message.version.number}


def take(opened: Any, *, tenant: str, office: str = "") -> dict[str, Any]:
    """The answer of the command, with the database at hand."""
    from stadtkern.casework.records.actions.taking_over import take_over
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    tenant_id = _tenant(tenant)
    with tenancy.act_for(tenant_id):
        taken = take_over(actor=system(tenant_id), opened=opened, office_id=_office(office), now=clock.now())
    return {
        "message": taken.message,
        "version": taken.version,
        "objects": [each.as_json() for each in taken.objects],
        "result_code": taken.result_code,
    }


def run_export(args: argparse.Namespace) -> int:
    """0: written; 2: the message, the version or the UUID is not possible; 3: no such municipality."""
    from stadtkern.kernel.errors import DomainError

    try:
        if args.message not in ("0401", "0501", "0503"):
            raise MessageRefused(
                "--message", f"{args.message} wird nicht geschrieben, nur 0401, 0501 und 0503."
            )
        version = versions.to_write(args.version, args.message)
        uid = _uuid(args.file)
        from stadtkern.runtime import boot

        with boot.database():
            answer = give(
                uid=uid,
                message=args.message,
                version=version,
                output=args.output,
                tenant=args.tenant,
                recipient=args.recipient,
            )
    except DomainError as error:
        say(error.message)
        return REFUSED
    for path in answer["lost"]:
        say(f"nicht in xdomea {answer['version']}: {path}")
    if args.json:
        result_json(answer)
    else:
        result(f"{args.output}: {answer['objects']} Objekte, {answer['contents']} Dateien")
    return 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise MessageRefused("--file", f"»{text[:60]}« ist keine UUID.") from error


def give(
    *, uid: UUID, message: str, version: versions.Version, output: Path, tenant: str, recipient: str = ""
) -> dict[str, Any]:
    """Write the package; the file appears only when it is complete."""
    from stadtkern.casework.records.actions.handing_over import hand_over
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock
    from stadtkern.runtime.version import version as product_version

    tenant_id = _tenant(tenant)
    with (
        tenancy.act_for(tenant_id),
        tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as part,
    ):
        try:
            handed = hand_over(
                actor=system(tenant_id),
                uid=uid,
                message_type=message,
                version=version,
                target=part,  # type: ignore[arg-type]
                now=clock.now(),
                recipient=recipient,
                product_version=product_version(),
            )
            part.flush()
            os.chmod(part.name, 0o644)
            os.replace(part.name, output)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return {
        "message": handed.message,
        "version": handed.version,
        "process_id": str(handed.process_uid),
        "objects": handed.objects,
        "contents": handed.contents,
        "lost": list(handed.lost),
    }


def run_verify(args: argparse.Namespace) -> int:
    """0: all versions are what they were; 1: some are not."""
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.casework.records.verifying import verify
        from stadtkern.foundation.tenancy import api as tenancy

        with tenancy.act_for(_tenant(args.tenant)):
            verdict = verify()
    result_json({"versions": verdict.versions, "ok": verdict.ok, "problems": verdict.problems})
    return 0 if verdict.ok else 1


def _tenant(slug: str) -> UUID:
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.runtime.environment import EnvironmentProblem

    found = organizations.find(slug)
    if found is None:
        raise EnvironmentProblem(f"Die Kommune {slug!r} gibt es hier nicht.")
    return found.id


def _office(slug: str) -> UUID | None:
    from stadtkern.foundation.organizations import api as organizations

    if not slug:
        return None
    for office in organizations.offices():
        if office.slug == slug:
            return office.id
    raise MessageRefused("--office", f"Das Amt »{slug}« gibt es hier nicht.")
