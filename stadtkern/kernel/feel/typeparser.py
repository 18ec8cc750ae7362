"""The token cursor and the grammar of types (DMN 1.5, 10.3.1.2, rule 52-54): `list<number>`, `context<a: date>`, …"""

from __future__ import annotations

from typing import NoReturn

from stadtkern.kernel.feel.errors import FeelError
from stadtkern.kernel.feel.lexer import Token
from stadtkern.kernel.feel.names import KEYWORDS, Names, normalize
from stadtkern.kernel.feel.types import ALIASES, ANY, BUILTIN, FeelType


class TypeParser:
    """A cursor over tokens that can read types."""

    names: Names

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    @property
    def token(self) -> Token:
        """The token at the cursor."""
        return self.tokens[self.at]

    def advance(self) -> Token:
        """Takes one token; stays at the end."""
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def end_of_last(self) -> int:
        """Where the last taken token ends."""
        return self.tokens[self.at - 1].end if self.at else 0

    def is_symbol(self, text: str) -> bool:
        """Is this symbol next?"""
        token = self.tokens[self.at]
        return token.kind == "symbol" and token.text == text

    def is_word(self, text: str) -> bool:
        """Is this word next?"""
        token = self.tokens[self.at]
        return token.kind == "word" and token.text == text

    def accept(self, text: str) -> bool:
        """Takes the symbol or word if it is next."""
        token = self.tokens[self.at]
        if token.text == text and token.kind in ("symbol", "word"):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Takes the symbol or word, or raises FeelError."""
        if not self.accept(text):
            self.fail(f"„{text}“", f'"{text}"')

    def expect_end(self) -> None:
        """Raises FeelError if something is left."""
        if self.token.kind != "end":
            self.fail("das Ende oder ein Rechenzeichen", "the end or an operator")

    def fail(self, expected: str, expected_en: str) -> NoReturn:
        """Raises the syntax error for the token at the cursor."""
        token = self.token
        found = "das Ende" if token.kind == "end" else f"„{self.text[token.start : token.end]}“"
        found_en = "the end" if token.kind == "end" else f'"{self.text[token.start : token.end]}"'
        error = FeelError("feel-syntax", self.text, token.start, expected=expected, found=found)
        error.message_en = f"Expected {expected_en}, found {found_en}."
        raise error

    def type_expression(self) -> FeelType:
        """A type at the cursor."""
        name = self._type_name()
        if name in ("list", "range") and self.accept("<"):
            item = self.type_expression()
            self.expect(">")
            return FeelType(name, item=item)
        if name == "context" and self.accept("<"):
            return self._context_type()
        if name == "function" and self.accept("<"):
            return self._function_type()
        return BUILTIN.get(name) or ALIASES.get(name) or FeelType("named", name=name)

    def _type_name(self) -> str:
        if self.token.kind != "word":
            self.fail("ein Typ", "a type")
        for builtin in ("years and months duration", "days and time duration", "date and time"):
            words = builtin.split()
            if [t.text for t in self.tokens[self.at : self.at + len(words)]] == words:
                self.at += len(words)
                return builtin
        start = self.token.start
        self.at += 1
        while True:
            if self.token.kind == "word" and self.token.text not in KEYWORDS:
                self.at += 1
            elif self.is_symbol(".") and self.tokens[self.at + 1].kind == "word":
                self.at += 2
            else:
                return normalize(self.text[start : self.end_of_last()])

    def _context_type(self) -> FeelType:
        fields: list[tuple[str, FeelType]] = []
        while not self.is_symbol(">"):
            start = self.token.start
            while self.token.kind in ("word", "number"):
                self.at += 1
            name = normalize(self.text[start : self.end_of_last()])
            self.expect(":")
            fields.append((name, self.type_expression()))
            if not self.accept(","):
                break
        self.expect(">")
        return FeelType("context", fields=tuple(fields))

    def _function_type(self) -> FeelType:
        params: list[FeelType] = []
        while not self.is_symbol(">"):
            params.append(self.type_expression())
            if not self.accept(","):
                break
        self.expect(">")
        result = self.type_expression() if self.accept("->") else ANY
        return FeelType("function", item=result, params=tuple(params))
