"""The demo city: every module loads its own part, floor by floor; loading again changes nothing.

A module with demo data offers ``demo.load() -> None`` and is named in ``LOADERS``. The clock of the demo
starts on
``DEMO_DATE`` when the data is loaded for the first time and runs on from there, restarts included.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from time import monotonic
from typing import Any, Final

from stadtkern.kernel import clock
from stadtkern.runtime import environment
from stadtkern.runtime.environment import EnvironmentProblem

log = logging.getLogger("stadtkern.demo")

DEFAULT_DATE: Final = "2025-10-14"  # a Tuesday in the autumn the programme is under way

# In floor order, so that each finds what it builds on. A module that is not installed is skipped.
LOADERS: Final = (
    "stadtkern.foundation.organizations.demo",
    "stadtkern.foundation.places.demo",
    "stadtkern.foundation.accounts.demo",
    "stadtkern.foundation.access.demo",
    "stadtkern.foundation.notifications.demo",
    "stadtkern.foundation.businesses.demo",
    "stadtkern.casework.services.demo",
    "stadtkern.casework.records.demo",
    "stadtkern.casework.appointments.demo",
    "stadtkern.casework.payments.demo",
    "stadtkern.casework.forms.demo",
    "stadtkern.casework.processes.demo",
    "stadtkern.casework.cases.demo",
    "stadtkern.casework.cases.statements.demo",
    "stadtkern.casework.kita.demo",
    "stadtkern.casework.relief.demo",
    "stadtkern.fronts.site.demo",
    "stadtkern.fronts.workplace.demo",
)


def load() -> list[str]:
    """Run all loaders; returns the modules that were loaded."""
    loaded = []
    for name in LOADERS:
        if _exists(name):
            began = monotonic()
            importlib.import_module(name).load()
            log.info(
                "demo data loaded", extra={"code": name, "duration_ms": round(1000 * (monotonic() - began))}
            )
            loaded.append(name)
    return loaded


def accounts() -> list[dict[str, Any]]:
    """The demo accounts: {role, tenant, login, password, totp_secret, app_password}."""
    name = "stadtkern.foundation.accounts.demo"
    if not _exists(name):
        return []
    return list(importlib.import_module(name).demo_accounts())


def write_accounts(url: str, known: list[dict[str, Any]], folder: Path) -> Path:
    """``demo.json`` (mode 0600) for scripts and clients; replaced in one step."""
    path = folder / "demo.json"
    draft = folder / f".demo.json.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": url, "accounts": known}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    draft.replace(path)
    return path


def apply_clock() -> None:
    """Let the domain's time run on from DEMO_DATE; does nothing outside the demo.

    The moment of the first start is kept, so that time passes over restarts as well.
    """
    if not environment.flag("STADTKERN_DEMO"):
        return
    settings = environment.read()
    if settings.demo_date is None:
        return
    kept = settings.data_dir / "demo-clock.json"
    start = datetime.combine(settings.demo_date, time(9, 0), tzinfo=clock.ZONE)
    clock.shift_to(start, real_start=_first_start(kept, settings.demo_date.isoformat()))


def _first_start(kept: Path, demo_date: str) -> datetime:
    known = _read(kept)
    if known.get("demo_date") == demo_date:
        return datetime.fromisoformat(str(known["real_start"]))
    # Nine in the morning of today, so that the time of day of the demo is the real one.
    today = clock.real_now().astimezone(clock.ZONE)
    first = today.replace(hour=9, minute=0, second=0, microsecond=0)
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    draft.write_text(json.dumps({"demo_date": demo_date, "real_start": first.isoformat()}), encoding="utf-8")
    draft.replace(kept)
    return first


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise EnvironmentProblem(f"{path} ist beschädigt. Löschen Sie die Datei.") from error
    return found if isinstance(found, dict) else {}


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def lines_for_people(url: str, known: list[dict[str, Any]]) -> Iterator[str]:
    """What the terminal shows once the demo runs."""
    yield f"Stadtkern läuft: {url}"
    if known:
        yield "Demo-Konten (Anmeldung / Passwort):"
    for account in known:
        yield (
            f"  {account.get('role', ''):<16} {account.get('tenant', ''):<12} "
            f"{account.get('login', '')} / {account.get('password', '')}"
        )
