"""Why a file is not taken, or cannot be read."""

from __future__ import annotations

from stadtkern.kernel.errors import DomainError


class FileTooLarge(DomainError):
    code = "file-too-large"
    status = 413
    message = "Die Datei ist zu groß."
    message_en = "The file is too large."

    @classmethod
    def over(cls, limit: int) -> FileTooLarge:
        """With the limit in words for people."""
        size = f"{limit / 1024 / 1024:.0f} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"
        return cls(
            f"Die Datei ist größer als {size}. Bitte verkleinern oder teilen Sie sie.",
            message_en=f"The file is larger than {size}. Please make it smaller or split it.",
            extra={"limit": limit},
        )


class WrongFileType(DomainError):
    code = "wrong-file-type"
    status = 415
    message = "Diese Art von Datei können wir nicht annehmen. Bitte laden Sie ein PDF oder ein Bild (JPEG, PNG) hoch."
    message_en = "We cannot accept this type of file. Please upload a PDF or an image (JPEG, PNG)."


class InfectedFile(DomainError):
    code = "infected-file"
    status = 422
    message = "In der Datei wurde Schadsoftware gefunden. Sie wurde nicht gespeichert."
    message_en = "Malware was found in the file. It was not stored."


class BrokenFile(DomainError):
    code = "broken-file"
    status = 422
    message = "Die Datei ist beschädigt oder nicht lesbar. Bitte speichern Sie sie neu und versuchen Sie es noch einmal."
    message_en = "The file is damaged or unreadable. Please save it again and retry."


class ScanUnavailable(DomainError):
    code = "scan-unavailable"
    status = 503
    message = "Die Prüfung auf Schadsoftware ist gerade nicht möglich. Bitte versuchen Sie es in einigen Minuten noch einmal."
    message_en = "The malware check is not available right now. Please try again in a few minutes."


class FileNotFound(DomainError):
    code = "file-not-found"
    status = 404
    message = "Diese Datei gibt es nicht."
    message_en = "This file does not exist."


class DamagedBlob(DomainError):
    """What lies on the disk is missing, cut, exchanged or changed."""

    code = "damaged-file"
    status = 500
    message = (
        "Die gespeicherte Datei ist nicht mehr lesbar. Bitte wenden Sie sich an die Verwaltung des Systems."
    )
    message_en = "The stored file can no longer be read. Please contact the system administration."
