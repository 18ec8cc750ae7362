"""Forms without a database: what the check of packages and other pure tools use of this room. No Django."""

from stadtkern.casework.forms.evaluate import Evaluation, evaluate
from stadtkern.casework.forms.model import Datatype, Element, Field, Form, Group, Position, walk
from stadtkern.casework.forms.quality import Finding, check_form, fatal
from stadtkern.casework.forms.ruleset import Ruleset, RulesetError, parse_ruleset, ruleset_to_json
from stadtkern.casework.forms.ruleset_check import RulesetProblem, check_ruleset
from stadtkern.casework.forms.xdf import XdfError, read_form, write_message

__all__ = [
    "Datatype",
    "Element",
    "Evaluation",
    "Field",
    "Finding",
    "Form",
    "Group",
    "Position",
    "Ruleset",
    "RulesetError",
    "RulesetProblem",
    "XdfError",
    "check_form",
    "check_ruleset",
    "evaluate",
    "fatal",
    "parse_ruleset",
    "read_form",
    "ruleset_to_json",
    "walk",
    "write_message",
]
