"""One instance of every page: walk the address book, fill in the arguments, name what could not be opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# No page for people: files, data, redirects, other programs' doors; each with the reason.
NOT_PAGES = {
    r"^/api/(?!docs)": "JSON",
    r"^/demo-idp/(?!personen)": "OpenID Connect",
    r"^/accounts/oidc/|^/accounts/social/login/|callback": "redirect of the login",
    r"^/accounts/(2fa|mfa)/webauthn/login|/accounts/logout/": "needs a device, or ends the session",
    r"^/static/|^/marke|robots\.txt|sitemap\.xml|vorschlaege|^/health|^/metrics|^/\.well-known": "file or data",
    r"\.(pdf|json|xml|csv|zip|xsd|svg|css)|export|/datei/|/vorschau/.*/\d|/logo/$|formular\.": "file",
}


def patterns(resolver: Any = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Route and view of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route.replace("\\Z", ""), entry.callback


def reason_against(route: str) -> str:
    """Why an address is no page, or empty."""
    return next((why for rule, why in NOT_PAGES.items() if re.search(rule, route)), "")


def regex_of(route: str) -> re.Pattern[str]:
    """Matches the paths of a route."""
    if "(?P" in route:
        return re.compile("^" + route + "$")
    kinds = {"uuid": r"[0-9a-f-]{36}", "int": r"\d+", "slug": r"[-\w]+", "str": r"[^/]+", "path": r".+"}
    parts = re.split(r"(<[^>]+>)", route)
    out = []
    for part in parts:
        if part.startswith("<"):
            kind = part[1:-1].split(":")[0] if ":" in part else "str"
            out.append(kinds.get(kind, r"[^/]+"))
        else:
            out.append(re.escape(part))
    return re.compile("^" + "".join(out) + "$")
