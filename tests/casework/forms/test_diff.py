"""Comparing two versions of a form and two versions of a submission."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from stadtkern.casework.forms.diff import diff_forms, diff_values
from stadtkern.casework.forms.model import Constraints, Datatype, Field, Form, Group, Position
from tests.casework.forms.samples import COMPLETE, DOGS, UPLOAD, at, field, form, group
from tests.casework.forms.strategies import forms


def test_added_removed_and_changed_fields_with_old_and_new() -> None:
    old = form(at(field("F1")), at(group("G2", at(field("F21")), at(field("F22")))), version="1.0.0")
    new = form(
        at(replace(field("F1"), question="Wie heißen Sie?", constraints=Constraints(max_length="5")), "0:1"),
        at(group("G2", at(field("F22", Datatype.DATE)), at(field("F23")))),
        version="2.0.0",
    )

    found = [
        (change.path, change.kind, change.part, change.old, change.new) for change in diff_forms(old, new)
    ]

    assert found == [
        ("", "changed", "version", "1.0.0", "2.0.0"),
        ("F1", "changed", "cardinality", "1:1", "0:1"),
        ("F1", "changed", "question", "F1", "Wie heißen Sie?"),
        ("F1", "changed", "constraints", "", "max_length=5"),
        ("G2/F21", "removed", "", "F21 (input, text, 1:1)", ""),
        ("G2/F22", "changed", "datatype", "text", "date"),
        ("G2/F23", "added", "", "", "F23 (input, text, 1:1)"),
    ]


def test_a_field_that_becomes_a_group_is_one_change() -> None:
    (change,) = diff_forms(form(at(field("X1"))), form(at(group("X1", at(field("F2"))))))[:1]
    assert (change.part, change.old, change.new) == ("type", "X1 (input, text, 1:1)", "X1 (Gruppe, 1:1)")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(forms)
def test_a_form_does_not_differ_from_itself_and_its_removal_is_complete(any_form: Form) -> None:
    assert diff_forms(any_form, any_form) == ()
    empty = replace(any_form, children=())
    removed = [change for change in diff_forms(any_form, empty) if change.kind == "removed"]
    assert len(removed) == sum(1 for _ in any_form.walk())
    assert [change.path for change in diff_forms(empty, any_form)] == [change.path for change in removed]


def test_values_are_compared_field_by_field() -> None:
    new = {
        "F1": False,
        "G2": [{"F21": "Rex", "F23": "m", "F24": [UPLOAD]}, {"F21": "Bello"}],
        "G3": {"G32": {}},
        "G4": {"F41": "neu"},
    }

    found = [
        (change.path, change.kind, change.old, change.new) for change in diff_values(DOGS, COMPLETE, new)
    ]

    assert found == [
        ("F1", "changed", True, False),
        ("G2[0]/F22", "removed", "2024-03-01", None),
        ("G2[0]/F24[0]", "added", None, UPLOAD),
        ("G2[1]/F21", "added", None, "Bello"),
        ("G3/G31/F311", "removed", "DE02120300000000202051", None),
        ("G4/F41", "added", None, "neu"),
    ]
    assert diff_values(DOGS, COMPLETE, COMPLETE) == ()
    assert diff_values(DOGS, {"G2": "kaputt"}, {"G2": None}) == ()


def test_labels_are_those_of_the_form() -> None:
    (change,) = diff_values(
        form(Position(element=Group(id="G", children=(at(Field(id="F1", question="Name?")),)))),
        {"G": {}},
        {"G": {"F1": "a"}},
    )
    assert change.label == "Name?"
