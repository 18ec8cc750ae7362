"""``stadtkern init``: the first municipality of an installation and its administrator, without SQL and code."""

from __future__ import annotations

import argparse
import sys


def register_init(parser: argparse.ArgumentParser) -> None:
    """Flags of ``stadtkern init``; what is missing is asked for when somebody sits at the terminal."""
    parser.add_argument("--name", help="Name der Kommune, zum Beispiel „Stadt Musterstadt“")
    parser.add_argument("--slug", help="Kürzel aus kleinen Buchstaben; ohne Angabe aus dem Namen")
    parser.add_argument(
        "--ags", default="", help="Amtlicher Gemeindeschlüssel (8 Ziffern); daraus folgt das Land"
    )
    parser.add_argument("--admin-login", help="Anmeldename der ersten Person der Verwaltung")
    parser.add_argument("--admin-email", help="ihre E-Mail-Adresse")
    parser.add_argument(
        "--code", action="store_true", help="nur den Code für die Einrichtung im Browser zeigen"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=init)


def register(parser: argparse.ArgumentParser) -> None:
    """``stadtkern organizations list``."""
    sub = parser.add_subparsers(required=True)
    listing = sub.add_parser("list", help="Kommunen dieser Installation")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=list_municipalities)


def init(args: argparse.Namespace) -> int:
    """Exit 0 with the set-up link on stdout; 2 when values are missing or refused."""
    from stadtkern.runtime import boot

    if not args.code and not _complete(args):
        _say("Es fehlen Angaben: --name, --admin-login und --admin-email.")
        return 2
    with boot.database():
        if args.code:
            from stadtkern.foundation.accounts import api as accounts

            sys.stdout.write(accounts.setup_code() + "\n")
            return 0
        return _found(args)


def _complete(args: argparse.Namespace) -> bool:
    questions = {
        "name": "Name der Kommune",
        "admin_login": "Anmeldename der Verwaltung",
        "admin_email": "E-Mail-Adresse der Verwaltung",
    }
    for field, question in questions.items():
        if not getattr(args, field) and sys.stdin.isatty():
            sys.stderr.write(f"{question}: ")
            sys.stderr.flush()
            setattr(args, field, sys.stdin.readline().strip())
    return all(getattr(args, field) for field in questions)


def _found(args: argparse.Namespace) -> int:
    import json

    from django.conf import settings

    from stadtkern.foundation.organizations import rules
    from stadtkern.foundation.organizations.desk import creation
    from stadtkern.kernel import clock
    from stadtkern.kernel.errors import DomainError

    slug = args.slug or rules.slug_of(args.name)
    values = {"name": args.name, "ags": args.ags, "state": rules.state_of_ags(args.ags) or "DE-RP"}
    try:
        made = creation.found_first(
            slug=slug,
            values=values,
            admin_login=args.admin_login,
            admin_email=args.admin_email,
            now=clock.now(),
        )
    except DomainError as error:
        _say(error.message)
        return 2
    link = settings.PUBLIC_URL.rstrip("/") + made.password_path
    if args.json:
        sys.stdout.write(json.dumps({"tenant": slug, "login": args.admin_login, "url": link}) + "\n")
        return 0
    sys.stdout.write(link + "\n")
    _say(f"{args.name} ist angelegt. Öffnen Sie den Link (drei Tage gültig) und legen Sie Ihr Passwort fest.")
    _say("Nach dem Anmelden führt die Seite „Verwaltung“ durch die Einrichtung.")
    return 0


def list_municipalities(args: argparse.Namespace) -> int:
    """Slug and name of every municipality."""
    import json

    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.organizations import api

        rows = api.municipalities()
    if args.json:
        found = [
            {"slug": row.slug, "name": row.name, "kind": row.kind, "ags": row.ags or None} for row in rows
        ]
        sys.stdout.write(json.dumps({"municipalities": found}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{row.slug}\t{row.name}\n" for row in rows)
    return 0


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
