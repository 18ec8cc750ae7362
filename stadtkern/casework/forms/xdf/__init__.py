"""XDatenfelder 2 and 3: ``read_message``/``read_form`` (bytes to model) and ``write_message`` (model to bytes)."""

from stadtkern.casework.forms.xdf.errors import Notice, XdfError
from stadtkern.casework.forms.xdf.reader import Message, read_form, read_message
from stadtkern.casework.forms.xdf.writer import write_message

__all__ = ["Message", "Notice", "XdfError", "read_form", "read_message", "write_message"]
