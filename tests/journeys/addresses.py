"""Which page is opened by whom, in which state: every address of both fronts, several states of the important ones.

``{new}`` and the like are ids made by ``states``. An address without a line here fails the accessibility test, unless
``NOT_OPENED`` names the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Task = tuple[str, str, Mapping[str, str], str]

DOG = "hundesteuer-anmeldung"
_A, _E = f"/antrag/{DOG}/{{draft}}/", f"/arbeit/erfassen/{DOG}/{{entry_draft}}/"
_P, _V = f"/arbeit/formulare/vorschau/{DOG}/{{preview_draft}}/", "/arbeit/formulare/fassung/{version}/"
_L, _M = f"/arbeit/leistungen/{DOG}/", "/verwaltung/personal/{account}/"

_W = "/arbeit/werkstatt/"
_K, _KM, _KE = (
    "/arbeit/kita/kita/{kita}/",
    "/kita/meine/{kita_registration}/",
    "/kita/anmeldung/{kita_draft}/",
)
_KC = "/kita/meine/{kita_placed}/vertrag/"
_D = _W + "{procedure}/"
_RC, _RS = "/arbeit/kita/runden/{kita_confirming}/", "/arbeit/kita/runden/{kita_sent}/"
_RL = _RC + "kita/{kita_eng}/"

PAGES: dict[str, tuple[str, ...]] = {
    "stranger": (
        "/", "/suche/?q=hund", "/suche/?q=qqqq", "/leistungen/", f"/leistungen/{DOG}/", "/leistungen/sperrmuell/",
        "/lebenslagen/", "/lebenslagen/{situation}/", "/aemter/", "/aemter/finanzen/", "/aktuelles/", "/aktuelles/{news}/", "/hilfe/{help}/", "/impressum/",
        "/datenschutz/", "/barrierefreiheit/", "/hilfe/", "/gallery", "/api/docs", "/docs/errors/",
        "/docs/errors/not-visible", "/demo-idp/personen/", "/gibt-es-nicht/", "/vorgaenge/", "/vorgaenge/zugang/",
        "/postfach/", "/meine-daten/", "/antrag/weitermachen/", "/antrag/weitermachen/{draft}/", f"/antrag/{DOG}/",
        "/antrag/aufenthaltserlaubnis-verlaengern/", "/accounts/login/", "/accounts/login/?next=/arbeit/",
        "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-falsch/", "/accounts/password/reset/key/done/", "/accounts/inactive/",
        "/was-es-bringt/", "/daten/", "/daten/?q=qqqq", "/daten/eintrag/{catalog_entry}/", "/stellungnahme/{statement}/", "/kita/", "/kita/?lang=uk", "/kita/suche/", "/kita/suche/?q=qqqq", "/kita/kitas/rund/",
        "/kita/runden/", "/kita/runden/{kita_sent}/", "/kita/runden/{kita_confirming}/",
        "/kita/kosten/", "/kita/zweite-person/{kita_second}/",
        "/kita/anmeldung/", "/kita/meine/", "/kita/bestaetigen/{kita_token}/", "/kita/anmeldung/{kita_draft}/weiter/",
        "/accounts/confirm-email/falsch/", "/accounts/3rdparty/login/cancelled/", "/accounts/3rdparty/login/error/",
    ),
    "guest": (
        _A + "seite/person/", _A + "uebersicht/", _A + "unterbrechen/", _A + "loeschen/",
        _A + "seite/hund/", _A + "seite/zahlung/", f"/antrag/{DOG}/{{full_draft}}/uebersicht/",
        f"/antrag/{DOG}/{{full_draft}}/seite/hund/",
        "/antrag/eingang/{submission}/",
        "/vorgaenge/", "/vorgaenge/{new}/", "/vorgaenge/{new}/eingang/", "/vorgaenge/{new}/berichtigen/",
        "/vorgaenge/{new}/nachricht/", "/vorgaenge/{new}/zuruecknehmen/", "/vorgaenge/{closed}/", "/postfach/",
        "/vorgaenge/{taken}/",
        "/antrag/baumfaellgenehmigung/{old_draft}/uebersicht/",
    ),
    "resident": (
        "/", "/vorgaenge/", "/vorgaenge/{asked}/", "/vorgaenge/{asked}/antworten/", "/vorgaenge/{amended}/",
        "/vorgaenge/{amended}/aenderungen/", "/vorgaenge/{decided}/", "/vorgaenge/{decided}/widerspruch/",
        "/vorgaenge/{objected}/", "/vorgaenge/{objection}/", "/vorgaenge/{withdrawn}/", "/vorgaenge/{parking}/",
        "/vorgaenge/{parking}/eingang/", "/vorgaenge/{parking}/zahlen/{charge}/",
        "/vorgaenge/{parking}/gezahlt/{charge}/", "/zahlung/test/{transaction}/", "/vorgaenge/{residence}/",
        "/vorgaenge/{residence}/termin/", "/vorgaenge/{residence}/eingang/", "/postfach/",
        "/meine-daten/", "/konto/", "/konto/app-passwoerter/", "/konto/app-passwoerter/{app_password}/sperren/",
        "/konto/loeschen/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/3rdparty/",
        "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
        "/accounts/reauthenticate/", "/accounts/logout/", "/accounts/confirm-email/",
        "/accounts/vertrauensniveau/", f"/antrag/{DOG}/", "/kita/", "/kita/meine/", _KM, _KM + "angekommen/", _KM + "wuensche/",
        "/kita/kalender/", _KC, _KC + "{kita_contract}/ende/", "/kita/meine/{kita_placed}/zweite-person/", "/kita/meine/{kita_placed}/",
        "/kita/ergebnis/{kita_offered}/", "/kita/ergebnis/{kita_refused}/", "/kita/ergebnis/{kita_refused}/?lang=tr",
        _KM + "zurueckziehen/", *(_KE + step + "/" for step in ("kind", "bedarf", "wuensche", "kriterien", "kontakt", "pruefen")),
    ),
    "kita_head": (
        "/arbeit/kita/", _K, _K + "bearbeiten/", _K + "plaetze/", _K + "plaetze/{kita_seats}/", _K + "bewerbungen/",
        _K + "bewerbungen/{kita_registration}/", "/arbeit/kita/traeger/{kita_provider}/kita-neu/", "/arbeit/kita/traeger/{kita_provider}/",
        _K + "vertraege/", _K + "vertraege/{kita_contract}/",
        "/arbeit/kita/runden/", _RC, _RL, _RL + "abweichen/{kita_waiting}/", _RS, _RS + "kita/{kita_eng}/",
    ),
    "kita_office": (
        "/arbeit/kita/", "/arbeit/kita/traeger/", "/arbeit/kita/traeger/neu/", "/arbeit/kita/traeger/{kita_provider}/",
        "/arbeit/kita/beitraege/", "/arbeit/kita/kriterien/", "/arbeit/kita/kriterien/{kita_catalogue}/", "/arbeit/kita/kriterien/{kita_proposal}/", "/arbeit/kita/einlesen/", "/arbeit/kita/einlesen/{kita_import}/", "/arbeit/kita/bedarfsplan/", "/arbeit/kita/erfassen/", "/arbeit/kita/erfassen/{kita_registration}/",
        "/arbeit/kita/runden/", "/arbeit/kita/runden/neu/", _RC, _RC + "befunde/few-wishes/", _RS, _RS + "fairness/", _RS + "danach/", "/arbeit/kita/runden/anspruch/",
        "/arbeit/kita/runden/haertefall/{kita_waiting}/", "/arbeit/kita/runden/rangliste/{kita_ranked}/",
    ),
    "owner": (
        "/unternehmen/", "/unternehmen/neu/", "/unternehmen/{business}/", "/unternehmen/{business}/bearbeiten/",
        "/unternehmen/{business}/schliessen/", "/unternehmen/{business}/einladen/", "/unternehmen/{business}/person/{member}/",
        "/unternehmen/{business}/vollmacht/", "/vollmachten/neu/", "/vollmachten/{power}/", "/vorgaenge/",
        "/vorgaenge/{business_case}/", "/postfach/",
    ),
    "adviser": (
        "/unternehmen/", "/unternehmen/einladung/{invitation_link}/", "/vollmachten/annehmen/{power_link}/",
        "/vollmachten/{power}/", "/vorgaenge/", "/vorgaenge/{business_case}/",
    ),
    "weak": ("/accounts/vertrauensniveau/?next=/antrag/", "/antrag/aufenthaltserlaubnis-verlaengern/"),
    "nameless": ("/accounts/password/set/",),
    "unprotected": ("/accounts/zweiter-faktor/",),
    "half": ("/accounts/2fa/authenticate/",),
    "worker": (
        "/arbeit/?bereich=alle&stand=alle", "/arbeit/", "/arbeit/?q=qqqq", "/arbeit/vorgang/{new}/",
        "/arbeit/vorgang/{taken}/", "/arbeit/vorgang/{asked}/", "/arbeit/vorgang/{amended}/",
        "/arbeit/vorgang/{taken}/ablauf/", "/arbeit/vorgang/{decided}/ablauf/", "/arbeit/vorgang/{taken}/stellungnahmen/",
        "/arbeit/vorgang/{new}/stellungnahmen/", "/arbeit/vorgang/{taken}/stellungnahmen/erbitten/",
        "/arbeit/stellungnahme/{statement}/", "/arbeit/stellungnahmen/", "/arbeit/stellungnahmen/{asked_statement}/",
        "/arbeit/vorgang/{amended}/aenderungen/", "/arbeit/vorgang/{taken}/druck/", "/arbeit/vorgang/{taken}/entscheiden/",

        "/arbeit/vorgang/{second}/", "/arbeit/vorgang/{decided}/", "/arbeit/vorgang/{closed}/",
        "/arbeit/vorgang/{withdrawn}/", "/arbeit/vorgang/{residence}/", "/konto/",
        *(
            f"/arbeit/vorgang/{{taken}}/schritt/{step}/"
            for step in ("nachfordern", "zuweisen", "abgeben", "beteiligen", "nachricht", "vermerk", "frist-anhalten",
                         "frist-fortsetzen", "pruefung", "bezahlt", "abschliessen", "wiederaufnehmen")
        ),
        "/verwaltung/personal/", "/arbeit/unternehmen/", "/arbeit/unternehmen/?q=qqqq", "/arbeit/unternehmen/{business}/",
        "/arbeit/vorgang/{business_case}/", "/arbeit/akten/", "/arbeit/akten/?art=vorgaenge", "/arbeit/akten/?q=qqqq", "/arbeit/akten/{record}/",
        "/arbeit/akten/{record_file}/",
    ),
    "second": ("/arbeit/vorgang/{second}/", "/arbeit/vorgang/{second}/freigabe/{proposal}/"),
    "asked": ("/arbeit/vorgang/{taken}/", "/arbeit/vorgang/{taken}/schritt/stellungnahme/"),
    "lead": (
        "/arbeit/?bereich=alle", "/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/keys/{passkey}/edit/",
        "/accounts/2fa/webauthn/keys/{passkey}/remove/", "/accounts/2fa/reauthenticate/",

    ),
    "manager": (
        "/arbeit/stellungnahmen/verzeichnis/", "/arbeit/stellungnahmen/verzeichnis/neu/",
        "/arbeit/stellungnahmen/verzeichnis/{contact}/", "/arbeit/stoerungen/", "/arbeit/automatik/", "/arbeit/entlastung/", f"/arbeit/entlastung/{DOG}/",
        "/arbeit/leistungen/", "/arbeit/leistungen/vorlagen/", "/arbeit/leistungen/einlesen/", _L, _L + "bearbeiten/",
        _L + "kopieren/", _L + "zustaendigkeit/", "/arbeit/leistungen/neu/", "/arbeit/leistungen/zustaendigkeiten/",
        "/arbeit/aktuelles/", "/arbeit/aktuelles/neu/", "/arbeit/aktuelles/{news_id}/", "/arbeit/aktuelles/{news_id}/vorschau/", "/arbeit/formulare/bausteine/", "/arbeit/formulare/bausteine/{block}/", _L + "zustaendigkeit/{area_rule}/", _V + "seiten/", _V + "bausteine/",
        _L + "vorschau/", _L + "unterschied/", _L + "veroeffentlichen/", _L + "zurueckziehen/", _L + "vorlage/",
        "/arbeit/formulare/", "/arbeit/formulare/einlesen/", "/arbeit/formulare/codelisten/",
        "/arbeit/formulare/codelisten/{code_list}/", "/arbeit/formulare/vergleich/{published}/{version}/",
        "/arbeit/formulare/fassung/{published}/", _V, _V + "veroeffentlichen/", _V + "loeschen/",
        "/arbeit/formulare/fassung/{published}/abloesen/", _V + "regeln/", _V + "regeln/neu/",
        _V + "regeln/namen/", _V + "regeln/regel/{rule}/", _P + "seite/person/",
        _P + "uebersicht/", _P + "unterbrechen/", _P + "loeschen/",
    ),
    "designer": (
        _W, _W + "neu/", _W + f"neu/?leistung={DOG}", _W + "einlesen/", _W + f"werte/{DOG}/", _W + f"{DOG}/umstellen/", _D, _D + "name/", _D + "ablauf/",
        _D + "ablauf/datei/", _D + "ablauf/element/pruefen/", _D + "ablauf/element/f_was_nun_warten/", _D + "texte/",
        *(f"{_D}texte/{part}/" for part in ("staende", "schreiben", "bausteine", "pruefungen", "eckdaten", "nachrichten")),
        _D + "entscheidungen/", _D + "entscheidungen/verfahren/steuer/", _D + "entscheidungen/verfahren/four_eyes/",
        _D + "parameter/", _D + "formular/", _D + "formular/neu/", _D + "formular/neu/?kind=choice&parent=G17000001020",
        _D + "formular/element/G17000001020/F17000001022/", _D + "formular/angaben/", _D + "formular/entfernen/?place=rasse", _D + "formular/datei/",
        _D + "formular/baustein/", _D + "formular/codeliste/", _D + "formular/seiten/", _D + "formular/regeln/", _D + "unterschied/", _D + "uebergeben/", _D + "veroeffentlichen/",
        _D + "tests/", _D + "tests/spielen/", _D + "tests/fall/standard/",
        _W + "{handed_over}/", _W + "{handed_over}/veroeffentlichen/",
    ),
    "counter": (
        "/arbeit/erfassen/person/",
        "/arbeit/erfassen/", f"/arbeit/erfassen/{DOG}/", "/arbeit/erfassen/fertig/{entered}/", _E + "seite/person/",
        _E + "uebersicht/", _E + "unterbrechen/", _E + "loeschen/",
    ),
    "post": (
        "/arbeit/post/", "/arbeit/post/stapel/{batch}/", "/arbeit/post/brief/{letter}/", "/arbeit/post/e-mails/",

    ),
    "admin": (
        "/arbeit/datenquellen/", "/arbeit/datenquellen/neu/", "/arbeit/datenquellen/{catalog_source}/",
        "/arbeit/datenquellen/{catalog_source}/aendern/", "/arbeit/datenquellen/{catalog_source}/lauf/{catalog_run}/",
        "/verwaltung/", "/verwaltung/kommunen/", "/verwaltung/kommunen/neu/", "/verwaltung/kommunen/{municipality}/",
        "/verwaltung/aemter/", "/verwaltung/aemter/neu/",
        "/verwaltung/aemter/{office}/", "/verwaltung/aemter/{office}/team/neu/",
        "/verwaltung/aemter/{team_office}/team/{team}/", "/verwaltung/orte/", "/verwaltung/personal/",
        "/verwaltung/personal/neu/", "/verwaltung/personal/import/", "/verwaltung/personal/abwesenheiten/",
        "/verwaltung/personal/abwesenheiten/{absence}/loeschen/", _M,
        _M + "sperren/", _M + "passwort-link/", "/verwaltung/anmeldung/", "/verwaltung/anmeldung/neu/",
        "/verwaltung/anmeldung/{provider}/", "/verwaltung/anmeldung/{provider}/loeschen/", "/verwaltung/auftraege/",
        "/verwaltung/aussensysteme/",
    ),
    "auditor": (
        "/verwaltung/protokoll/", "/verwaltung/protokoll/?q=case", "/verwaltung/protokoll/{entry}/",
        "/arbeit/vorgang/{taken}/", "/arbeit/vorgang/{objection}/",
    ),
    "founder": ("/einrichten/",),
}  # fmt: skip

# Pages that only an answer shows: who, where, what is typed (by name of the field), and what is pressed.
ANSWERS: tuple[tuple[str, str, Mapping[str, str], str], ...] = (
    ("stranger", f"/antrag/{DOG}/", {}, "Ohne Anmeldung beginnen"),
    ("stranger", "/accounts/login/", {"login": "niemand", "password": "falsch-falsch"}, ""),
    ("stranger", "/vorgaenge/zugang/", {"number": "HU-2025-00001", "code": "FALSCH"}, ""),
    ("stranger", "/antrag/weitermachen/{draft}/", {"code": "FALSCH"}, ""),
    ("stranger", "/stellungnahme/{statement}/", {"code": "FALSCH"}, ""),
    (
        "stranger",
        "/accounts/signup/",
        {"email": "zoe.celik@resident.example", "password1": "1", "password2": "2"},
        "",
    ),
    ("owner", "/unternehmen/neu/", {"legal_name": "", "register_number": "12"}, ""),
    ("owner", "/unternehmen/{business}/einladen/", {"email": "nein"}, ""),
    ("adviser", "/antrag/baumfaellgenehmigung/", {}, "Antrag beginnen"),
    ("manager", _V + "regeln/neu/", {"expression": "= = 1"}, ""),
    ("designer", _W + "neu/", {}, ""),
    ("designer", _D + "ablauf/element/beginn/", {"name": "Beginn"}, ""),
    ("designer", _D + "entscheidungen/verfahren/steuer/", {"r-0-2": "2 * hundee"}, "Prüfen"),
    (
        "designer",
        _D + "entscheidungen/verfahren/steuer/",
        {"try-gefaehrlich": "[true, false]"},
        "Mit diesen Werten ausprobieren",
    ),
    ("admin", "/verwaltung/aemter/neu/", {"name": "Amt für Finanzen"}, ""),
    ("admin", _M + "passwort-link/", {}, "Link für das Passwort erzeugen"),
    (
        "admin",
        "/verwaltung/personal/import/",
        {"file": "login;name;email;role;office;team\nx;Y;z;zauberer;;\n"},
        "",
    ),
)


def filled(path: str, things: Mapping[str, Any]) -> str:
    """The path with its ids."""
    return path.format(**things)


def visits(things: Mapping[str, Any]) -> Iterator[Task]:
    """Who opens which path, and what is done there."""
    for name, paths in PAGES.items():
        for path in paths:
            yield name, filled(path, things), {}, ""
    for name, path, typed, pressed in ANSWERS:
        yield name, filled(path, things), typed, pressed


_POST, _LEADS = "answers a button, not a link", "only leads to another page"
_UPLOADED = "needs an uploaded file: tests/data/datasets/test_pages.py"
_DOOR = "the same view as behind /antrag/, which is opened"
_CLOSED = "refused by the gate (test_gates)"

# No page to open: each with its reason.
NOT_OPENED: Mapping[str, str] = {
    "/accounts/2fa/webauthn/reauthenticate/": "needs a device: test_passkeys",
    "/accounts/2fa/recovery-codes/download/": "file",
    "/accounts/3rdparty/signup/": "only within a login of a provider",
    "/accounts/login/code/confirm/": "login by code is switched off",
    "/accounts/social/connections/": _CLOSED,
    "/accounts/social/signup/": _CLOSED,
    "/antrag/<slug:slug>/<uuid:draft_id>/absenden/": _POST,
    "/antrag/<slug:slug>/<uuid:draft_id>/neue-fassung/": _POST,
    "/antrag/<slug:slug>/beginnen/": _POST,
    "/arbeit/akten/dokument/<uuid:uid>/<uuid:format_id>/": "file",
    "/arbeit/akten/dokument/<uuid:uid>/<uuid:format_id>/seite/<int:page>.png": "image",
    "/kita/merken/": _POST,
    "/kita/kalender/<slug:secret>.ics": "file",
    "/kita/meine/<uuid:registration_id>/vertrag/<uuid:contract_id>/bestaetigen/": _POST,
    "/kita/meine/<uuid:registration_id>/vertrag/<uuid:contract_id>/stunden/": _POST,
    "/kita/meine/<uuid:registration_id>/vertrag/<uuid:contract_id>/abwesend/": _POST,
    "/kita/meine/<uuid:registration_id>/vertrag/<uuid:contract_id>/mittagessen/": _POST,
    "/kita/meine/<uuid:registration_id>/vertrag/<uuid:contract_id>/vertrag.pdf": "file",
    "/kita/meine/<uuid:registration_id>/aenderung/<uuid:change_id>/zurueck/": _POST,
    "/kita/meine/<uuid:registration_id>/abwesenheit/<uuid:absence_id>/ende/": _POST,
    "/kita/meine/<uuid:registration_id>/haushalt/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/vertraege/<uuid:contract_id>/vorlegen/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/vertraege/<uuid:contract_id>/beenden/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/vertraege/<uuid:contract_id>/vertrag.pdf": "file",
    "/arbeit/kita/kita/<uuid:facility_id>/vertraege/wunsch/<uuid:change_id>/": _POST,
    "/arbeit/kita/traeger/<uuid:provider_id>/daten.zip": "file",
    "/arbeit/kita/beitraege/beispiel.json": "file",
    "/kita/anmeldung/<uuid:draft_id>/unterbrechen/": _POST,
    "/kita/meine/<uuid:registration_id>/nachweis/": _POST,
    "/kita/meine/<uuid:registration_id>/bestaetigen/": _POST,
    "/kita/meine/<uuid:registration_id>/geschwister/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/sperren/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/sperre/<uuid:block_id>/aufheben/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/bewerbungen/<uuid:registration_id>/pruefen/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/bewerbungen/<uuid:registration_id>/geschwister/": _POST,
    "/arbeit/kita/kita/<uuid:facility_id>/nachweis/<uuid:claim_id>/<uuid:file_id>/": "file",
    "/arbeit/kita/traeger/<uuid:provider_id>/personal/": _POST,
    "/arbeit/kita/kriterien/<uuid:catalogue_id>/<slug:step>/": _POST,
    "/arbeit/kita/einlesen/<uuid:import_id>/nicht-uebernommen.csv": "file",
    "/arbeit/kita/runden/<uuid:round_id>/schritt/<slug:step>/": _POST,
    "/arbeit/kita/runden/<uuid:round_id>/danach/<uuid:registration_id>/": _POST,
    "/arbeit/kita/runden/<uuid:round_id>/abweichung/<uuid:deviation_id>/": _POST,
    "/arbeit/kita/runden/<uuid:round_id>/bestaetigen/<uuid:provider_id>/": _POST,
    "/arbeit/kita/runden/<uuid:round_id>/datei/<slug:name>/": "file",
    "/arbeit/kita/runden/<uuid:round_id>/bericht.pdf": "file",
    "/kita/runden/<uuid:round_id>/<slug:name>.json": "file",
    "/kita/ergebnis/<uuid:registration_id>/antwort/<uuid:offer_id>/": _POST,
    "/arbeit/erfassen/<slug:slug>/<uuid:draft_id>/absenden/": _POST,
    "/arbeit/erfassen/<slug:slug>/<uuid:draft_id>/neue-fassung/": _DOOR,
    "/arbeit/formulare/fassung/<uuid:version_id>/kopieren/": _POST,
    "/arbeit/erfassen/uebergeben/<uuid:draft_id>/": _POST,
    "/arbeit/leistungen/<slug:slug>/zustaendigkeit/<uuid:rule_id>/beenden/": _POST,
    "/arbeit/aktuelles/(?P<news_id>[0-9a-f-]{36})/(?P<step>veroeffentlichen|zurueckziehen|loeschen)/": _POST,
    "/arbeit/formulare/fassung/<uuid:version_id>/vorschau/": _POST,
    "/arbeit/formulare/vorschau/<slug:slug>/": _LEADS,
    "/arbeit/formulare/vorschau/<slug:slug>/<uuid:draft_id>/absenden/": _POST,
    "/arbeit/formulare/vorschau/<slug:slug>/<uuid:draft_id>/neue-fassung/": _DOOR,
    "/arbeit/werkstatt/<uuid:draft_id>/verwerfen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/anfangen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/uebernehmen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/pruefen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/verschieben/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/kopieren/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/rueckgaengig/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/verwerfen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/vorschau/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/formular/form.xdf3.xml": "file",
    "/arbeit/werkstatt/<uuid:draft_id>/zuruecknehmen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/ablauf/pruefen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/entscheidungen/<str:file>/<str:decision_id>/pruefen/": _POST,
    "/arbeit/werkstatt/<uuid:draft_id>/ablauf/ablauf.bpmn": "file",
    "/arbeit/werkstatt/<uuid:draft_id>/paket.zip": "file",
    "/arbeit/werkstatt/paket/<slug:slug>.zip": "file",
    "/arbeit/post/brief/<uuid:letter_id>/noch-einmal/": _POST,
    "/arbeit/post/stapel/": _POST,
    "/arbeit/post/stapel/<uuid:batch_id>/gedruckt/": _POST,
    "/arbeit/vorgang/<uuid:case_id>/entscheiden/vorschau/": _POST,
    "/arbeit/vorgang/<uuid:case_id>/uebernehmen/": _POST,
    "/arbeit/vorgang/<uuid:case_id>/aufgabe/<uuid:task_id>/": "only packages of others have such tasks: test_process_pages",
    "/arbeit/automatik/<slug:slug>/": "needs a service that decides automatically: test_automatic_pages",
    "/verwaltung/aussensysteme/<uuid:host_id>/entfernen/": _POST,
    "/arbeit/stoerungen/<uuid:incident_id>/": "needs a failed step: test_process_pages",
    "/arbeit/vorgang/<uuid:case_id>/vorschau/<uuid:file_id>/<int:page>/": "picture",
    "/catalog": _LEADS,
    "/catalog\\.(?P<kind>rdf|ttl|jsonld)": "file",
    "/daten/eintrag/(?P<slug>[\\w-]+)\\.(?P<kind>rdf|ttl|jsonld)": "file",
    "/arbeit/daten/": _UPLOADED,
    "/arbeit/daten/neu/": _UPLOADED,
    "/arbeit/daten/<uuid:dataset_id>/": _UPLOADED,
    "/arbeit/daten/<uuid:dataset_id>/pass/": _UPLOADED,
    "/arbeit/daten/<uuid:dataset_id>/version/": _UPLOADED,
    "/arbeit/daten/<uuid:dataset_id>/v<int:number>/schritt/": _POST,
    "/arbeit/daten/<uuid:dataset_id>/zuruecknehmen/": _UPLOADED,
    "/daten/datensatz/<slug:slug>/": _UPLOADED,
    "/daten/datensatz/<slug:slug>/v<int:number>/": _UPLOADED,
    "/daten/datensatz/(?P<slug>[\\w-]+)/v(?P<number>\\d{1,8})\\.(?P<format>csv|json|geojson|parquet)": "file",
    "/ogc(?:/(?P<path>.*))?": "JSON for programs",
    "/nach-anmeldung/": _LEADS,
    "/postfach/<uuid:case_id>/<uuid:item_id>/": _LEADS,
    "/verwaltung/auftraege/<int:number>/wiederholen/": _POST,
    "/verwaltung/kommunen/<uuid:municipality_id>/testmail/": _POST,
    "/verwaltung/personal/<uuid:account_id>/rolle/": _POST,
    "/verwaltung/personal/<uuid:account_id>/rolle/<uuid:assignment_id>/beenden/": _POST,
    "/verwaltung/protokoll/pruefpunkt.txt": "file",
    "/unternehmen/<uuid:business_id>/einladung/<uuid:invitation_id>/": _POST,
    "/vorgaenge/einreichung/<uuid:submission_id>/": _LEADS,
}
