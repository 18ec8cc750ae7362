"""Words that say nothing about what is wanted; folded as ``words.fold`` does."""

from __future__ import annotations

_GERMAN = """
ab aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus bei beim bekomme bekommen
bekommt bin bis bist bitte brauche brauchen braucht da dabei dafuer damit dann daran darauf das dass davon dazu dein deine dem den
denn der deren des dich die dies diese diesem diesen dieser dieses dir doch dort du duerfen darf durch ein eine einem einen einer
eines einfach er es etwas euch eure fuer gar geben geb gebe gegen gehen geht gerade gern gerne gibt guten hab habe haben hallo hat
hatte hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jemand jetzt kann
kannst kein keine keinen keiner koennen koennte koennen konnte koenntest kommen kommt lassen man mal mehr mein meine meinem meinen
meiner meines mich mir mit moechte moechten moechtest mag muss musst muessen nach nicht nichts noch nun nur ob oder ohne schon sehr
sein seine seinem seinen seiner seit selbst sich sie sind so soll sollen sollte sondern tag tage tun ueber ueberhaupt um und uns unser
unsere unserem unseren unserer unter viel viele vom von vor waere war waren warum was weg wegen weil welche welchen welcher welches
wem wen wenn wer werde werden wie wieder wieso will wir wird wo woher wohin wofuer wollen wollte wurde zu zum zur zwischen eigentlich
mach mache machen macht damals gehoert danke hilfe bzw usw oft ganz etwa wohl weiss wissen funktioniert laeuft
""".replace(" weg ", " ")
_ENGLISH = """
a about all am an and any are as at be been but by can could did do does for from get got had has have how i if in into is it its
just like me my need no not of on or our out please should so some that the their them then there they this to up us want was we
were what when where which who will with would you your im going getting lot any thing things does doesn don t s m ve re ll
"""
_OTHERS = """
ben bir bu icin ile mi ne nasil nerede var ve veya de da benim gerek istiyorum lazim
je le la les un une des du et est mon ma mes pour comment ou que quoi dois faire puis ai suis
jak gdzie co i w na z do sie jest moj moja mam moge
como donde el los mi para que una con dove il per che come un di posso devo
як де мій моя мені я це що у в на з до та чи можна треба потрібно
как где мой моя мне я это что у в на с до и ли можно нужно надо для
كيف اين أين هل في من على ما هو هي انا أنا يمكنني أريد
"""

STOP: dict[str, frozenset[str]] = {"de": frozenset(_GERMAN.split()), "en": frozenset(_ENGLISH.split())}
EVERY: frozenset[str] = STOP["de"] | STOP["en"] | frozenset(_OTHERS.split())

# Words of the person's goal rather than of its subject: they decide between sister services but name none.
_ACTIONS = """
abmelden abmeldung anmelden anmeldung ummelden ummeldung beantragen antrag antraege melden meldung verlaengern verlaengerung
aendern aenderung abholen abholung verloren verlust gestohlen diebstahl beantragung ausstellen ausstellung erteilung bestellen
bestellung ausweis pass bescheinigung erlaubnis genehmigung formular beratung auskunft schein urkunde kennzeichen karte bescheid
widerspruch umschreiben umschreibung termin kosten kostet gebuehr gebuehren
"""
ACTIONS: frozenset[str] = frozenset(_ACTIONS.split())

# Words of how rather than of what: price, time, way. They find no service, they choose a field of its page.
_ASPECTS = """
kostet kosten kost gebuehr gebuehren preis preise euro dauert dauer lange frist fristen mitbringen unterlagen formular formulare termin
termine oeffnungszeiten geoeffnet online internet antrag antraege beantragen amt stadt rathaus buergerbuero zustaendig heute morgen
gestern woche monat jahr letzte letzten naechste naechsten bald spaeter frueher moeglich noetig richtig genau cost fee price documents
appointment office opening hours city town hall deadline bring today tomorrow
"""
ASPECTS: frozenset[str] = frozenset(_ASPECTS.split())
