"""Makes the mail job known to every worker."""

from stadtkern.foundation.notifications.mail import deliver

__all__ = ["deliver"]
