"""The assistant's own sentences. German and English complete; other languages what safety and orientation need, the rest in German.

Numbers: 112 and 110; TelefonSeelsorge 0800 111 0 111 and 0800 111 0 222; Hilfetelefon Gewalt gegen Frauen 116 016; Nummer gegen Kummer
116 111 (children) and 0800 111 0 550 (parents); Giftnotruf via 112. Everywhere the same, so no text is generated.
"""

from __future__ import annotations

_T: dict[str, dict[str, str]] = {
    "disclosure": {
        "de": "Sie schreiben mit einem Computerprogramm der Stadt, nicht mit einem Menschen. Antworten sind keine Rechtsauskunft.",
        "en": "You are writing to a computer program of the city, not to a person. Answers are no legal advice.",
        "fr": "Vous écrivez à un programme informatique de la ville, pas à une personne.",
        "tr": "Bir insana değil, belediyenin bilgisayar programına yazıyorsunuz.",
        "uk": "Ви пишете комп’ютерній програмі міста, а не людині.",
        "ru": "Вы пишете компьютерной программе города, а не человеку.",
        "ar": "أنت تكتب إلى برنامج حاسوب تابع للمدينة وليس إلى إنسان.",
        "pl": "Piszesz do programu komputerowego miasta, a nie do człowieka.",
        "es": "Usted escribe a un programa informático de la ciudad, no a una persona.",
        "it": "Sta scrivendo a un programma informatico del Comune, non a una persona.",
    },
    "emergency": {
        "de": "Rufen Sie sofort den Notruf 112 (Feuerwehr, Rettungsdienst) oder 110 (Polizei). Bringen Sie sich und andere in Sicherheit.",
        "en": "Call 112 (fire, ambulance) or 110 (police) now. Get yourself and others to safety.",
        "fr": "Appelez tout de suite le 112 (pompiers, secours) ou le 110 (police). Mettez-vous en sécurité.",
        "tr": "Hemen 112 (itfaiye, ambulans) veya 110 (polis) numarasını arayın. Kendinizi güvene alın.",
        "uk": "Негайно телефонуйте 112 (пожежники, швидка) або 110 (поліція). Перейдіть у безпечне місце.",
        "ru": "Немедленно звоните 112 (пожарные, скорая) или 110 (полиция). Уйдите в безопасное место.",
        "ar": "اتصل فورا بالرقم 112 (الإطفاء والإسعاف) أو 110 (الشرطة). اذهب إلى مكان آمن.",
        "pl": "Natychmiast zadzwoń pod 112 (straż, pogotowie) lub 110 (policja). Przejdź w bezpieczne miejsce.",
        "es": "Llame ahora al 112 (bomberos, ambulancia) o al 110 (policía). Póngase a salvo.",
        "it": "Chiami subito il 112 (vigili del fuoco, ambulanza) o il 110 (polizia). Si metta al sicuro.",
    },
    "gas": {
        "de": "Kein Licht, keine Klingel, kein Handy im Haus benutzen, keine Flamme. Verlassen Sie das Haus und rufen Sie von draußen 112 an.",
        "en": "No light switch, no bell, no phone inside, no flame. Leave the building and call 112 from outside.",
    },
    "suicide": {
        "de": "Sie sind nicht allein. Sprechen Sie jetzt mit jemandem: TelefonSeelsorge 0800 111 0 111 oder 0800 111 0 222 (kostenlos, anonym, Tag "
        "und Nacht). Wenn Sie in unmittelbarer Gefahr sind, rufen Sie 112 an.",
        "en": "You are not alone. Please talk to someone now: TelefonSeelsorge 0800 111 0 111 or 0800 111 0 222 (free, anonymous, day and night). "
        "In immediate danger call 112.",
        "fr": "Vous n'êtes pas seul. Parlez à quelqu'un : TelefonSeelsorge 0800 111 0 111 (gratuit, anonyme). Danger immédiat : 112.",
        "tr": "Yalnız değilsiniz. Lütfen biriyle konuşun: TelefonSeelsorge 0800 111 0 111 (ücretsiz). Acil tehlikede 112.",
        "uk": "Ви не самі. Поговоріть із кимось: TelefonSeelsorge 0800 111 0 111 (безкоштовно). У разі небезпеки телефонуйте 112.",
        "ru": "Вы не одни. Поговорите с кем-нибудь: TelefonSeelsorge 0800 111 0 111 (бесплатно). При опасности звоните 112.",
        "ar": "لست وحدك. تحدث مع شخص ما الآن: 0800 111 0 111 (مجانا). في حالة الخطر اتصل بالرقم 112.",
        "pl": "Nie jesteś sam. Porozmawiaj z kimś: TelefonSeelsorge 0800 111 0 111 (bezpłatnie). W niebezpieczeństwie: 112.",
        "es": "No está solo. Hable con alguien: TelefonSeelsorge 0800 111 0 111 (gratis). En peligro inmediato: 112.",
        "it": "Non è solo. Parli con qualcuno: TelefonSeelsorge 0800 111 0 111 (gratuito). In pericolo immediato: 112.",
    },
    "violence": {
        "de": "In Gefahr rufen Sie die Polizei: 110, bei Verletzungen 112. Hilfetelefon Gewalt gegen Frauen 116 016, Hilfetelefon Gewalt an Männern "
        "0800 123 99 00 (kostenlos, anonym). Wenn Sie nicht allein sein können: TelefonSeelsorge 0800 111 0 111.",
        "en": "In danger call the police: 110, if someone is hurt 112. Helpline violence against women 116 016 (free, anonymous, many languages). "
        "Someone to talk to: TelefonSeelsorge 0800 111 0 111.",
        "fr": "En danger : police 110, blessés 112. Aide aux femmes victimes de violence : 116 016 (gratuit).",
        "tr": "Tehlikede polis 110, yaralanma varsa 112. Kadına yönelik şiddet yardım hattı 116 016 (ücretsiz).",
        "uk": "У небезпеці: поліція 110, поранення 112. Допомога жінкам від насильства: 116 016 (безкоштовно).",
        "ru": "В опасности: полиция 110, ранения 112. Помощь женщинам при насилии: 116 016 (бесплатно).",
        "ar": "في الخطر: الشرطة 110، الإسعاف 112. مساعدة النساء ضد العنف: 116 016 (مجانا).",
        "pl": "W niebezpieczeństwie: policja 110, ranni 112. Pomoc kobietom: 116 016 (bezpłatnie).",
    },
    "child": {
        "de": "Ist ein Kind jetzt in Gefahr, rufen Sie 110 oder 112. Medizinische Kinderschutzhotline 0800 19 210 00, Nummer gegen Kummer für Kinder "
        "116 111, für Eltern 0800 111 0 550 (kostenlos). Das Jugendamt der Stadt hilft ebenfalls.",
        "en": "If a child is in danger now call 110 or 112. Children can call 116 111, parents 0800 111 0 550 (free). The youth office helps too.",
    },
    "refuse": {
        "de": "Dazu kann ich nichts sagen. Ich beantworte Fragen zu Leistungen der Stadt. Probieren Sie die Suche oder rufen Sie die Behördennummer 115 an.",
        "en": "I cannot say anything about this. I answer questions about services of the city. Try the search (Suche) or call 115.",
        "fr": "Je ne peux pas répondre à cela. Essayez la recherche (Suche) ou appelez le 115.",
        "tr": "Bu konuda bilgi veremem. Aramayı (Suche) deneyin veya 115'i arayın.",
        "uk": "На це я не можу відповісти. Скористайтеся пошуком (Suche) або зателефонуйте 115.",
        "ru": "На это я не могу ответить. Воспользуйтесь поиском (Suche) или позвоните 115.",
        "ar": "لا أستطيع الإجابة على هذا. جرب البحث (Suche) أو اتصل بالرقم 115.",
        "pl": "Na to nie mogę odpowiedzieć. Skorzystaj z wyszukiwarki (Suche) lub zadzwoń pod 115.",
        "es": "No puedo responder a eso. Pruebe la búsqueda (Suche) o llame al 115.",
        "it": "A questo non posso rispondere. Provi la ricerca (Suche) o chiami il 115.",
    },
    "injection": {
        "de": "Solchen Aufforderungen folge ich nicht. Stellen Sie mir eine Frage zu einer Leistung der Stadt, nutzen Sie die Suche oder rufen Sie 115 an.",
        "en": "I do not follow such requests. Ask me about a service of the city, use the search (Suche) or call 115.",
    },
    "politics": {
        "de": "Zu Parteien und Wahlentscheidungen äußere ich mich nicht; die Stadt ist neutral. Fragen zum Ablauf einer Wahl beantworte ich gern. Suche und "
        "Telefon 115 helfen weiter.",
        "en": "I take no position on parties or votes; the city is neutral. I can answer questions about how an election works. Try the search (Suche) or 115.",
    },
    "private": {
        "de": "Auskünfte über andere Menschen gebe ich nicht. Probieren Sie die Suche oder rufen Sie 115 an.",
        "en": "I give no information about other people. Try the search (Suche) or call 115.",
    },
    "whereabouts": {
        "de": "Auskünfte über andere Menschen gebe ich nicht. Wer eine Anschrift braucht, kann sie bei der Meldebehörde beantragen:",
        "en": "I give no information about other people. Whoever needs an address can apply for it at the registration office:",
    },
    "legal": {
        "de": "Ich gebe keine Rechtsauskunft und schätze keine Erfolgsaussichten ein. Diese Stelle kann weiterhelfen:",
        "en": "I give no legal advice and judge no chances in court. This office can help:",
    },
    "human": {
        "de": "Ich gebe gern ab: Rufen Sie 115 an (Montag bis Freitag) oder schreiben Sie der Stadt über das Kontaktformular.",
        "en": "Happy to hand over: call 115 (Monday to Friday) or write to the city by the contact form.",
    },
    "other_city": {
        "de": "Dafür ist {ours} nicht zuständig: Es gilt die Stadt, in der Sie wohnen, hier {theirs}. Rufen Sie dort an oder wählen Sie 115.",
        "en": "{ours} is not responsible for this (nicht zuständig): ask the city in which you live, here {theirs}, or call 115.",
    },
    "other_authority": {
        "de": "Dafür ist die Stadt nicht zuständig, sondern: {name}. {contact}. Im Zweifel hilft die Behördennummer 115.",
        "en": "The city is not responsible for this (nicht zuständig); please ask: {name}. {contact}. In doubt call 115.",
    },
    "unknown": {
        "de": "Dazu steht in unserer Quelle nichts. Bitte fragen Sie bei der Stelle nach oder rufen Sie 115 an.",
        "en": "Our source does not say this. Please ask the office or call 115.",
        "fr": "Notre source ne le dit pas. Demandez au service ou appelez le 115.",
        "tr": "Kaynağımızda bu bilgi yok. Lütfen daireye sorun veya 115'i arayın.",
        "uk": "У нашому джерелі цього немає. Запитайте установу або зателефонуйте 115.",
        "ru": "В нашем источнике этого нет. Спросите ведомство или позвоните 115.",
        "ar": "لا يذكر مصدرنا ذلك. اسأل الدائرة أو اتصل بالرقم 115.",
        "pl": "Nasze źródło tego nie podaje. Zapytaj urząd lub zadzwoń pod 115.",
    },
    "clarify": {
        "de": "Was meinen Sie genau?",
        "en": "Which one do you mean?",
        "fr": "Que voulez-vous dire exactement ?",
        "tr": "Tam olarak hangisini kastediyorsunuz?",
        "uk": "Що саме ви маєте на увазі?",
        "ru": "Что именно вы имеете в виду?",
        "ar": "ماذا تقصد بالضبط؟",
        "pl": "O co dokładnie chodzi?",
        "es": "¿A qué se refiere exactamente?",
        "it": "Che cosa intende esattamente?",
    },
    "official": {
        "en": "The official text is in German only.",
        "fr": "Le texte officiel n'existe qu'en allemand.",
        "tr": "Resmî metin yalnızca Almancadır.",
        "uk": "Офіційний текст лише німецькою мовою.",
        "ru": "Официальный текст только на немецком языке.",
        "ar": "النص الرسمي باللغة الألمانية فقط.",
        "pl": "Oficjalny tekst jest tylko po niemiecku.",
        "es": "El texto oficial solo existe en alemán.",
        "it": "Il testo ufficiale è solo in tedesco.",
    },
    "stale": {
        "de": "Dieser Text wurde länger nicht geprüft.",
        "en": "This text has not been reviewed for some time.",
    },
    "scrubbed": {
        "de": "Sie haben persönliche Angaben geschrieben. Ich brauche sie nicht und habe sie nicht gespeichert.",
        "en": "You wrote personal data. I do not need it and did not store it.",
    },
    "source": {"de": "Quelle", "en": "Source"},
    "revision": {"de": "Stand", "en": "revision"},
    "reviewed": {"de": "geprüft am", "en": "reviewed on"},
    "generated": {
        "de": "Zusammenfassung einer Maschine, nur aus den Quellen unten",
        "en": "Machine summary, only from the sources below",
    },
}
DISCLOSURE = _T["disclosure"]


def say(name: str, language: str, /, **values: str) -> str:
    """A sentence in a language; English for languages that have none of their own, German where there is no English."""
    rows = _T[name]
    return rows.get(language, rows.get("de" if language == "de" else "en", rows.get("de", ""))).format(
        **values
    )
