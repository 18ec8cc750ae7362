"""Settings: documented, complete, and refused with their name when they are wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from stadtkern.runtime import environment
from stadtkern.runtime.environment import EnvironmentProblem

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import write_settings  # noqa: E402

READ = re.compile(r'(?:environ\.get\(|environ\[|getenv\(|_flag\(|_list\()\s*"([A-Z][A-Z0-9_]+)"')
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR", "PATH", "HOME", "CI", "CHROMIUM"}


def test_documents_are_up_to_date() -> None:
    for path, text in write_settings.FILES.items():
        assert path.read_text("utf-8") == text(), f"run tools/write_settings.py ({path.name})"


def test_every_variable_that_is_read_is_documented() -> None:
    known = {setting.name for setting in environment.SETTINGS} | NOT_SETTINGS
    for path in [*ROOT.glob("stadtkern/**/*.py"), *ROOT.glob("config/*.py")]:
        read = {name for name in READ.findall(path.read_text("utf-8")) if not name.startswith("STADTKERN_")}
        assert read <= known, f"{path.relative_to(ROOT)}: add {read - known} to environment.SETTINGS"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "achttausend"),
        ("PORT", "70000"),
        ("DEMO_DATE", "20.10.2025"),
        ("WEB_WORKERS", "-1"),
        ("POSTGRES_FSYNC", "vielleicht"),
    ],
)
def test_wrong_value_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(EnvironmentProblem, match=name):
        environment.read({name: value})


def test_defaults() -> None:
    settings = environment.read({})
    assert (settings.port, settings.data_dir, settings.embedded) == (8000, Path("var").absolute(), True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "postgresql://app:ge%40heim@db.example.org:6432/stadt?sslmode=verify-full",
            {
                "user": "app",
                "password": "ge@heim",
                "host": "db.example.org",
                "port": "6432",
                "dbname": "stadt",
                "sslmode": "verify-full",
            },
        ),
        (
            "postgresql://app@/stadt?host=/tmp/sk-1&port=5432",
            {"user": "app", "dbname": "stadt", "host": "/tmp/sk-1", "port": "5432"},
        ),
        ("postgres://app@%2Ftmp%2Fsk-1/stadt", {"user": "app", "host": "/tmp/sk-1", "dbname": "stadt"}),
        (
            "postgresql://app@[::1]:5433/stadt",
            {"user": "app", "host": "::1", "port": "5433", "dbname": "stadt"},
        ),
    ],
)
def test_database_addresses(url: str, words: dict[str, str]) -> None:
    assert environment.parse_url(url) == words


def test_wrong_database_address_does_not_repeat_the_password() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        environment.parse_url("mysql://app:geheim@db/stadt")
    assert "geheim" not in str(caught.value)


def test_owner_address_falls_back_to_the_only_one() -> None:
    environ = {"DATABASE_URL": "postgresql://a@h/d"}
    assert environment.database_url("owner", environ) == "postgresql://a@h/d"
    environ["DATABASE_OWNER_URL"] = "postgresql://o@h/d"
    assert environment.database_url("owner", environ) == "postgresql://o@h/d"
    assert environment.database_settings("app", environ)["CONN_HEALTH_CHECKS"] is True
