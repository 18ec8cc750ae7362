"""The environment of a test run; loaded by ``-p`` before anything reads the settings.

Every test process has a data folder of its own, which is removed at the end; no setting of the developer's shell
reaches the tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile

from stadtkern.runtime.environment import INTERNAL_URL, SETTINGS

_KEPT = {"LOG_LEVEL"}
for _name in [*(setting.name for setting in SETTINGS), *INTERNAL_URL.values()]:
    if _name not in _KEPT:
        os.environ.pop(_name, None)

DATA_DIR = tempfile.mkdtemp(prefix="stadtkern-test-")
os.environ.update(
    DATA_DIR=DATA_DIR,
    SECRET_KEY="only-for-tests",
    POSTGRES_FSYNC="0",
    STATICFILES_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
    LOG_LEVEL=os.environ.get("LOG_LEVEL", "CRITICAL"),
)


def pytest_unconfigure() -> None:
    """Remove the data folder of this run."""
    shutil.rmtree(DATA_DIR, ignore_errors=True)
