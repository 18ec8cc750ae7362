"""Words of the run room: findings of the pre-flight, reasons of deviations."""

from __future__ import annotations

from django.utils.translation import gettext_noop

FINDINGS = {
    "no-children": gettext_noop("Kein Kind sucht in dieser Zeit einen Platz."),
    "no-seats": gettext_noop("Kein Platz ist frei."),
    "over-staff": gettext_noop("Mehr Kinder mit Vertrag als Plätze mit Personal."),
    "blocked-without-reason": gettext_noop("Platz gesperrt ohne verständlichen Grund."),
    "blocked-past-end": gettext_noop("Sperre ist abgelaufen und nicht aufgehoben."),
    "age-at-start": gettext_noop("Das Kind ist am ersten Tag noch nicht geboren oder schon schulpflichtig."),
    "wish-without-seat": gettext_noop("Für einen Wunsch gibt es keine passende Platzart."),
    "few-wishes": gettext_noop("Kinder mit weniger als drei Wünschen."),
    "same-child": gettext_noop("Gleicher Name und Geburtstag: zweimal angemeldet?"),
    "siblings-not-linked": gettext_noop("Gleiche E-Mail-Adresse, aber nicht als Geschwister verbunden."),
    "unproven": gettext_noop("Nachweise sind da, aber noch nicht geprüft; sie zählen nicht."),
    "sibling-unconfirmed": gettext_noop(
        "Geschwisterkind in der Kita angegeben, von der Kita noch nicht bestätigt; es zählt nicht."
    ),
    "no-wish-fits": gettext_noop("Kein Wunsch passt zu einem freien Platz; das Kind ist nicht in der Runde."),
}
REASONS = {
    "siblings": gettext_noop("Geschwister kämen sonst in verschiedene Kitas"),
    "care": gettext_noop("Förderbedarf, für den der andere Platz nicht taugt"),
    "hardship": gettext_noop("Härtefall (Jugendhilfe)"),
    "error": gettext_noop("Angabe war falsch und wurde nach dem Stichtag berichtigt"),
    "group": gettext_noop("Zusammensetzung der Gruppe (mit Genehmigung)"),
}
TASKS = {
    "preview": gettext_noop("Die Probe prüft"),
    "freeze": gettext_noop("Das Einfrieren liest Wünsche, Punkte und Plätze"),
    "shadow": gettext_noop("Der Schattenlauf rechnet"),
    "run": gettext_noop("Der Lauf rechnet"),
    "send": gettext_noop("Die Angebote gehen hinaus"),
}
FAILED = {
    "preview": gettext_noop("Die Probe ist nicht fertig geworden"),
    "freeze": gettext_noop("Das Einfrieren ist nicht fertig geworden"),
    "shadow": gettext_noop("Der Schattenlauf ist nicht fertig geworden"),
    "run": gettext_noop("Der Lauf ist nicht fertig geworden"),
    "send": gettext_noop("Der Versand der Angebote ist nicht fertig geworden"),
}
PROBLEMS = {
    "failed": gettext_noop(
        "Das ist mehrmals fehlgeschlagen. Die Verwaltung des Systems sieht den Fehler unter „Aufträge“."
    ),
    "killed": gettext_noop("Der Rechner hat das mehrmals abgebrochen, vermutlich fehlt Arbeitsspeicher."),
}
