"""The statements of a function in a language: straight-line code, with what only one branch needs inside that branch.

A value that is used once is written where it is used; the others get names of their own. What only the branch of a
choice needs is computed in that branch alone: a logarithm of a negative number stops Python and Julia.
"""

from __future__ import annotations

from gradcli.codegen.folding import CONDITIONS
from gradcli.exporting.languages.language import INFIX
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.codegen.folding import Operand
    from gradcli.codegen.straightline import StraightLine
    from gradcli.exporting.languages.language import Language

INLINE_CHARACTERS = 72
"""Longer expressions get a name."""

BRANCH_DEPTH = 16
"""Choices nested deeper than this compute both their branches."""


class Branch(NamedTuple):
    """Inside of a choice: the side of a condition, within another branch or (None) in the function itself."""

    parent: Branch | None
    condition: Operand
    side: bool
    depth: int


class WrittenBody(NamedTuple):
    """An expression and how tightly it holds together: see `LEVELS`."""

    text: str
    level: int


LEVELS = {
    "select": 1, "or": 2, "and": 3, "not": 4, "<": 5, "<=": 5, ">": 5, ">=": 5, "==": 5, "!=": 5,
    "add": 6, "subtract": 6, "negate": 6, "multiply": 7, "divide": 7, "power": 8,
}  # fmt: skip
"""How tightly an operation holds: a looser one inside of a tighter one is put in brackets."""

ATOM = 9

BOTH_TIGHTER = ("select", "power", "negate", *COMPARISONS)
"""Operations whose first operand, too, must hold tighter than they do."""


class Body(NamedTuple):
    """The lines of a function before its results, and the results as expressions."""

    lines: list[str]
    results: list[str]


def write_body(code: StraightLine, inputs: Sequence[str], language: Language, names: Iterator[str]) -> Body:
    """The body of a function. `inputs`: how each input is written; `names`: for values that need one."""
    return BodyWriter(code, inputs, language, names).body()


class BodyWriter:
    """One function in the making."""

    def __init__(self, code: StraightLine, inputs: Sequence[str], language: Language, names: Iterator[str]) -> None:
        self.code = code
        self.language = language
        self.first = len(code.inputs)
        self.written: dict[int, WrittenBody] = {i: WrittenBody(text, ATOM) for i, text in enumerate(inputs)}
        self.names = names
        self.uses = count_uses(code)
        self.branches = place_in_branches(code) if language.lazy else {}
        self.unsure = unsure_values(code, self.branches) if language.attempt else set()
        self.lines: list[str] = []
        self.open: list[Branch] = []
        self.turned: list[bool] = []  # is the block behind an else already?
        self.hoisted: list[str] = []

    def body(self) -> Body:
        """All statements, in an order that keeps branches together."""
        for number in in_groups(self.code, self.branches):
            self.instruction(number)
        self.move_to(None)
        results = [self.expression(output, 0) for output in self.code.outputs]
        return Body([*filter(None, self.hoisted), *self.lines], results)

    def instruction(self, number: int) -> None:
        """One value: kept as an expression for its only use, or given a name."""
        operation, arguments = self.code.instructions[number - self.first]
        written = self.operation(operation, arguments)
        if self.uses[number] == 1 and len(written.text) <= INLINE_CHARACTERS:
            self.written[number] = written
            return
        branch = self.branches.get(number)
        self.move_to(branch)
        name, row = next(self.names), self.language
        is_condition = operation in CONDITIONS
        if branch is not None or row.declares_all:
            self.hoisted.append((row.declare_condition if is_condition else row.declare).format(name=name))
            template = row.assign
        else:
            template = row.let_condition if is_condition else row.let
        text = row.attempt.format(written.text) if number in self.unsure and not is_condition else written.text
        self.line(template.format(name=name, value=text))
        self.written[number] = WrittenBody(name, ATOM)

    def operation(self, operation: str, arguments: Sequence[Operand]) -> WrittenBody:
        """An operation as an expression: an operator with brackets where they are needed, or a call."""
        row = self.language
        template = row.operators.get(operation)
        if operation == "divide" and type(arguments[1]) is float and arguments[1]:
            template = INFIX["divide"]
        if template is None:
            call = row.functions[operation]
            return WrittenBody(call.format(*self.call_arguments(operation, arguments)), ATOM)
        if template[:1] != "{" and "({" in template:  # written as a call
            return WrittenBody(template.format(*self.call_arguments(operation, arguments)), ATOM)
        level = LEVELS[operation]
        left = ATOM if operation == "not" else level + (operation in BOTH_TIGHTER)
        least = [level + 1 if place else left for place in range(len(arguments))]
        if operation == "or":  # compilers warn of a || b && c
            least = [ATOM if self.level(a) == LEVELS["and"] else rank for a, rank in zip(arguments, least, strict=True)]
        texts = [self.expression(a, rank) for a, rank in zip(arguments, least, strict=True)]
        return WrittenBody(template.format(*texts), level)

    def level(self, operand: Operand) -> int:
        """How tightly an operand holds together as it is written."""
        return self.written[operand].level if type(operand) is int else ATOM

    def call_arguments(self, operation: str, arguments: Sequence[Operand]) -> list[str]:
        """The arguments of a call, literals wrapped where the language wants it."""
        wrap = self.language.tensor if operation in self.language.tensor_calls else "{}"
        texts = [self.expression(a, 0) for a in arguments]
        return [wrap.format(t) if type(a) is float else t for t, a in zip(texts, arguments, strict=True)]

    def expression(self, operand: Operand, level: int) -> str:
        """An operand in a place that asks for this level."""
        if type(operand) is float:
            text = self.language.number(operand)
            negative = text.startswith("-")
            return f"({text})" if negative and level >= LEVELS["add"] else text
        written = self.written[int(operand)]
        return f"({written.text})" if written.level < level else written.text

    # ------------------------------------------------------------------------------------ branches

    def line(self, text: str) -> None:
        """A statement, indented as its branch is."""
        self.lines.append(self.language.indent * len(self.open) + text)

    def move_to(self, branch: Branch | None) -> None:
        """Leave branches and enter others until the next statement is in this one."""
        path: list[Branch] = []
        while branch is not None:
            path.append(branch)
            branch = branch.parent
        path.reverse()
        same = 0
        while same < min(len(path), len(self.open)) and path[same] == self.open[same]:
            same += 1
        while len(self.open) > same + 1:
            self.leave()
        if len(self.open) > same:
            opposite = self.open[same]._replace(side=not self.open[same].side)
            if same < len(path) and path[same] == opposite and not self.turned[same]:
                self.other_side(path[same])
                same += 1
            else:
                self.leave()
        for inside in path[same:]:
            self.enter(inside)

    def enter(self, branch: Branch) -> None:
        """Open the block of a condition or of its opposite."""
        text = self.expression(branch.condition, 0 if branch.side else ATOM)
        row = self.language
        self.line(row.if_open.format(text if branch.side else row.opposite.format(text)))
        self.open.append(branch)
        self.turned.append(False)

    def other_side(self, branch: Branch) -> None:
        """From the block of a condition to that of its opposite."""
        self.open.pop()
        self.line(self.language.otherwise)
        self.open.append(branch)
        self.turned[-1] = True

    def leave(self) -> None:
        """Close a block."""
        self.open.pop()
        self.turned.pop()
        if self.language.if_close:
            self.line(self.language.if_close)


def fresh_names(taken: set[str]) -> Iterator[str]:
    """t1, t2, …, none of them taken."""
    number = 0
    while True:
        number += 1
        if f"t{number}" not in taken:
            yield f"t{number}"


def count_uses(code: StraightLine) -> list[int]:
    """How often each number is an argument or an output; a branch's condition counts twice, to have a name."""
    uses = [0] * (len(code.inputs) + len(code.instructions))
    for operation, arguments in code.instructions:
        for place, argument in enumerate(arguments):
            if type(argument) is int:
                uses[argument] += 2 if operation == "select" and place == 0 and is_lazy(code, arguments) else 1
    for output in code.outputs:
        if type(output) is int:
            uses[output] += 1
    return uses


def is_lazy(code: StraightLine, arguments: Sequence[Operand]) -> bool:
    """Has a choice a branch that is computed, not just a number or an input?"""
    return any(type(a) is int and a >= len(code.inputs) for a in arguments[1:])


def place_in_branches(code: StraightLine) -> dict[int, Branch | None]:
    """The innermost branch that holds every use of each instruction."""
    first = len(code.inputs)
    places: dict[int, Branch | None] = {output: None for output in code.outputs if type(output) is int}
    for number in range(first + len(code.instructions) - 1, first - 1, -1):
        operation, arguments = code.instructions[number - first]
        here = places.get(number)
        for position, argument in enumerate(arguments):
            if type(argument) is not int:
                continue
            where = use_branch(operation, arguments, position, here)
            places[argument] = shared_branch(places[argument], where) if argument in places else where
    return places


def unsure_values(code: StraightLine, branches: dict[int, Branch | None]) -> set[int]:
    """Instructions that only branches need, but branches of different choices, so that they stand outside of all."""
    first = len(code.inputs)
    needed_in: dict[int, set[Branch | None]] = {o: {None} for o in code.outputs if type(o) is int}
    unsure: set[int] = set()
    for number in range(first + len(code.instructions) - 1, first - 1, -1):
        operation, arguments = code.instructions[number - first]
        here = branches.get(number)
        if not is_needed(here, needed_in.get(number, set())):
            unsure.add(number)
            continue
        for position, argument in enumerate(arguments):
            if type(argument) is int:
                needed_in.setdefault(argument, set()).add(use_branch(operation, arguments, position, here))
    return unsure


def is_needed(here: Branch | None, uses: set[Branch | None]) -> bool:
    """Is a value needed whenever this place is reached? It is used here, or on both sides of a choice."""
    if here in uses:
        return True
    inner = [use for use in uses if use is not None and use.parent == here]
    return any(use._replace(side=not use.side) in uses for use in inner)


def use_branch(operation: str, arguments: Sequence[Operand], position: int, here: Branch | None) -> Branch | None:
    """The branch in which an instruction that stands here needs one of its arguments."""
    if operation == "select" and position and (here is None or here.depth < BRANCH_DEPTH):
        return Branch(here, arguments[0], position == 1, 1 if here is None else here.depth + 1)
    return here


def shared_branch(one: Branch | None, other: Branch | None) -> Branch | None:
    """The innermost branch that holds both."""
    while one != other:
        if one is None or other is None:
            return None
        if one.depth > other.depth:
            one = one.parent
        elif other.depth > one.depth:
            other = other.parent
        else:
            one, other = one.parent, other.parent
    return one


def in_groups(code: StraightLine, branches: dict[int, Branch | None]) -> list[int]:
    """The instructions so that those of one branch stand together, arguments before users."""
    first = len(code.inputs)
    count = len(code.instructions)
    if not any(branches.values()):
        return list(range(first, first + count))
    from heapq import heappop, heappush

    waiting, users = dependencies(code, branches)
    ready: dict[Branch | None, list[int]] = {}
    everywhere: list[int] = []

    def release(number: int) -> None:
        heappush(ready.setdefault(branches.get(number), []), number)
        heappush(everywhere, number)

    for number in range(first, first + count):
        if not waiting[number]:
            release(number)
    done: set[int] = set()
    found: list[int] = []
    here: Branch | None = None
    while len(found) < count:
        if not ready.get(here):
            while everywhere[0] in done:
                heappop(everywhere)
            here = branches.get(everywhere[0])
        number = heappop(ready[here])
        done.add(number)
        found.append(number)
        for user in users.get(number, ()):
            waiting[user] -= 1
            if not waiting[user]:
                release(user)
    return found


def dependencies(code: StraightLine, branches: dict[int, Branch | None]) -> tuple[dict[int, int], dict[int, list[int]]]:
    """For each instruction how many others must come before it, and which ones wait for it."""
    first = len(code.inputs)
    waiting: dict[int, int] = {}
    users: dict[int, list[int]] = {}
    for number, (_, arguments) in enumerate(code.instructions, first):
        needs = {a for a in arguments if type(a) is int and a >= first}
        branch = branches.get(number)
        while branch is not None:
            if type(branch.condition) is int:
                needs.add(branch.condition)
            branch = branch.parent
        waiting[number] = len(needs)
        for need in needs:
            users.setdefault(need, []).append(number)
    return waiting, users
