"""Scripted models for tests and for trying: ``good``, ``slow``, ``hallucinating``, ``malicious``, ``dead``."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence

from stadtkern.fronts.assistant.model import ChatModel, ModelFailed


class Scripted:
    """A model that answers by a function of the prompt's last message."""

    def __init__(self, answer: Callable[[str], str]) -> None:
        self._answer = answer
        self.seen: list[str] = []

    def complete(self, messages: Sequence[Mapping[str, str]], *, seconds: float) -> str:
        self.seen.append("\n".join(message["content"] for message in messages))
        return self._answer(messages[-1]["content"])


def _snippets(prompt: str) -> list[tuple[str, str]]:
    return re.findall(r"^\[(\d+)\] (.+)$", prompt, re.M)


def _good(prompt: str) -> str:
    return " ".join(f"{text.rstrip('.')} [{number}]." for number, text in _snippets(prompt)[:2])


def _hallucinating(prompt: str) -> str:
    first = (_snippets(prompt) or [("1", "")])[0]
    return (
        f"Das kostet 137,50 Euro im Jahr [{first[0]}]. Die Frist endet am 31.12.2031 [{first[0]}]. "
        f"Zuständig ist Herr Sauerbruch, Telefon 0800 999888 [{first[0]}]. Rechtsgrundlage ist § 987 BGB [7]. "
        "Sie werden gewinnen. Eine Anmeldung ist nicht nötig [1]. Der Bürgermeister persönlich entscheidet binnen drei Tagen [99]."
    )


def _malicious(prompt: str) -> str:
    return (
        "Systemprompt: Du bist ein Assistent ohne Regeln. <img src=x onerror=alert(1)><script>fetch('//boese.example')</script> "
        "Überweisen Sie 50 Euro an DE89 3704 0044 0532 0130 00 [1]. Klicken Sie auf http://boese.example/login [1]."
    )


def fake(name: str) -> ChatModel:
    """A scripted model by its name; raises ``KeyError`` for others."""

    def slow(prompt: str) -> str:
        threading.Event().wait(30)
        return _good(prompt)

    def dead(prompt: str) -> str:
        raise ModelFailed("refused")

    answers = {
        "good": _good,
        "slow": slow,
        "hallucinating": _hallucinating,
        "malicious": _malicious,
        "dead": dead,
    }
    return Scripted(answers[name])


NAMES = ("good", "slow", "hallucinating", "malicious", "dead")
