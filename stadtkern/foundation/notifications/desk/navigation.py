"""The entry of the post room in the bar of the staff pages."""

from stadtkern.foundation.access.api import Role
from stadtkern.foundation.shell.api import register_desk_nav

register_desk_nav("Post", "Post room", "post:list", (Role.COUNTER,), order=60)
register_desk_nav("E-Mails", "Mail log", "post:mails", (Role.ADMINISTRATOR,), order=97)
