"""The demo city's news, as if editors had written them."""

from __future__ import annotations

from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.fronts.site import texts
from stadtkern.fronts.site.models import NewsMessage
from stadtkern.kernel import clock


def load() -> None:
    """Write what is missing; what somebody changed or removed from public view stays so."""
    mainz = organizations.find("mainz")
    if mainz is None:
        return
    now = clock.now()
    with tenancy.act_for(mainz.id):
        for position, item in enumerate(texts.demo_news()):
            NewsMessage.objects.get_or_create(
                slug=item.slug,
                defaults={
                    "state": NewsMessage.State.PUBLISHED,
                    "title_de": item.title.de,
                    "title_en": item.title.en,
                    "text_de": item.text.de,
                    "text_en": item.text.en,
                    "period_de": item.period.de,
                    "period_en": item.period.en,
                    "label_de": item.label.de,
                    "label_en": item.label.en,
                    "visible_from_on": clock.local(now).date(),
                    "position": position,
                    "changed_at": now,
                },
            )
