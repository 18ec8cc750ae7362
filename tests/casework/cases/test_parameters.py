"""An amount in a form and in the procedure is the same value of the municipality, and stays what it was when the fee changes."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from stadtkern.casework.cases.demo_samples import PACKAGES, with_files
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes

pytestmark = pytest.mark.django_db
PARKING = "bewohnerparkausweis"


def test_a_fee_of_the_municipality_reaches_form_and_procedure_alike(
    city: Any, apply: Any, make_actor: Any, now: datetime
) -> None:
    processes.set_parameters(
        slug=PARKING, values={"gebuehr_jahr_cents": Decimal(4550)}, by_name="Test", now=now
    )
    resident = make_actor()
    case = apply(PARKING, actor=resident, now=now)
    facts = forms.facts(case.submission_id)
    wanted = 91 if facts["dauer"] == "24" else Decimal("45.5")
    assert facts["gebuehr_euro"] == wanted
    procedure = processes.procedure(case.process_version_id)
    variables = processes.variables(("case", case.pk))
    assert procedure.fee_cents({**facts, "parameter": variables["parameter"]}) == wanted * 100

    processes.set_parameters(
        slug=PARKING, values={"gebuehr_jahr_cents": Decimal(9900)}, by_name="Test", now=now
    )
    assert forms.facts(case.submission_id)["gebuehr_euro"] == wanted
    assert forms.facts(forms.submission(case.submission_id))["gebuehr_euro"] == wanted
    values = with_files(json.loads((PACKAGES / PARKING / "sample.json").read_text("utf-8")))
    amended = forms.amend_submission(actor=resident, submission_id=case.submission_id, values=values, now=now)
    assert forms.facts(amended)["gebuehr_euro"] == wanted

    later = apply(PARKING, actor=make_actor(), now=now, key="later")
    assert forms.facts(later.submission_id)["gebuehr_euro"] == (198 if facts["dauer"] == "24" else 99)
    assert Case.objects.count() == 2
