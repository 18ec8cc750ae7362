"""The entry in the bar of the staff pages."""

from stadtkern.foundation.businesses.policies import DESK
from stadtkern.foundation.shell.api import register_desk_nav

register_desk_nav("Unternehmen", "Businesses", "businesses_desk:list", DESK, order=45)
