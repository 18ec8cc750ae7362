"""``stadtkern services``: exchange of services as XZuFi, and the templates that are shipped.

stadtkern services check FILE               read a file without storing anything (no database)
stadtkern services import --dldb FILE.json  the same from the DLDB format of Berlin and Munich (also: check --dldb)
stadtkern services import FILE              drafts for new services, a new upstream state for known ones
stadtkern services export [--slug SLUG] [--format xml|json] [-o FILE]
stadtkern services adopt SLUG [--publish]
stadtkern services templates
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stadtkern.casework.services.content import ServiceContent


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, function, text in (
        ("check", _check, "XZuFi-Datei prüfen, ohne etwas zu speichern"),
        ("import", _import, "XZuFi-Datei einlesen (XML oder JSON)"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("file", type=Path, metavar="FILE", nargs="?")
        verb.add_argument(
            "--dldb", type=Path, metavar="FILE.json", help="Datei im DLDB-Format (Berlin, München)"
        )
        verb.set_defaults(run=function)
        _common(verb)
    export = verbs.add_parser("export", help="veröffentlichte Leistungen als XZuFi ausgeben")
    export.add_argument("--slug", default="")
    export.add_argument("--format", choices=("xml", "json"), default="xml")
    export.add_argument("-o", "--output", type=Path)
    export.set_defaults(run=_export)
    _common(export)
    adopt = verbs.add_parser("adopt", help="eine mitgelieferte Vorlage übernehmen")
    adopt.add_argument("slug")
    adopt.add_argument("--publish", action="store_true")
    adopt.set_defaults(run=_adopt)
    _common(adopt)
    listed = verbs.add_parser("templates", help="mitgelieferte Vorlagen nennen")
    listed.set_defaults(run=_templates)
    _common(listed)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tenant", default="mainz")
    parser.add_argument("--json", action="store_true")


def _check(args: argparse.Namespace) -> int:
    contents = _contents(args)
    if isinstance(contents, str):
        return _refuse(contents)
    _out(
        args,
        {"services": [{"slug": c.slug, "leika_key": c.leika_key, "title": c.title.de} for c in contents]},
    )
    return 0


def _import(args: argparse.Namespace) -> int:
    from stadtkern.kernel.errors import DomainError

    contents = _contents(args)
    if isinstance(contents, str):
        return _refuse(contents)
    rows = []
    with _tenant(args.tenant) as actor:
        from stadtkern.casework.services import actions
        from stadtkern.kernel import clock

        for content in contents:
            try:
                note = "DLDB" if args.dldb else "XZuFi"
                outcome = actions.take_in(actor=actor, content=content, now=clock.now(), note=note)  # type: ignore[arg-type]
                rows.append({"slug": content.slug, "outcome": outcome})
            except DomainError as error:
                rows.append({"slug": content.slug, "outcome": "refused", "problem": error.message})
    _out(args, {"services": rows})
    return 1 if any(row["outcome"] == "refused" for row in rows) else 0


def _contents(args: argparse.Namespace) -> list[ServiceContent] | str:
    """The services of the file that was named, or why it is refused."""
    from stadtkern.casework.services import dldb, xzufi
    from stadtkern.casework.services.content import BadContent

    path: Path | None = args.dldb or args.file
    if path is None or (args.dldb and args.file):
        return "Nennen Sie eine Datei: FILE oder --dldb FILE.json"
    try:
        return dldb.read(path.read_bytes()) if args.dldb else xzufi.read_any(path.read_bytes())
    except OSError as error:
        return f"{path}: {error.strerror}"
    except BadContent as error:
        return f"{path}:{error.extra.get('place', '0:0')}: {error.message}"


def _export(args: argparse.Namespace) -> int:
    with _tenant(args.tenant):
        from stadtkern.casework.services import queries, xzufi

        contents = [info.content for info in queries.services() if args.slug in ("", info.slug)]
    if args.slug and not contents:
        return _refuse(f"{args.slug}: keine veröffentlichte Leistung")
    if args.format == "xml":
        data = xzufi.as_xml(contents)
    else:
        data = ("[" + ",\n".join(xzufi.as_json(content) for content in contents) + "]\n").encode()
    if args.output:
        args.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def _adopt(args: argparse.Namespace) -> int:
    from stadtkern.kernel.errors import DomainError

    with _tenant(args.tenant) as actor:
        from stadtkern.casework.services import actions
        from stadtkern.kernel import clock

        try:
            service_id = actions.adopt(actor=actor, slug=args.slug, now=clock.now())  # type: ignore[arg-type]
            if args.publish:
                actions.publish(actor=actor, service_id=service_id, version=1, now=clock.now())  # type: ignore[arg-type]
        except DomainError as error:
            return _refuse(f"{args.slug}: {error.message}")
    _out(args, {"slug": args.slug, "published": args.publish})
    return 0


def _templates(args: argparse.Namespace) -> int:
    from stadtkern.casework.services import shipped

    contents = [shipped.load(slug).content for slug in shipped.slugs()]
    _out(args, {"templates": [{"slug": c.slug, "title": c.title.de, "online": c.online} for c in contents]})
    return 0


@contextmanager
def _tenant(slug: str) -> Iterator[object]:
    """The database, acting for one municipality; yields the platform's own actor."""
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.access.api import system
        from stadtkern.foundation.organizations import api as organizations
        from stadtkern.foundation.tenancy import api as tenancy

        found = next((row for row in organizations.municipalities() if row.slug == slug), None)
        if found is None:
            raise SystemExit(_refuse(f"{slug}: diese Kommune gibt es nicht"))
        with tenancy.act_for(found.id):
            yield system(found.id)


def _refuse(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 2


def _out(args: argparse.Namespace, data: dict[str, object]) -> None:
    if args.json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
        return
    for rows in data.values():
        for row in rows if isinstance(rows, list) else [data]:
            sys.stdout.write("  ".join(str(value) for value in row.values()) + "\n")
        break
