"""The optional language model: a port in the OpenAI HTTP shape (``POST …/chat/completions``, ``POST …/embeddings``).

Whoever answers (vLLM, llama.cpp, ollama, a service of the state) sees the scrubbed question and cited snippets, nothing else.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

LARGEST = 200_000  # bytes of an answer


class ModelFailed(Exception):
    """The model did not answer, not in time, or not in the agreed shape."""


class ChatModel(Protocol):
    """Answers a conversation of {role, content} with one text. Raises ``ModelFailed``."""

    def complete(self, messages: Sequence[Mapping[str, str]], *, seconds: float) -> str: ...


class Embedder(Protocol):
    """Vectors of texts. Raises ``ModelFailed``. Nothing of the house needs one; a city may plug one in."""

    def embed(self, texts: Sequence[str], *, seconds: float) -> Sequence[Sequence[float]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAiEndpoint:
    """An endpoint by its base address (``https://host/v1``), model name and key."""

    base: str
    model: str
    key: str = ""

    def complete(self, messages: Sequence[Mapping[str, str]], *, seconds: float) -> str:
        body = {
            "model": self.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": 300,
            "stream": False,
        }
        answer = self._post("/chat/completions", body, seconds)
        try:
            return str(answer["choices"][0]["message"]["content"])
        except (KeyError, IndexError, TypeError) as error:
            raise ModelFailed("shape") from error

    def embed(self, texts: Sequence[str], *, seconds: float) -> Sequence[Sequence[float]]:
        answer = self._post("/embeddings", {"model": self.model, "input": list(texts)}, seconds)
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            return [[float(value) for value in row["embedding"]] for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFailed("shape") from error

    def _post(self, path: str, body: Mapping[str, Any], seconds: float) -> Any:
        parts = urlsplit(self.base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.key}"} if self.key else {}
        )
        try:
            connection.request("POST", parts.path.rstrip("/") + path, json.dumps(body).encode(), headers)
            response = connection.getresponse()
            data = response.read(LARGEST + 1)
            if response.status != 200 or len(data) > LARGEST:
                raise ModelFailed(f"status {response.status}")
            return json.loads(data)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ModelFailed(type(error).__name__) from error
        finally:
            connection.close()


def ask(model: ChatModel, messages: Sequence[Mapping[str, str]], *, seconds: float) -> str:
    """The model's answer within ``seconds`` by the clock, however slowly bytes trickle in. Raises ``ModelFailed``."""
    answers: list[str] = []
    failures: list[Exception] = []

    def work() -> None:
        try:
            answers.append(model.complete(messages, seconds=seconds))
        except Exception as error:  # whatever a foreign model does, the card stands
            failures.append(error)

    thread = threading.Thread(target=work, daemon=True, name="assistant-model")
    thread.start()
    thread.join(seconds)
    if answers:
        return answers[0]
    raise ModelFailed(str(failures[0]) if failures else "timeout")
