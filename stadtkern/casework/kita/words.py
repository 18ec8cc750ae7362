"""Words for what is stored as a key: concepts, languages of everyday life, tags of seats, months."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

CONCEPTS = {
    "situation": gettext_noop("Situationsansatz"),
    "montessori": gettext_noop("Montessori"),
    "waldorf": gettext_noop("Waldorf"),
    "wald": gettext_noop("Wald und Natur"),
    "offen": gettext_noop("Offene Arbeit"),
    "bewegung": gettext_noop("Bewegung"),
    "sprache": gettext_noop("Sprach-Kita"),
    "inklusion": gettext_noop("Inklusion"),
    "religion": gettext_noop("Religiöse Bildung"),
    "bilingual": gettext_noop("Zweisprachig"),
}
LANGUAGES = {
    "de": gettext_noop("Deutsch"),
    "en": gettext_noop("Englisch"),
    "tr": gettext_noop("Türkisch"),
    "uk": gettext_noop("Ukrainisch"),
    "fr": gettext_noop("Französisch"),
    "pl": gettext_noop("Polnisch"),
    "ar": gettext_noop("Arabisch"),
    "ru": gettext_noop("Russisch"),
    "it": gettext_noop("Italienisch"),
    "es": gettext_noop("Spanisch"),
}
TAGS = {
    "integration": gettext_noop("Integrationsplatz"),
    "betrieb": gettext_noop("Betriebsplatz"),
    "haertefall": gettext_noop("Härtefallplatz"),
}
# Questions of the catalogues in words for parents; FACTS has the dry ones.
QUESTIONS = {
    "kinder_im_haushalt": gettext_noop("Wie viele Kinder leben bei Ihnen?"),
    "alleinerziehend": gettext_noop("Sind Sie alleinerziehend?"),
    "wochenstunden_1": gettext_noop("Wie viele Stunden in der Woche arbeiten oder lernen Sie?"),
    "wochenstunden_2": gettext_noop("Wie viele Stunden in der Woche arbeitet oder lernt der andere Elternteil?"),
    "arbeitsuchend": gettext_noop("Sucht jemand von Ihnen Arbeit?"),
    "pflege": gettext_noop("Pflegen Sie zu Hause jemanden aus der Familie?"),
    "deutsch_zuhause": gettext_noop("Sprechen Sie zu Hause meistens Deutsch?"),
    "bekenntnis": gettext_noop("Welches Bekenntnis hat die Familie? (freiwillig)"),
    "betriebsangehoerig": gettext_noop("Arbeitet jemand von Ihnen in dem Betrieb, zu dem die Kita gehört?"),
}  # fmt: skip
CHOICES = {
    "katholisch": gettext_noop("katholisch"),
    "evangelisch": gettext_noop("evangelisch"),
    "anderes": gettext_noop("anderes"),
    "keines": gettext_noop("keines"),
}
SIBLING_RULES = {
    "same_only": gettext_noop("nur dieselbe Kita"),
    "same_preferred": gettext_noop("dieselbe Kita, wenn möglich"),
    "any": gettext_noop("egal"),
}
STATES = {
    "registered": gettext_noop("angemeldet"),
    "frozen": gettext_noop("in der Vergabe"),
    "offered": gettext_noop("Angebot liegt vor"),
    "placed": gettext_noop("Platz angenommen"),
    "withdrawn": gettext_noop("zurückgezogen"),
    "expired": gettext_noop("abgelaufen"),
    "closed": gettext_noop("abgeschlossen"),
}
STANDINGS = {
    "counted": gettext_noop("zählt"),
    "not_met": gettext_noop("trifft nicht zu"),
    "unknown": gettext_noop("dazu fehlt eine Angabe"),
    "proof_missing": gettext_noop("zählt, sobald der Nachweis anerkannt ist"),
    "proof_expired": gettext_noop("der Nachweis gilt nicht mehr"),
    "proof_rejected": gettext_noop("der Nachweis wurde nicht anerkannt"),
    "unconfirmed": gettext_noop("zählt, sobald die Kita das Geschwisterkind bestätigt"),
    "denied": gettext_noop("die Kita hat das Geschwisterkind nicht bestätigt"),
    "faulty": gettext_noop("die Regel ist fehlerhaft; bitte fragen Sie das Jugendamt"),
}


def said(table: dict[str, str], key: str) -> str:
    """The word for a key, or the key itself when nobody translated it."""
    return _(table[key]) if key in table else key


def month(day: date) -> str:
    """``August 2026`` in the language of the page."""
    return str(formats.date_format(day, "F Y"))
