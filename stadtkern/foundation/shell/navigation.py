"""What the heads of both fronts link to. Modules register their entries in ``AppConfig.ready``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from stadtkern.foundation.access.api import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A link in a head or foot."""

    label_de: str
    label_en: str
    url_name: str
    order: int
    roles: frozenset[str] = frozenset()

    def label(self, language: str) -> str:
        if language == "en":
            return self.label_en
        return self.label_de if language == "de" else gettext(self.label_de)


_public: dict[str, Entry] = {}
_footer: dict[str, Entry] = {}
_desk: dict[str, Entry] = {}
_desk_search: list[str] = []


def register_public_nav(label_de: str, label_en: str, url_name: str, *, order: int = 50) -> None:
    """A link in the head of the public pages."""
    _public[url_name] = Entry(label_de=label_de, label_en=label_en, url_name=url_name, order=order)


def register_footer_nav(label_de: str, label_en: str, url_name: str, *, order: int = 50) -> None:
    """A link in the foot of all pages."""
    _footer[url_name] = Entry(label_de=label_de, label_en=label_en, url_name=url_name, order=order)


def register_desk_nav(
    label_de: str, label_en: str, url_name: str, roles: tuple[Role | str, ...] = (), *, order: int = 50
) -> None:
    """A link in the bar of the staff pages for those who have one of ``roles`` (empty: all staff)."""
    wanted = frozenset(str(role) for role in roles)
    _desk[url_name] = Entry(
        label_de=label_de, label_en=label_en, url_name=url_name, order=order, roles=wanted
    )


def register_desk_search(url_name: str) -> None:
    """The page that answers the search field of the bar (``?q=``)."""
    _desk_search[:] = [url_name]


def public_nav(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    """Entries of the public head."""
    return _links(_public, request, language, None)


def footer_nav(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    """Entries of the foot."""
    return _links(_footer, request, language, None)


def desk_nav(request: HttpRequest, language: str, roles: frozenset[str]) -> list[dict[str, Any]]:
    """Entries of the staff bar for these roles."""
    return _links(_desk, request, language, roles)


def desk_search_url() -> str:
    """Address of the staff search, empty when no module offers one."""
    return _address(_desk_search[0]) if _desk_search else ""


def registered() -> list[Entry]:
    """All entries, for the test that every one leads somewhere."""
    return [*_public.values(), *_footer.values(), *_desk.values()]


def _links(
    entries: dict[str, Entry], request: HttpRequest, language: str, roles: frozenset[str] | None
) -> list[dict[str, Any]]:
    links = []
    for entry in sorted(entries.values(), key=lambda e: (e.order, e.label_de)):
        if roles is not None and entry.roles and not (entry.roles & roles):
            continue
        if href := _address(entry.url_name):
            current = request.path == href or (href.count("/") > 1 and request.path.startswith(href))
            links.append({"label": entry.label(language), "href": href, "current": current})
    return _only_closest(links)


def _only_closest(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most one entry is the current one: that with the longest address."""
    current = max(
        (link for link in links if link["current"]), key=lambda link: len(link["href"]), default=None
    )
    return [{**link, "current": link is current} for link in links]


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""  # a module that is not wired into config/urls.py; a test lists such entries
