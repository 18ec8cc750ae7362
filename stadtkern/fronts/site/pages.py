"""Legal pages and the handbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.foundation.access.api import public
from stadtkern.foundation.shell.api import render_markdown
from stadtkern.fronts.site import texts
from stadtkern.kernel.errors import NotVisible


@public
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Who is responsible for this site (§ 5 DDG)."""
    return render(
        request, "site/imprint.html", {"breadcrumb": [(_("Startseite"), "/"), (_("Impressum"), "")]}
    )


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data is processed, why and for how long (Art. 13 GDPR)."""
    return render(
        request, "site/privacy.html", {"breadcrumb": [(_("Startseite"), "/"), (_("Datenschutz"), "")]}
    )


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Accessibility statement (§ 12b BGG, BITV 2.0) with what is known not to work."""
    crumbs = [(_("Startseite"), "/"), (_("Barrierefreiheit"), "")]
    return render(request, "site/accessibility.html", {"breadcrumb": crumbs})


@public
@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """All pages of the handbook."""
    crumbs = [(_("Startseite"), "/"), (_("Hilfe"), "")]
    return render(request, "site/help.html", {"pages": texts.help_pages(), "breadcrumb": crumbs})


@public
@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the handbook, written in Markdown under ``docs/handbuch``."""
    page = texts.help_page(slug)
    if page is None:
        raise NotVisible()
    crumbs = [(_("Startseite"), "/"), (_("Hilfe"), reverse("site:help")), (page.title, "")]
    context = {"page": page, "html": render_markdown(page.source), "breadcrumb": crumbs}
    return render(request, "site/help_page.html", context)
