"""Addresses in mails stand under the name of the municipality that writes them."""

from __future__ import annotations

from typing import Any

from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy


def test_a_neighbours_mail_names_the_neighbours_host(mainz: Any, bodenheim: Any, settings: Any) -> None:
    settings.DEFAULT_TENANT = "mainz"
    settings.PUBLIC_URL = "http://localhost:8000/"
    assert organizations.public_address("/kita/") == "http://localhost:8000/kita/"
    with tenancy.act_for(bodenheim.pk):
        assert organizations.public_address("/kita/") == "http://bodenheim.localhost:8000/kita/"
        settings.PUBLIC_URL = "https://stadtkern.example"
        assert organizations.public_address("/kita/") == "https://bodenheim.localhost/kita/"
