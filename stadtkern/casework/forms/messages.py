"""Problems of a submission, in German and English. Every sentence names the field."""

from __future__ import annotations

from dataclasses import dataclass

#: code -> (German, English); ``{label}`` is the question of the field, the other names come with the problem
TEXTS: dict[str, tuple[str, str]] = {
    "required": ("Bitte füllen Sie „{label}“ aus.", "Please fill in “{label}”."),
    "required_choice": (
        "Bitte wählen Sie bei „{label}“ etwas aus.",
        "Please choose an option for “{label}”.",
    ),
    "required_file": (
        "Bitte laden Sie bei „{label}“ eine Datei hoch.",
        "Please upload a file for “{label}”.",
    ),
    "choice_missing": (
        "Bitte wählen Sie bei „{label}“ genau eine Möglichkeit.",
        "Please choose exactly one option for “{label}”.",
    ),
    "choice_many": (
        "Bei „{label}“ ist nur eine Möglichkeit erlaubt.",
        "Only one option is allowed for “{label}”.",
    ),
    "too_few": (
        "Bei „{label}“ sind mindestens {min} Angaben nötig.",
        "“{label}” needs at least {min} entries.",
    ),
    "too_many": (
        "Bei „{label}“ sind höchstens {max} Angaben möglich.",
        "“{label}” allows at most {max} entries.",
    ),
    "too_short": (
        "„{label}“ ist zu kurz: mindestens {min} Zeichen, Sie haben {length} eingegeben.",
        "“{label}” is too short: at least {min} characters, you entered {length}.",
    ),
    "too_long": (
        "„{label}“ ist zu lang: höchstens {max} Zeichen, Sie haben {length} eingegeben.",
        "“{label}” is too long: at most {max} characters, you entered {length}.",
    ),
    "below_min": ("„{label}“ darf nicht kleiner sein als {min}.", "“{label}” must not be less than {min}."),
    "above_max": ("„{label}“ darf nicht größer sein als {max}.", "“{label}” must not be more than {max}."),
    "too_early": ("„{label}“ darf nicht vor {min} liegen.", "“{label}” must not be before {min}."),
    "too_late": ("„{label}“ darf nicht nach {max} liegen.", "“{label}” must not be after {max}."),
    "pattern": (
        "„{label}“ hat nicht die erwartete Form. Bitte prüfen Sie Ihre Eingabe.",
        "“{label}” does not have the expected form. Please check your input.",
    ),
    "not_latin": ("„{label}“: {detail}", "“{label}”: {detail_en}"),
    "control_character": (
        "„{label}“ enthält ein Steuerzeichen an Stelle {position}, das nicht gespeichert werden kann.",
        "“{label}” contains a control character at position {position} that cannot be stored.",
    ),
    "not_date": (
        "„{label}“ ist kein Datum. Schreiben Sie zum Beispiel 24.12.2025.",
        "“{label}” is not a date. Write for example 24.12.2025.",
    ),
    "not_time": (
        "„{label}“ ist keine Uhrzeit. Schreiben Sie zum Beispiel 14:30.",
        "“{label}” is not a time. Write for example 14:30.",
    ),
    "not_datetime": (
        "„{label}“ ist kein Zeitpunkt. Schreiben Sie zum Beispiel 24.12.2025 14:30.",
        "“{label}” is not a date with time. Write for example 24.12.2025 14:30.",
    ),
    "not_number": (
        "„{label}“ ist keine Zahl. Schreiben Sie zum Beispiel 1.234,5.",
        "“{label}” is not a number. Write for example 1.234,5.",
    ),
    "not_integer": ("„{label}“ muss eine ganze Zahl sein.", "“{label}” must be a whole number."),
    "not_currency": (
        "„{label}“ ist kein Geldbetrag. Schreiben Sie zum Beispiel 12,50.",
        "“{label}” is not an amount of money. Write for example 12,50.",
    ),
    "too_many_digits": ("„{label}“ hat mehr als 15 Ziffern.", "“{label}” has more than 15 digits."),
    "not_bool": (
        "Bitte antworten Sie bei „{label}“ mit Ja oder Nein.",
        "Please answer “{label}” with yes or no.",
    ),
    "not_in_list": (
        "„{value}“ ist bei „{label}“ nicht vorgesehen. Bitte wählen Sie aus der Liste.",
        "“{value}” is not available for “{label}”. Please choose from the list.",
    ),
    "not_file": (
        "Bei „{label}“ wird eine hochgeladene Datei erwartet.",
        "“{label}” expects an uploaded file.",
    ),
    "file_type": (
        "„{name}“ hat eine Dateiart, die bei „{label}“ nicht angenommen wird. Möglich sind: {types}.",
        "“{name}” is of a type that “{label}” does not accept. Possible: {types}.",
    ),
    "file_size": (
        "„{name}“ ist zu groß: bei „{label}“ sind höchstens {max} MB möglich.",
        "“{name}” is too large: “{label}” allows at most {max} MB.",
    ),
    "shape": (
        "Die Angabe zu „{label}“ hat nicht den erwarteten Aufbau.",
        "The value of “{label}” does not have the expected structure.",
    ),
    "unknown_field": (
        "Die Angabe „{label}“ gehört nicht zu diesem Formular.",
        "“{label}” is not part of this form.",
    ),
    "too_large": (
        "Es wurden mehr Angaben gesendet, als das Formular aufnimmt.",
        "More values were sent than the form can take.",
    ),
    "rule_failed": (
        "Eine Regel zu „{label}“ ließ sich nicht auswerten. Bitte wenden Sie sich an die Stadtverwaltung.",
        "A rule about “{label}” could not be evaluated. Please contact the city.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to correct: ``path`` with instance indexes (``G1[0]/F2``), stable ``code``, sentence de and en.

    ``rule`` is the id of the validation that failed (code ``rule``), else empty.
    """

    path: str
    code: str
    message: str
    message_en: str
    rule: str = ""

    def text(self, language: str = "de") -> str:
        return self.message if language.startswith("de") else self.message_en

    def as_json(self) -> dict[str, str]:
        return {"path": self.path, "code": self.code, "message": self.message, "message_en": self.message_en}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value, before it is known where: code and the words for its sentence."""

    code: str
    words: tuple[tuple[str, str], ...] = ()


def fault(code: str, **words: object) -> Fault:
    """A fault with the words for its sentence."""
    return Fault(code, tuple((key, str(value)) for key, value in words.items()))


def problem(path: str, found: Fault, *, label: str, label_en: str = "") -> Problem:
    """The fault at a place, in both languages."""
    words = dict(found.words)
    german, english = TEXTS[found.code]
    return Problem(
        path=path,
        code=found.code,
        message=german.format(**{**words, "label": label}),
        message_en=english.format(**{**words, "label": label_en or label}),
    )
