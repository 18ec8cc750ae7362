"""The entry of the administration in the bar of the staff pages."""

from stadtkern.foundation.access.api import Role
from stadtkern.foundation.shell.api import register_desk_nav

register_desk_nav("Verwaltung", "Administration", "administration:overview", (Role.ADMINISTRATOR,), order=90)
