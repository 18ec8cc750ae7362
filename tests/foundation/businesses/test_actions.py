"""Found, invite, remove, empower: effects, refusals, links that work once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.accounts import actions as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import actions, jobs, policies
from stadtkern.foundation.businesses import queries as businesses
from stadtkern.foundation.businesses.errors import (
    AlreadyChecked,
    AlreadyMember,
    IdentityTooWeak,
    Incomplete,
    LastBusinessAdministrator,
    LinkUsed,
    OwnPower,
    TooManyInvitations,
)
from stadtkern.foundation.businesses.models import Business, Invitation, Member, PowerOfAttorney
from stadtkern.foundation.notifications.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(make_actor):
    return make_actor(assurance=3)


@pytest.fixture
def person(make_actor):
    return make_actor()


def test_founding_needs_a_proven_identity_an_entitlement_and_complete_details(boss, person, data, now):
    with pytest.raises(IdentityTooWeak):
        actions.found_business(actor=person, data=data(), entitled=True, now=now)
    with pytest.raises(Incomplete) as refused:
        actions.found_business(actor=boss, data=data(email="nein"), entitled=False, now=now)
    assert {field for field, _ in refused.value.problems} == {"entitled", "email"}
    assert not Business.objects.exists()


def test_whoever_founds_administers_and_the_log_says_so(boss, found, again):
    business = found(boss)
    (mandate,) = again(boss).mandates
    assert (mandate.party, mandate.power) == (business, None) and "administer" in mandate.rights
    entry = audit.entries_for("business", business)[0]
    assert entry.action == "businesses.founded" and entry.actor_id == boss.account_id


def test_an_invitation_works_once_in_time_and_not_after_it_was_taken_back(
    boss, person, make_actor, found, now
):
    business = found(boss)

    def invite(role="apply"):
        return actions.invite(actor=boss, business_id=business, email="n@example.org", role=role, now=now)

    token = invite()
    assert token in Mail.objects.get().text and not Invitation.objects.filter(token_digest=token).exists()
    with pytest.raises(LinkUsed):
        actions.accept_invitation(actor=person, token=token, now=now + timedelta(days=14))
    with pytest.raises(LinkUsed):
        actions.accept_invitation(actor=person, token=token + "x", now=now)
    actions.accept_invitation(actor=person, token=token, now=now)
    with pytest.raises(LinkUsed):
        actions.accept_invitation(actor=make_actor(), token=token, now=now)
    second = invite()
    with pytest.raises(AlreadyMember):
        actions.accept_invitation(actor=person, token=second, now=now)
    actions.take_invitation_back(
        actor=boss, business_id=business, invitation_id=Invitation.objects.first().pk, now=now
    )
    with pytest.raises(LinkUsed):
        actions.accept_invitation(actor=make_actor(), token=second, now=now)
    assert Member.objects.count() == 2


def test_invitations_are_limited_by_the_hour(boss, found, now):
    business = found(boss)
    for number in range(10):
        actions.invite(actor=boss, business_id=business, email=f"n{number}@example.org", role="read", now=now)
    with pytest.raises(TooManyInvitations):
        actions.invite(actor=boss, business_id=business, email="m@example.org", role="read", now=now)
    later = now + timedelta(hours=1, minutes=1)
    actions.invite(actor=boss, business_id=business, email="m@example.org", role="read", now=later)


def test_a_business_always_keeps_somebody_who_administers_it(boss, person, found, join, now):
    business = found(boss)
    join(boss, business, person, "apply")
    own, other = (Member.objects.get(account_id=one.account_id) for one in (boss, person))
    for attempt in (
        lambda: actions.remove_member(actor=boss, business_id=business, member_id=own.pk, now=now),
        lambda: actions.change_role(actor=boss, business_id=business, member_id=own.pk, role="read", now=now),
        lambda: accounts.erase_own_account(actor=boss, now=now),
    ):
        with pytest.raises(LastBusinessAdministrator):
            attempt()
    actions.change_role(actor=boss, business_id=business, member_id=other.pk, role="administer", now=now)
    accounts.erase_own_account(actor=boss, now=now)
    assert list(Member.objects.values_list("account_id", flat=True)) == [person.account_id]


@pytest.mark.parametrize("role", ["apply", "read"])
def test_only_administrators_change_a_business(boss, person, make_actor, found, join, data, now, role):
    business = found(boss)
    join(boss, business, person, role)
    member = Member.objects.get(account_id=boss.account_id).pk
    person = replace(person, assurance=4)
    for actor, refusal in ((person, NotAllowed), (make_actor(assurance=4), NotVisible)):
        for attempt in (
            lambda a: actions.change_business(actor=a, business_id=business, data=data(), now=now),
            lambda a: actions.invite(actor=a, business_id=business, email="n@example.org", role="read", now=now),
            lambda a: actions.change_role(actor=a, business_id=business, member_id=member, role="read", now=now),
            lambda a: actions.remove_member(actor=a, business_id=business, member_id=member, now=now),
            lambda a: actions.close_business(actor=a, business_id=business, now=now),
            lambda a: actions.grant_power(
                actor=a, business_id=business, email="n@example.org", rights=["read"], services=None,
                from_on=now.date(), to_on=None, now=now,
            ),
        ):  # fmt: skip
            with pytest.raises(refusal):
                attempt(actor)


def test_a_check_ends_when_the_register_entry_changes_and_guards_the_entry(
    boss, person, make_actor, office, found, data, now
):
    business, clerk = found(boss), make_actor("caseworker", office=office)
    with pytest.raises(NotVisible):
        actions.mark_checked(actor=person, business_id=business, with_what="Auszug", now=now)
    actions.mark_checked(actor=clerk, business_id=business, with_what="Auszug vom 2.10.2025", now=now)
    with pytest.raises(AlreadyChecked):
        found(make_actor(assurance=4))
    actions.change_business(actor=boss, business_id=business, data=data(phone="06131 1"), now=now)
    assert Business.objects.get().checked_at == now
    actions.change_business(actor=boss, business_id=business, data=data(register_number="HRB 2"), now=now)
    assert Business.objects.get().checked_at is None


def test_a_power_lasts_in_its_period_and_until_it_is_ended(boss, person, found, empower, again, now):
    business = found(boss)
    start = now.date() + timedelta(days=1)
    power = empower(boss, person, business=business, from_on=start, to_on=start + timedelta(days=2))

    def lasts(day):
        rows = PowerOfAttorney.objects.filter(pk=power)
        return businesses._in_force(rows, day).exists()

    days = [lasts(now.date() + timedelta(days=n)) for n in range(5)]
    assert days == [False, True, True, False, False]
    second = empower(boss, person, business=business)
    assert again(person).mandate(business, "apply", "x") is not None
    actions.end_power(actor=boss, power_id=second, now=now)
    assert again(person).mandate(business, "apply", "x") is None


def test_who_has_a_power_may_lay_it_down_others_may_not_touch_it(
    boss, person, make_actor, found, join, empower, now
):
    business, colleague = found(boss), make_actor()
    join(boss, business, colleague, "read")
    power = empower(boss, person, business=business)
    with pytest.raises(NotAllowed):
        actions.end_power(actor=colleague, power_id=power, now=now)
    with pytest.raises(NotVisible):
        actions.end_power(actor=make_actor(), power_id=power, now=now)
    actions.end_power(actor=person, power_id=power, now=now)
    row = PowerOfAttorney.objects.get()
    assert (row.ended_at, row.ended_by_id) == (now, person.account_id)


def test_nobody_empowers_herself(boss, found, empower):
    business = found(boss)
    with pytest.raises(OwnPower):
        empower(boss, boss)
    with pytest.raises(OwnPower):
        empower(boss, boss, business=business, to_business=business)


def test_through_a_firm_its_people_act_by_their_role_and_only_for_the_services(
    boss, person, make_actor, found, join, empower, again
):
    client, adviser, reader = found(boss), person, make_actor()
    firm = found(adviser, register_number="PR 7", legal_form="partg")
    join(adviser, firm, reader, "read")
    empower(boss, adviser, business=client, to_business=firm, services=["a"])
    assert again(adviser).mandate(client, "apply", "a") and not again(adviser).mandate(client, "apply", "b")
    assert not again(reader).mandate(client, "apply", "a") and again(reader).mandate(client, "receive", "a")
    assert not again(adviser).mandate(client, "administer", "a")


def test_closing_ends_everything_and_the_row_goes_when_no_case_needs_it(
    boss, person, found, empower, again, now
):
    business = found(boss)
    empower(boss, person, business=business)
    actions.close_business(actor=boss, business_id=business, now=now)
    assert not list(again(boss).mandates) and not list(again(person).mandates)
    with pytest.raises(NotVisible):
        policies.find(boss, business)
    jobs.erase(now)
    assert not Business.objects.exists() and not PowerOfAttorney.objects.exists()


def test_the_night_erases_old_links_and_long_ended_powers(boss, person, found, empower, now):
    business = found(boss)
    actions.invite(actor=boss, business_id=business, email="n@example.org", role="read", now=now)
    power = empower(boss, person, business=business)
    actions.end_power(actor=boss, power_id=power, now=now)
    jobs.erase(now + timedelta(days=14))
    assert not Invitation.objects.exists() and PowerOfAttorney.objects.exists()
    jobs.erase(now.replace(year=2028, month=12, day=31))
    assert PowerOfAttorney.objects.exists()
    jobs.erase(now.replace(year=2029, month=1, day=2))
    assert not PowerOfAttorney.objects.exists() and Business.objects.exists()


def test_a_person_gets_what_is_stored_about_her(boss, person, found, empower):
    empower(boss, person, business=found(boss))
    told = businesses.export_account(person.account_id)
    assert told["powers_of_attorney"][0]["apply"] is True and told["businesses"] == []
    assert businesses.export_account(boss.account_id)["businesses"][0]["role"] == "administer"
