"""Reads FEEL into a tree (DMN 1.5, 10.3.1.2). Recursive descent with the table of precedences below."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.errors import FeelError
from stadtkern.kernel.feel.lexer import tokenize
from stadtkern.kernel.feel.names import KEYWORDS, Names, normalize
from stadtkern.kernel.feel.runtime import DEFAULT_LIMITS, Limits
from stadtkern.kernel.feel.temporal import parse_any
from stadtkern.kernel.feel.typeparser import TypeParser
from stadtkern.kernel.feel.types import FeelType
from stadtkern.kernel.feel.values import ARITHMETIC_ERRORS, DECIMAL

MAX_RETRIES = 20
COMPARE = ("<=", ">=", "!=", "=", "<", ">")
PRECEDENCE = {"or": 1, "and": 2, **dict.fromkeys(COMPARE, 3), "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
CONSTANTS = {"true": True, "false": False, "null": None}


class Parser(TypeParser):
    """One text. `names` are the variables known besides those the text introduces, `members` names of parts, which stand
    after a dot or in a filter."""

    def __init__(
        self, text: str, names: Names, limits: Limits = DEFAULT_LIMITS, members: Names | None = None
    ) -> None:
        super().__init__(text, tokenize(text, limits.length))
        self.names = names
        self.members = members or Names([])
        self.limits = limits
        self.depth = 0
        self.in_range_end = False
        self.retries = 0

    # -- entry points -------------------------------------------------------------------------------------------

    def whole(self) -> ast.Expr:
        """The text as one expression."""
        expr = self.expression()
        self.expect_end()
        return expr

    def unary_tests(self) -> ast.UnaryTests:
        """The text as the tests of a table cell: `-`, `not(…)`, or tests separated by commas."""
        if self.is_symbol("-") and self.tokens[self.at + 1].kind == "end":
            self.at += 1
            return ast.UnaryTests(0, self.end_of_last())
        if self.is_word("not") and self.tokens[self.at + 1].text == "(":
            mark = self.at
            self.at += 2
            tests = self.tests()
            self.expect(")")
            if self.token.kind == "end":
                return ast.UnaryTests(0, self.end_of_last(), tests, True)
            self.at = mark
        tests = self.tests()
        self.expect_end()
        return ast.UnaryTests(0, self.end_of_last(), tests)

    def tests(self) -> tuple[ast.Expr, ...]:
        """Tests separated by commas."""
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        return tuple(tests)

    def test(self) -> ast.Expr:
        """`< 5` or an expression."""
        start = self.token.start
        if self.token.kind == "symbol" and self.token.text in COMPARE:
            op = self.advance().text
            operand = self.binary(4)
            return ast.Test(start, operand.end, op, operand)
        return self.expression()

    # -- expressions --------------------------------------------------------------------------------------------

    def expression(self) -> ast.Expr:
        """Any expression; counts the nesting."""
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise FeelError("feel-too-deep", self.text, self.token.start, limit=self.limits.nesting)
        outer, self.in_range_end = self.in_range_end, False
        try:
            return self.binary(1)
        finally:
            self.depth -= 1
            self.in_range_end = outer

    def binary(self, minimum: int, left: ast.Expr | None = None) -> ast.Expr:
        """Operators from this precedence on, left to right."""
        left = left or self.unary()
        chain = 0
        while True:
            op = self.token.text if self.token.kind in ("symbol", "word") else ""
            level = PRECEDENCE.get(op, 0)
            if op in ("between", "in") and minimum <= 3 and self.token.kind == "word":
                left = self.between(left) if op == "between" else self.inside(left)
            elif level and level >= minimum:
                self.at += 1
                right = self.binary(level + 1)
                left = ast.Binary(left.start, right.end, op, left, right)
            else:
                return left
            chain += 1
            if chain > self.limits.nesting * 3:
                raise FeelError("feel-too-deep", self.text, self.token.start, limit=self.limits.nesting * 3)

    def between(self, value: ast.Expr) -> ast.Expr:
        """value between low and high."""
        self.at += 1
        low = self.binary(4)
        self.expect("and")
        high = self.binary(4)
        return ast.Between(value.start, high.end, value, low, high)

    def inside(self, value: ast.Expr) -> ast.Expr:
        """value in test, value in (test, test)."""
        self.at += 1
        if not self.is_symbol("("):
            test = self.test_operand()
            return ast.In(value.start, test.end, value, (test,))
        start = self.advance().start
        first = self.test()
        if self.accept(".."):
            first = self.rest_of(self.range_end(start, first, False))
            return ast.In(value.start, first.end, value, (first,))
        tests = [first]
        while self.accept(","):
            tests.append(self.test())
        self.expect(")")
        if len(tests) == 1 and self.continues():  # the bracket was only the start of the operand: `in (a)[1]`
            tests = [self.rest_of(first)]
        return ast.In(value.start, self.end_of_last(), value, tuple(tests))

    def rest_of(self, operand: ast.Expr) -> ast.Expr:
        """The whole operand that starts with something in brackets."""
        return self.binary(4, self.postfix(operand))

    def continues(self) -> bool:
        """Does the operand go on after a closing bracket (`in (a)[1]`, `in (1+2)*3`)?"""
        return self.token.text in (".", "[", "+", "-", "*", "/", "**") and self.token.kind == "symbol"

    def test_operand(self) -> ast.Expr:
        """The right side of `in` without brackets."""
        if self.token.kind == "symbol" and self.token.text in COMPARE:
            return self.test()
        return self.binary(4)

    def unary(self) -> ast.Expr:
        """Negation binds tighter than all binary operators."""
        token = self.token
        if token.kind == "symbol" and token.text == "-":
            signs = 0
            while self.accept("-"):
                signs += 1
                if signs > self.limits.nesting:
                    raise FeelError("feel-too-deep", self.text, token.start, limit=self.limits.nesting)
            operand = self.postfix()
            for _ in range(signs):
                operand = ast.Unary(token.start, operand.end, operand)
            return operand
        return self.postfix()

    def postfix(self, expr: ast.Expr | None = None) -> ast.Expr:
        """Paths, filters, calls and `instance of` after a primary expression."""
        expr = expr or self.primary()
        count = 0
        while True:
            if self.is_symbol("."):
                self.at += 1
                member = self.member_name()
                expr = ast.Path(expr.start, self.end_of_last(), expr, member)
            elif self.is_symbol("["):
                found = self.filter(expr)
                if found is None:
                    return expr
                expr = found
            elif self.is_symbol("("):
                expr = self.call(expr)
            elif self.is_word("instance") and self.tokens[self.at + 1].text == "of":
                self.at += 2
                type_ = self.type_expression()
                expr = ast.InstanceOf(expr.start, self.end_of_last(), expr, type_)
            else:
                return expr
            count += 1
            if count > self.limits.nesting:
                raise FeelError("feel-too-deep", self.text, self.token.start, limit=self.limits.nesting)

    def filter(self, base: ast.Expr) -> ast.Expr | None:
        """base[condition]; at the end of a range like `[1..10[` the bracket closes the range instead."""
        mark, speculative = self.at, self.in_range_end
        self.at += 1
        scope, self.names = self.names, Names(["item"], self.names, self.members)
        try:
            condition = self.expression()
            self.expect("]")
        except FeelError:
            self.retries += 1
            if speculative and self.retries <= MAX_RETRIES:
                self.at = mark
                return None
            raise
        finally:
            self.names = scope
        return ast.Filter(base.start, self.end_of_last(), base, condition)

    def call(self, callee: ast.Expr) -> ast.Expr:
        """callee(a, b) or callee(name: a)."""
        self.expect("(")
        args: list[ast.Expr] = []
        names: list[str] = []
        while not self.is_symbol(")"):
            name = self.argument_name()
            if name is not None:
                names.append(name)
            args.append(self.expression())
            if not self.accept(","):
                break
            if self.is_symbol(")"):
                self.fail("einen Wert", "a value")
        self.expect(")")
        if names and len(names) != len(args):
            self.fail("für jede Angabe einen Namen", "a name for every argument")
        return ast.Call(
            callee.start, self.end_of_last(), callee, tuple(args), tuple(names) if names else None
        )

    def argument_name(self) -> str | None:
        """`name:` before an argument."""
        mark = self.at
        while self.token.kind in ("word", "number") or (
            self.token.kind == "symbol" and self.token.text in ("-", "'", ".", "/")
        ):
            self.at += 1
        if self.at > mark and self.tokens[mark].kind == "word" and self.is_symbol(":"):
            name = normalize(self.text[self.tokens[mark].start : self.end_of_last()])
            self.at += 1
            return name
        self.at = mark
        return None

    # -- primary expressions ------------------------------------------------------------------------------------

    def primary(self) -> ast.Expr:
        """Literals, names, brackets and the expressions that start with a keyword."""
        token = self.token
        if token.kind == "number":
            self.at += 1
            return ast.Literal(token.start, token.end, self.number(token.text))
        if token.kind == "string":
            self.at += 1
            return ast.Literal(token.start, token.end, token.text)
        if token.kind == "at":
            return self.at_literal()
        if token.kind == "word":
            return self.word()
        opening: dict[str, Callable[[], ast.Expr]] = {
            "(": self.bracket,
            "[": self.square,
            "]": self.reversed_range,
            "{": self.context,
        }
        if token.kind == "symbol" and token.text in opening:
            return opening[token.text]()
        return self.fail("ein Wert", "a value")

    def number(self, text: str) -> Decimal:
        """The value of a number literal; one that decimal128 cannot hold is refused."""
        try:
            return DECIMAL.create_decimal(text)
        except ARITHMETIC_ERRORS:
            raise FeelError("feel-literal", self.text, self.token.start, found=text[:20]) from None

    def at_literal(self) -> ast.Expr:
        """@"2024-01-01"; a wrong one is an error that yields null, as for the functions."""
        token = self.advance()
        value = parse_any(token.text)
        if value is None:
            raise FeelError("feel-literal", self.text, token.start, found=repr(token.text))
        return ast.Literal(token.start, token.end, value)

    def word(self) -> ast.Expr:
        token = self.token
        longest = self.names.longest(self.tokens, self.at)
        if longest is None:
            keyword: dict[str, Callable[[], ast.Expr]] = {
                "if": self.if_, "for": self.for_, "some": self.quantified, "every": self.quantified,
            }  # fmt: skip
            if token.text in keyword:
                return keyword[token.text]()
            if token.text == "function" and self.tokens[self.at + 1].text == "(":
                return self.function()
            if token.text in CONSTANTS:
                self.at += 1
                return ast.Literal(token.start, token.end, CONSTANTS[token.text])
            if token.text in KEYWORDS - {"function", "external", "of", "instance"}:
                return self.fail("ein Wert", "a value")
        name, end = self.name()
        return ast.Name(token.start, end, name)

    def name(self) -> tuple[str, int]:
        """The name that starts here: the longest known one, or all words in a row; and where it ends."""
        longest = self.names.longest(self.tokens, self.at)
        start = self.token.start
        self.at += longest[1] if longest else 1
        whole = not longest
        while self.token.kind == "word" and self.token.text not in KEYWORDS and not longest:
            self.at += 1
            whole = True
        end = self.end_of_last()
        return (normalize(self.text[start:end]) if whole or not longest else longest[0]), end

    def member_name(self) -> str:
        """The name after a dot; words in a row belong together."""
        if self.token.kind != "word":
            self.fail("ein Name", "a name")
        scope, self.names = self.names, Names([], self.names, self.members)
        try:
            return self.name()[0]
        finally:
            self.names = scope

    def bracket(self) -> ast.Expr:
        """(a), (a..b), (< 5)."""
        start = self.advance().start
        if self.token.kind == "symbol" and self.token.text in COMPARE:
            test = self.test()
            self.expect(")")
            assert isinstance(test, ast.Test)
            return ast.Test(start, self.end_of_last(), test.op, test.operand)
        inner = self.expression()
        if self.accept(".."):
            return self.range_end(start, inner, False)
        self.expect(")")
        return inner

    def square(self) -> ast.Expr:
        """[a, b] or [a..b]."""
        start = self.advance().start
        items: list[ast.Expr] = []
        while not self.is_symbol("]"):
            items.append(self.test())
            if len(items) == 1 and self.accept(".."):
                return self.range_end(start, items[0], True)
            if not self.accept(","):
                break
        self.expect("]")
        return ast.ListExpr(start, self.end_of_last(), tuple(items))

    def reversed_range(self) -> ast.Expr:
        """]a..b]."""
        start = self.advance().start
        low = self.expression()
        self.expect("..")
        return self.range_end(start, low, False)

    def range_end(self, start: int, low: ast.Expr, low_included: bool) -> ast.Expr:
        outer, self.in_range_end = self.in_range_end, True
        high = self.binary(4)
        self.in_range_end = outer
        closing = self.advance()
        if closing.text not in ("]", "[", ")"):
            self.at -= 1
            self.fail("]", "]")
        return ast.RangeExpr(start, closing.end, low, high, low_included, closing.text == "]")

    def context(self) -> ast.Expr:
        """{name: value, "any text": value}; later entries see earlier ones."""
        start = self.advance().start
        entries: list[tuple[str, ast.Expr]] = []
        scope, self.names = self.names, Names([], self.names)
        while not self.is_symbol("}"):
            at = self.token.start
            key = self.context_key()
            if any(key == k for k, _ in entries):
                raise FeelError("feel-duplicate-key", self.text, at, name=key)
            self.expect(":")
            entries.append((key, self.expression()))
            self.names.add(key)
            self.members.add(key)
            if not self.accept(","):
                break
        self.names = scope
        self.expect("}")
        return ast.ContextExpr(start, self.end_of_last(), tuple(entries))

    def context_key(self) -> str:
        """A text in quotes, or everything up to the colon."""
        if self.token.kind == "string":
            return self.advance().text
        start = self.at
        if self.token.kind == "word":
            while self.token.kind in ("word", "number") or (
                self.token.kind == "symbol" and self.token.text in ("+", "-", "*", "/", "'", ".")
            ):
                self.at += 1
        if start == self.at:
            self.fail("ein Name", "a name")
        return normalize(self.text[self.tokens[start].start : self.end_of_last()])

    def if_(self) -> ast.Expr:
        """if … then … else …."""
        start = self.advance().start
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        otherwise = self.expression()
        return ast.If(start, otherwise.end, condition, then, otherwise)

    def for_(self) -> ast.Expr:
        """for a in b, c in d return e."""
        start = self.advance().start
        scope = self.names
        iterators = self.iterators("return")
        self.names = Names(["partial"], self.names)
        body = self.expression()
        self.names = scope
        return ast.For(start, body.end, iterators, body)

    def quantified(self) -> ast.Expr:
        """some/every a in b satisfies c."""
        token = self.advance()
        scope = self.names
        iterators = self.iterators("satisfies")
        body = self.expression()
        self.names = scope
        return ast.Quantified(token.start, body.end, token.text == "every", iterators, body)

    def iterators(self, until: str) -> tuple[ast.Iterator, ...]:
        """`a in b, c in d` up to a keyword; the names are known from then on."""
        found: list[ast.Iterator] = []
        while True:
            name = self.declared_name("in")
            self.expect("in")
            source = self.expression()
            upto = self.expression() if self.accept("..") else None
            found.append(ast.Iterator(name, source, upto))
            self.names = Names([name], self.names)
            if not self.accept(","):
                break
        self.expect(until)
        return tuple(found)

    def declared_name(self, *until: str) -> str:
        """A new name: everything up to one of these tokens."""
        start = self.at
        while self.token.kind != "end" and self.token.text not in until:
            self.at += 1
        if start == self.at or self.tokens[start].kind != "word":
            self.at = start
            self.fail("ein Name", "a name")
        return normalize(self.text[self.tokens[start].start : self.end_of_last()])

    def function(self) -> ast.Expr:
        """function(a: type, b) body."""
        start = self.advance().start
        self.expect("(")
        params: list[tuple[str, FeelType | None]] = []
        while not self.is_symbol(")"):
            name = self.declared_name(":", ",", ")")
            params.append((name, self.type_expression() if self.accept(":") else None))
            if not self.accept(","):
                break
        self.expect(")")
        external = self.is_word("external")
        self.at += external
        scope, self.names = self.names, Names([n for n, _ in params], self.names)
        body = self.expression()
        self.names = scope
        return ast.FunctionDef(start, body.end, tuple(params), body, external)
