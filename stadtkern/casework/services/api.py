"""What other modules use of services."""

from stadtkern.casework.services.content import (
    BadContent,
    Deadline,
    Document,
    Fee,
    LegalBasis,
    ServiceContent,
    Text,
)
from stadtkern.casework.services.presentation import view
from stadtkern.casework.services.procedures import (
    InstalledService,
    installed,
    installed_services,
    publish_procedure,
)
from stadtkern.casework.services.queries import (
    Responsible,
    ServiceInfo,
    areas,
    catalog_version,
    content_of,
    find,
    process_of,
    responsible,
    responsible_office,
    services,
)

__all__ = [
    "BadContent",
    "Deadline",
    "Document",
    "Fee",
    "InstalledService",
    "LegalBasis",
    "Responsible",
    "ServiceContent",
    "ServiceInfo",
    "Text",
    "areas",
    "catalog_version",
    "content_of",
    "find",
    "installed",
    "installed_services",
    "process_of",
    "publish_procedure",
    "responsible",
    "responsible_office",
    "services",
    "view",
]
