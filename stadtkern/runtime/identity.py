"""Under which user the embedded server runs.

PostgreSQL refuses root; we never change rights of parent folders.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from stadtkern.runtime.environment import EnvironmentProblem

PREFERRED = ("stadtkern", "postgres", "nobody", "daemon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """``self`` as we are;

    ``namespace`` root seen as ``uid`` in a user namespace; ``uid`` another real user.
    """

    kind: Literal["self", "namespace", "uid"]
    uid: int
    gid: int

    def as_json(self) -> dict[str, object]:
        """For the keeper's configuration."""
        return asdict(self)

    @property
    def owner(self) -> tuple[int, int]:
        """(uid, gid) that owns the server's folders, as seen from outside."""
        return (self.uid, self.gid) if self.kind == "uid" else (os.getuid(), os.getgid())


def choose(data: Path, binary: Path) -> Identity:
    """The identity for ``data``:

    The one that made it, else the first that works. Raises ``EnvironmentProblem``.
    """
    if os.getuid() != 0:
        return Identity(kind="self", uid=os.getuid(), gid=os.getgid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Identity(kind="uid", uid=owner.st_uid, gid=owner.st_gid)
    user = _unprivileged_user()
    namespace = Identity(kind="namespace", uid=user.pw_uid, gid=user.pw_gid)
    if _works(namespace, binary):
        return namespace
    other = Identity(kind="uid", uid=user.pw_uid, gid=user.pw_gid)
    if not data.exists() and _works(other, binary) and _can_enter(other, data.parent):
        return other
    raise EnvironmentProblem(
        "Die eingebettete Datenbank läuft nicht als root, und hier sind weder Benutzer-Namensräume erlaubt "
        f"noch kann der Benutzer {user.pw_name} das Programm und DATA_DIR erreichen. Starten Sie stadtkern "
        "als anderer Benutzer oder setzen Sie DATABASE_URL."
    )


def _unprivileged_user() -> pwd.struct_passwd:
    """initdb looks its user up by name, so it must be one that exists."""
    users = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    for name in (*PREFERRED, *sorted(users)):
        if name in users:
            return users[name]
    raise EnvironmentProblem("Es gibt keinen Benutzer außer root. Setzen Sie DATABASE_URL.")


def _works(identity: Identity, binary: Path) -> bool:
    return _run(identity, [str(binary), "--version"])


def _can_enter(identity: Identity, folder: Path) -> bool:
    return _run(identity, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])


def _run(identity: Identity, command: list[str]) -> bool:
    return subprocess.run(command_as(identity, command), capture_output=True, check=False).returncode == 0


def command_as(identity: Identity, command: list[str]) -> list[str]:
    """``command`` to be run under ``identity``."""
    import json

    script = Path(__file__).with_name("postgres_keeper.py")
    config = json.dumps({"identity": identity.as_json()})
    return [sys.executable, "-I", "-S", str(script), "run", config, "--", *command]
