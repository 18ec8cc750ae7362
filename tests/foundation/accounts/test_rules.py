"""Judgements about logins, without a database."""

import pytest

from stadtkern.foundation.accounts import crypto, rules


@pytest.mark.parametrize(
    ("acr", "level"),
    [
        ("STORK-QAA-Level-1", 1),
        ("STORK-QAA-Level-3", 3),
        ("STORK-QAA-Level-4", 4),
        ("http://eidas.europa.eu/LoA/substantial", 3),
        ("high", 4),
        ("", 1),
        ("something-new", 1),
    ],
)
def test_the_acr_claim_decides_the_level(acr: str, level: int) -> None:
    assert rules.assurance_of_acr(acr) == level


def test_a_municipality_names_levels_of_its_own_but_only_existing_ones() -> None:
    assert rules.assurance_of_acr("gold", {"gold": 4}) == 4
    assert rules.assurance_of_acr("gold", {"gold": 99}) == 1


def test_a_second_factor_is_ours_or_vouched_for() -> None:
    assert not rules.used_second_factor([{"method": "password"}])
    assert rules.used_second_factor([{"method": "password"}, {"method": "mfa", "type": "totp"}])
    assert rules.used_second_factor([{"method": "socialaccount"}], amr=["pwd", "mfa"])
    assert rules.used_second_factor([], provider_vouches=True)


def test_the_method_names_the_factors_but_no_person() -> None:
    records = [{"method": "password", "username": "m.mustermann"}, {"method": "mfa", "type": "totp"}]
    assert rules.method_of(records) == "password+totp"
    assert rules.method_of([{"method": "socialaccount", "provider": "mainz.bundid"}]) == "oidc:mainz.bundid"


def test_sealed_text_opens_only_for_its_purpose() -> None:
    sealed = crypto.seal("JBSWY3DPEHPK3PXP", purpose="totp")
    assert "JBSWY3DP" not in sealed
    assert crypto.unseal(sealed, purpose="totp") == "JBSWY3DPEHPK3PXP"
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(sealed, purpose="client-secret")
