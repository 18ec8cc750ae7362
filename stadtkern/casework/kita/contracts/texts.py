"""Titles of what families are told about their contract, in the four complete languages."""

from __future__ import annotations

from typing import Final

from stadtkern.casework.kita.rounds.texts import Titles

TERMS: Final[Titles] = {
    "de": "Ihr Betreuungsvertrag liegt bereit",
    "en": "Your nursery contract is ready",
    "tr": "Kreş sözleşmeniz hazır",
    "uk": "Ваш договір із дитсадком готовий",
}
SIGNED: Final[Titles] = {
    "de": "Ihr Betreuungsvertrag",
    "en": "Your nursery contract",
    "tr": "Kreş sözleşmeniz",
    "uk": "Ваш договір із дитсадком",
}
CHANGE: Final[Titles] = {
    "de": "Die Kita hat über Ihren Wunsch entschieden",
    "en": "The nursery has decided about your wish",
    "tr": "Kreş isteğiniz hakkında karar verdi",
    "uk": "Дитсадок розглянув ваше побажання",
}
ENDED: Final[Titles] = {
    "de": "Die Kita beendet den Betreuungsvertrag",
    "en": "The nursery ends the contract",
    "tr": "Kreş sözleşmeyi sona erdiriyor",
    "uk": "Дитсадок припиняє договір",
}
INVITED: Final[Titles] = {
    "de": "Zugang zur Kita-Anmeldung Ihres Kindes",
    "en": "Access to your child's nursery registration",
    "tr": "Çocuğunuzun kreş kaydına erişim",
    "uk": "Доступ до реєстрації вашої дитини в дитсадку",
}
INVITATION: Final[Titles] = {
    "de": "Sie sind als zweite sorgeberechtigte Person eingeladen, die Kita-Anmeldung zu sehen. Öffnen Sie diesen Link; den Code bekommen Sie von der Person, die Sie eingeladen hat:\n\n{link}\n\nKennen Sie die Anmeldung nicht, tun Sie nichts.",
    "en": "You are invited as second guardian to see the nursery registration. Open this link; you get the code from the person who invited you:\n\n{link}\n\nIf you do not know this registration, do nothing.",
    "tr": "İkinci veli olarak kreş kaydını görmeye davet edildiniz. Bu bağlantıyı açın; kodu sizi davet eden kişiden alırsınız:\n\n{link}\n\nBu kaydı bilmiyorsanız hiçbir şey yapmayın.",
    "uk": "Вас запрошено як другого опікуна переглядати реєстрацію в дитсадку. Відкрийте це посилання; код ви отримаєте від особи, яка вас запросила:\n\n{link}\n\nЯкщо ви не знаєте про цю реєстрацію, нічого не робіть.",
}
