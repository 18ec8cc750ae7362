"""The entry of the failed jobs in the bar of the staff pages."""

from stadtkern.foundation.access.api import Role
from stadtkern.foundation.shell.api import register_desk_nav

register_desk_nav("Aufträge", "Jobs", "jobs:list", (Role.ADMINISTRATOR,), order=96)
