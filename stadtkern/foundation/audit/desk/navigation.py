"""The entry of the log in the bar of the staff pages."""

from stadtkern.foundation.access.api import Role
from stadtkern.foundation.shell.api import register_desk_nav

register_desk_nav("Protokoll", "Audit log", "audit:list", (Role.AUDITOR, Role.ADMINISTRATOR), order=95)
