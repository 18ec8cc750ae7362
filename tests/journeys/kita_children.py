"""Children registered in an installation under test (its environment is ours), as their families would.

    python -m tests.journeys.kita_children MUNICIPALITY YYYY-MM-01 KEY,KEY,KEY COUNT      prints [{number, code, name}]

Every child is three years old on its first day and wishes all the Kitas (by the words in their names), starting with another one.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date

from stadtkern.runtime import boot


def main(slug: str, start: date, words: list[str], count: int) -> list[dict[str, str]]:
    """In the municipality of that short name."""
    from stadtkern.casework.kita.actions import drafts, registering
    from stadtkern.casework.kita.form import Answers, Contact
    from stadtkern.casework.kita.models import Facility
    from stadtkern.casework.kita.rules import WishEntry
    from stadtkern.foundation.access.api import Actor
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    found = []
    municipality = organizations.find(slug)
    assert municipality is not None, slug
    with tenancy.act_for(municipality.id):
        keys = [Facility.objects.get(name=word).key for word in words]
        mark = words[0].rpartition(" ")[2].capitalize()  # other journeys have children, too
        for number in range(count):
            now = clock.now()
            actor = Actor(kind="guest", tenant_id=municipality.id)
            draft = drafts.start(actor=actor, now=now)
            actor = replace(actor, guest_keys=frozenset({draft.pk}))
            turned = keys[number % 2 :] + keys[: number % 2]
            answers = Answers(
                contact=Contact(
                    given="Zoë", family=f"Runde{number}", email=f"runde{number}.{mark.lower()}@example.org", street="Am Demofeld 3", postcode="55118", town="Mainz",
                ),
                child_given=f"Kind{number}",
                child_family=f"Runde{number} {mark}",
                birth=date(start.year - 3, start.month, 1),
                start=start,
                hours=7,
                wishes=tuple(WishEntry(key=key, hours=7, start=start) for key in turned),
                facts={"alleinerziehend": number % 3 == 0, "wochenstunden_1": 39, "wochenstunden_2": 30},
            )  # fmt: skip
            sent = registering.send(actor=actor, draft_id=draft.pk, answers=answers, now=now)
            found.append({"number": sent.number, "code": sent.code, "name": answers.child_given})
    return found


if __name__ == "__main__":
    with boot.database():
        sys.stdout.write(
            json.dumps(
                main(sys.argv[1], date.fromisoformat(sys.argv[2]), sys.argv[3].split(","), int(sys.argv[4]))
            )
            + "\n"
        )
