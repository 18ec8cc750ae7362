"""A version is stored once per content, and nothing is remembered of one that was rolled back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from stadtkern.casework.processes import versions
from stadtkern.casework.processes.models import ProcessVersion
from tests.casework.processes.packages_of import small

PROCESS = """<process id="p" isExecutable="true"><startEvent id="s"/><endEvent id="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process>"""


def test_a_version_that_was_rolled_back_is_stored_again(
    mainz: Any, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    package = small(PROCESS)
    definition = {"files": {name: package.text(name) for name in package.files}}
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        versions.keep_definition(definition, now=now)
        raise ZeroDivisionError
    with django_capture_on_commit_callbacks(execute=True):
        stored = versions.keep_definition(definition, now=now)
    assert ProcessVersion.objects.filter(pk=stored).exists()
    assert versions.keep_definition(definition, now=now) == stored
