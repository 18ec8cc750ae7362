"""Expected failures of a round."""

from __future__ import annotations

from stadtkern.kernel.errors import Conflict


class WrongStep(Conflict):
    """The round is not where this step begins."""

    code = "kita-round-step"
    message = "Dieser Schritt geht gerade nicht. Bitte laden Sie die Seite der Runde neu."
    message_en = "This step is not possible now. Please reload the page of the round."


class PreflightRed(Conflict):
    """Findings of the pre-flight stop the round."""

    code = "kita-round-red"
    message = "Die Vorprüfung hat rote Befunde. Bitte klären Sie diese und prüfen Sie erneut."
    message_en = "The pre-flight has red findings. Please settle them and check again."


class SecondPerson(Conflict):
    """The same person may not release what she asked for."""

    code = "kita-second-person"
    message = "Das muss eine zweite Person freigeben."
    message_en = "A second person has to release this."


class BeaconTooEarly(Conflict):
    """The random number is not known yet at this moment."""

    code = "kita-beacon-too-early"
    message = "Die Zufallszahl ist erst ab dem vorher genannten Zeitpunkt bekannt."
    message_en = "The random number is known only from the moment named beforehand."


class NotConfirmed(Conflict):
    """Providers have not confirmed yet and their deadline has not passed."""

    code = "kita-round-not-confirmed"
    message = "Es haben noch nicht alle Träger bestätigt. Vorher wird kein Angebot verschickt."
    message_en = "Not all providers have confirmed yet. No offer is sent before that."


class CertificateFailed(Conflict):
    """The independent check found a promise that does not hold."""

    code = "kita-certificate-failed"
    message = "Die unabhängige Prüfung hat einen Fehler gefunden. Das Ergebnis wird nicht verwendet."
    message_en = "The independent check found a fault. The result is not used."


class SeatTaken(Conflict):
    """The last seat went to somebody else a moment ago."""

    code = "kita-seat-taken"
    message = "Diesen Platz hat gerade ein anderes Kind bekommen. Es ist kein passender Platz mehr frei."
    message_en = "Another child was given this place a moment ago. No suitable place is left."


class OfferOver(Conflict):
    """The offer was answered already, or its time is over."""

    code = "kita-offer-over"
    message = "Dieses Angebot ist schon beantwortet oder abgelaufen."
    message_en = "This offer has been answered or has expired."


class AlreadyOffered(Conflict):
    """The child has an open offer already."""

    code = "kita-already-offered"
    message = "Dieses Kind hat schon ein offenes Angebot oder einen Platz. Bitte nehmen Sie das nächste Kind."
    message_en = "This child already has an open offer or a place. Please take the next child."
