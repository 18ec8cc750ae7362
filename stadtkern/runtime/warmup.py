"""Everything a web process would otherwise load while the first visitors wait.

Runs once in the master before it forks its workers: they share the memory and are ready at once, also after a restart.
Nothing here may keep the server from starting: what fails is logged and is done by the first request, as without it.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

log = logging.getLogger("stadtkern.warmup")

YOUNG, MIDDLE, OLD = 50_000, 20, 50  # objects until a collection; CPython's 700 means hundreds per request


def warm_up() -> None:
    """Addresses, texts, templates, published forms; afterwards the garbage collector leaves them alone."""
    began = time.monotonic()
    for step in (_addresses, _texts, _templates, _forms):
        _attempt(step)
    _close_connections()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    log.info("warmed up", extra={"duration_ms": round(1000 * (time.monotonic() - began))})


def _attempt(step: Callable[[], None]) -> None:
    try:
        step()
    except Exception:
        log.warning("warm-up step failed", exc_info=True, extra={"code": step.__name__})


def _addresses() -> None:
    """Importing the addresses imports every view."""
    from django.urls import get_resolver, reverse

    assert get_resolver().url_patterns
    reverse("forms:resume-any")


def _texts() -> None:
    from django.conf import settings
    from django.utils import translation

    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Weiter")


def _templates() -> None:
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    for name in _template_names():
        try:
            get_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError):
            continue  # a library's template for a library we do not have


def _template_names() -> Iterator[str]:
    from django.conf import settings
    from django.template.utils import get_app_template_dirs

    folders = [*settings.TEMPLATES[0]["DIRS"], *get_app_template_dirs("templates")]
    for folder in (Path(str(each)) for each in folders):
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            if not name.startswith(("django/", "admin/")):
                yield name


def _forms() -> None:
    """The published forms of every municipality with their rules."""
    from stadtkern.casework.forms import api as forms
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy

    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            forms.load_published()


def _close_connections() -> None:
    """A connection must not be shared by the master and its workers."""
    from django.db import connections

    connections.close_all()
