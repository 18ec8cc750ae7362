"""Why something is refused in the workshop."""

from __future__ import annotations

from collections.abc import Sequence

from stadtkern.casework.designer.contents import Trouble
from stadtkern.kernel.errors import Conflict, InvalidInput, NotAllowed


class DraftExists(Conflict):
    """Two drafts of one procedure would publish over each other."""

    code = "procedure-draft-exists"
    message = "An diesem Verfahren wird schon gearbeitet. Öffnen Sie den vorhandenen Entwurf."
    message_en = "There is a draft of this procedure already. Open that one."


class DraftFixed(Conflict):
    """The draft is handed over, published or withdrawn."""

    code = "procedure-draft-fixed"
    message = "Dieser Entwurf ist nicht mehr in Arbeit und lässt sich so nicht ändern."
    message_en = "This draft is no longer being worked on and cannot be changed."


class NothingToUndo(Conflict):
    """There is no step left that could be taken back."""

    code = "procedure-nothing-to-undo"
    message = "Hier gibt es nichts mehr zurückzunehmen."
    message_en = "There is nothing left to undo."


class LaterSteps(Conflict):
    """The step to take back changed other parts too, and somebody went on working there."""

    code = "procedure-later-steps"
    message = "Der letzte Schritt hat auch andere Teile des Entwurfs geändert, an denen seither weitergearbeitet wurde. Er lässt sich nicht mehr im Ganzen zurücknehmen."
    message_en = "The last step also changed other parts of the draft that were worked on since. It can no longer be taken back as a whole."


class SecondPerson(NotAllowed):
    """Whoever worked on a draft may not publish it."""

    code = "procedure-second-person"
    message = "Veröffentlichen und zurückgeben kann nur, wer an diesem Entwurf nicht mitgearbeitet hat."
    message_en = "Only somebody who did not work on this draft can publish it or give it back."


class ReasonNeeded(InvalidInput):
    """Giving back needs a reason."""

    code = "procedure-reason-needed"
    message = "Schreiben Sie, was noch zu ändern ist."
    message_en = "Write what still has to be changed."


class SlugRefused(InvalidInput):
    """A name that no service can have."""

    code = "procedure-slug-refused"
    message = "Das Kürzel besteht aus kleinen Buchstaben, Ziffern und Bindestrichen (höchstens 50 Zeichen)."
    message_en = "The short name consists of small letters, digits and hyphens (50 characters at most)."


class NotReady(InvalidInput):
    """A draft with errors; ``extra["problems"]`` lists them with their place."""

    code = "procedure-not-ready"
    message = "So lässt sich das Verfahren noch nicht ausführen. Beheben Sie zuerst die Fehler der Prüfung."
    message_en = "The procedure cannot be executed as it is. Mend the errors of the check first."

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        rows = [{"path": each.path, "element": each.element, "message": each.message} for each in troubles]
        super().__init__(extra={"problems": rows})
