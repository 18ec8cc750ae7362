"""What families are told, the same for everybody. Titles of messages in the four complete languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Titles = Mapping[str, str]

OFFER: Final[Titles] = {
    "de": "Platzangebot für Ihr Kind: bitte antworten Sie",
    "en": "A nursery place is offered to your child: please answer",
    "tr": "Çocuğunuz için kreş yeri teklifi: lütfen yanıtlayın",
    "uk": "Пропозиція місця в дитсадку: будь ласка, дайте відповідь",
}
RESULT: Final[Titles] = {
    "de": "Ergebnis der Kita-Vergabe",
    "en": "Result of the nursery allocation",
    "tr": "Kreş yeri dağıtımının sonucu",
    "uk": "Результат розподілу місць у дитсадках",
}
REMINDER: Final[Titles] = {
    "de": "Erinnerung: Ihr Platzangebot läuft bald ab",
    "en": "Reminder: your offer of a place ends soon",
    "tr": "Hatırlatma: yer teklifinizin süresi yakında doluyor",
    "uk": "Нагадування: термін пропозиції місця незабаром спливає",
}
EXPIRED: Final[Titles] = {
    "de": "Ihr Platzangebot ist abgelaufen; Ihr Kind bleibt angemeldet",
    "en": "Your offer has expired; your child stays registered",
    "tr": "Teklifin süresi doldu; çocuğunuzun kaydı devam ediyor",
    "uk": "Термін пропозиції сплив; реєстрація дитини залишається чинною",
}


def in_language(titles: Titles, language: str) -> str:
    """The title in the family's language, English for languages without a translation."""
    return titles.get(language, titles["en"])
