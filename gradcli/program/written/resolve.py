"""A script as it was written -> plain statements, declarations and variables, with every convention in words."""

from __future__ import annotations

import re

from gradcli.problems import GradcliError, Span
from gradcli.program.dimensions import OPEN
from gradcli.program.names import CONSTANTS, FUNCTION_WORDS, check_function_word, natural
from gradcli.program.written.beside import beside_transposes, capital_products, dotted, refuse_inverses, refuse_small_t
from gradcli.program.written.capitals import IDENTITY
from gradcli.program.written.functions import bodies_of, headed, indexes_its_parameters, put_in, with_calls
from gradcli.program.written.glued import OTHER_WORDS
from gradcli.program.written.known import MATRIX, VECTOR, KnownNames, declared_open
from gradcli.program.written.settle import Settler, plain
from gradcli.program.written.sums import Sums
from gradcli.program.written.written_out import Array
from gradcli.records import TYPE_CHECKING
from gradcli.text.binders import used_names
from gradcli.text.foreign.words import BESSEL_LETTERS
from gradcli.text.tree import Binary, Call, Declaration, Name, Script, Statement, postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Final

    from gradcli.problems import Source
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import AskedDerivative, Spelling, Tree

GREEK_CALLS: Final[Mapping[str, str]] = {
    "sigma": "sigmoid({}) for the logistic function, ",
    "Phi": "(1 + erf({}/sqrt(2)))/2 for the normal distribution function, ",
    "W": "lambertw({}) for Lambert's function, ",
    "S": "fresnels({}) for the Fresnel integral, ",
    "C": "fresnelc({}) for the Fresnel integral, ",
    "K": "elliptick({}) for the elliptic integral, ",
    "E": "elliptice({}) for the elliptic integral, ",
    "lambda_max": "max(eigvalsh({})) for the greatest eigenvalue of a symmetric matrix, ",
    "lambda_min": "min(eigvalsh({})) for the least eigenvalue of a symmetric matrix, ",
    "sigma_max": "norm({}, 2) for the greatest singular value of a matrix, ",
}
"""What people mean by a letter with a bracket."""


def resolved(script: Script, options: BuildOptions) -> tuple[Script, BuildOptions]:
    """The script without headers, sums with an index, bold names and requests, and the options that follow from these.

    A script that is plain comes back as it is.
    """
    if script.spelling is None:
        return script, options
    return Resolver(script, options, script.spelling).resolved()


def resolved_trees(script: Script, options: BuildOptions, texts: Sequence[tuple[Tree, Source]]) -> list[Tree]:
    """Other expressions, such as hand-derived answers, read with what is known of a script's names and functions."""
    known = KnownNames(script, options)
    bodies = bodies_of(script.statements)
    indexed = script.spelling.indexed if script.spelling is not None else frozenset()
    found = []
    for tree, source in texts:
        statement = Statement(None, tree, source, tree.start, tree.end)
        tree = put_in(statement, bodies) if bodies else tree
        arrays: dict[str, Array] = {}
        settled = Settler(statement, known, "T" in known.kinds, []).settled(tree)
        found.append(ones_out(Sums(statement, known, indexed, arrays).resolved(settled)))
    return found


class Resolver:
    """Resolves one script."""

    def __init__(self, script: Script, options: BuildOptions, spelling: Spelling) -> None:
        self.script, self.options, self.spelling = script, options, spelling
        self.known = KnownNames(script, options)
        self.notes: list[str] = list(spelling.notes)
        self.arrays: dict[str, Array] = {}
        self.scalars: set[str] = set()
        self.later: set[str] = set()  # functions that are put in when sums are resolved
        self.functions = headed(script.statements)

    def resolved(self) -> tuple[Script, BuildOptions]:
        """Every statement settled, sums resolved, calls put in, names declared, variables chosen."""
        self.check_calls()
        refuse_small_t(self.script.statements, self.known)
        self.later = {name for name, s in self.functions.items() if indexes_its_parameters(s)}
        inlined, before = with_calls(self.script.statements, self.later)
        self.known.add_rows(inlined)
        self.known.rows |= dotted(inlined, self.known)
        has_t = self.has_t()
        settled = [self.plain(statement, has_t) for statement in inlined]
        settled += self.aliases()
        statements, after = with_calls(settled)
        called = before | after
        outputs = self.without_called(statements, called)
        defined = {s.name for s in outputs if s.name is not None}
        declarations = (*self.script.declarations, *self.declared(outputs, defined))
        wrt = self.options.wrt or self.variables(outputs, defined, declarations)
        script = Script(tuple(map(bare, outputs)), declarations, None, tuple(dict.fromkeys(self.notes)))
        spent = self.known.spent - {name for s in outputs for name in used_names(s.tree)}
        settings = {name: tree for name, tree in self.options.settings.items() if name not in spent}
        return script, self.options._replace(wrt=wrt or None, settings=settings)

    def plain(self, statement: Statement, has_t: bool) -> Statement:
        """One statement without the signs and sums that hang on what stands around them."""
        trees = statement.sides or (statement.tree,)
        settler = Settler(statement, self.known, has_t, self.notes)
        sums = Sums(statement, self.known, self.spelling.indexed, self.arrays)
        sums.algebra.refused = self.later
        done = tuple(ones_out(sums.resolved(settler.settled(tree))) for tree in trees)
        self.scalars |= sums.scalars
        for name in sorted(sums.outside):
            self.notes.append(f"{name} outside of the sum is a name of its own, not the index")
        return statement._replace(tree=done[0], sides=done if statement.sides else ())

    def aliases(self) -> list[Statement]:
        """Statements for second names of an expression, `y = f(x) = ...`, that other statements use."""
        used = {name for s in self.script.statements for name in used_names(s.tree)}
        return [
            Statement(alias, Name(s.name, s.start, s.end), s.source, s.start, s.end)
            for s in self.script.statements
            for alias in s.aliases
            if s.name and alias in used
        ]

    def has_t(self) -> bool:
        """Whether T is a name of its own here, so that `X^T` is a power."""
        if "T" in self.known.kinds or "T" in self.functions:
            return True
        statements = self.script.statements
        return any(s.name == "T" or (s.parameters and "T" in s.parameters) for s in statements) or any(
            isinstance(part, Name) and part.name == "T" for s in statements for part in postorder(s.tree)
        )

    # --------------------------------------------------------------------------- calls

    def check_calls(self) -> None:
        """Letters with a bracket that reads as a call must be functions; else both readings are shown."""
        declared = {d.name for d in self.options.declared(self.script) if d.dims is None}
        for statement in self.script.statements:
            for tree in postorder(statement.tree):
                if isinstance(tree, Call) and self.is_undefined(tree.function, statement, tree, declared):
                    raise self.two_readings(tree, statement)

    def is_undefined(self, name: str, statement: Statement, tree: Tree, declared: set[str]) -> bool:
        """Whether this call is of a letter that nobody has made a function."""
        if name in self.functions or name in declared or (tree is statement.tree and name == statement.name):
            return False
        return name in self.spelling.called or name in ("sigma", "Phi", "Psi", "phi", "psi", "varphi")

    def two_readings(self, tree: Call, statement: Statement) -> GradcliError:
        """The error of `L(w)`: a product, or a function of w."""
        source, name = statement.source, tree.function
        typed = [source.text[part.start : part.end].strip() for part in tree.arguments]
        simple = [plain(part, text, self.known) for part, text in zip(tree.arguments, typed, strict=True)]
        if any(f"{name}'" == text for name in typed for text in typed):  # k(x, x'): another point
            simple = typed
        told = GREEK_CALLS.get(name, "").format(simple[0] if simple else "x")
        order = name[1:].removeprefix("_")
        if name[0] in BESSEL_LETTERS and (order.isdecimal() or order == "n") and len(simple) == 1:
            told = f"{BESSEL_LETTERS[name[0]]}({order}, {simple[0]}) for the Bessel function, "
        first = simple[0] if simple else "..."
        product = f"{name}*{first}" if first.isidentifier() else f"{name}*({first})"
        both = f"write {told}{product} for the product, or declare the function: '{name}: function'"
        if len(simple) > 1:
            both = f"say what {name} is, {name}({', '.join(simple)}) = ..., or declare it: '{name}: function'"
            if name == "B" and len(simple) == 2:
                both = f"write beta({', '.join(simple)}) for the beta function, or {both.removeprefix('say ')}"
                both = both.replace("or what B is, ", "or say what B is, ")
        message = f"{name}({', '.join(simple)}) can be read in two ways: a product, or a function called {name}"
        powers = [part for part in tree.arguments if isinstance(part, Binary) and part.op == "**"]
        if powers and source.text[tree.end :].lstrip()[:1] == "=":
            shown_power = plain(powers[0], source.text[powers[0].start : powers[0].end].strip(), self.known)
            both = f"write the header with names alone: a letter of its own for {shown_power}, or its base"
            message = f"{shown_power} stands among the variables of {name}, which are names"
        return GradcliError("ambiguous", message, Span(source, tree.start, tree.name_end or tree.end), both)

    def without_called(self, statements: Sequence[Statement], called: set[str]) -> list[Statement]:
        """The statements without functions that others call: these stand where they were called."""
        used = {name for s in statements for name in used_names(s.tree)}
        rest = [s for s in statements if s.parameters is None or s.name not in called or s.name in used]
        asked = {name for s in self.script.statements for name in used_names(s.tree)} if called else set()
        while len(rest) < len(statements):  # what only they used stands in their places, too
            needed = {name for s in rest for name in used_names(s.tree)}
            lost = [s for s in rest if s.name in asked and s.name not in needed and s.parameters is None]
            if not lost:
                break
            rest = [s for s in rest if s not in lost]
        return rest or list(statements)[-1:]

    # --------------------------------------------------------------------------- declarations

    def declared(self, statements: Sequence[Statement], defined: set[str]) -> list[Declaration]:
        """Declarations of the arrays that sums index, and of names in bold, where nothing else says what they are."""
        used = {name for s in statements for name in used_names(s.tree)}
        letters = {size for array in self.arrays.values() for size in array.sizes if size is not None}
        found = [self.indexed_array(name, array) for name, array in self.arrays.items() if name and name in used]
        said = {d.name for d in found if d is not None} | defined | set(self.arrays)
        bold = sorted((self.known.bold & used) - said - set(self.known.kinds) - letters, key=natural)
        for name in bold:
            kind = self.known.kind(name) or VECTOR
            found.append(declared_open(name, kind))
        beside = self.beside(statements, said | set(bold) | letters)
        found += [declared_open(name, kind) for name, kind in beside.items()]
        refuse_inverses(statements, self.known, said | set(bold) | set(beside))
        self.notes += capital_products(statements, self.known, said | set(bold) | set(beside))
        numbers = (self.scalars & used) - said - letters - set(bold) - set(beside) - set(CONSTANTS) if found else set()
        place = self.script.statements[0]
        found += [Declaration(name, (), False, place.source, place.start, place.end) for name in sorted(numbers)]
        if bold:
            self.notes.append(f"bold: {', '.join(map(self.described, bold))}")
        return [declaration for declaration in found if declaration is not None]

    def described(self, name: str, kind: int | None = None) -> str:
        """`x is a vector`."""
        is_matrix = (kind or self.known.kind(name)) == MATRIX
        if name == "I" and is_matrix:
            self.notes.append(IDENTITY)
        return f"{name} is a {'matrix' if is_matrix else 'vector'}"

    def beside(self, statements: Sequence[Statement], said: set[str]) -> dict[str, int]:
        """What stands beside transposed names, where nothing else says what it is; said in the notes."""
        found: dict[str, int] = {}
        for statement in statements:
            for tree in statement.sides or (statement.tree,):
                for name, kind in beside_transposes(tree, self.known).items():
                    if name not in said:
                        found.setdefault(name, kind)
        if found:
            words = [self.described(name, kind) for name, kind in sorted(found.items())]
            self.notes.append(f"beside a transposed name or in a norm: {', '.join(words)}")
        return found

    def indexed_array(self, name: str, array: Array) -> Declaration | None:
        """The declaration of a name that a sum indexes; a value's sizes stand, and the letters take their numbers."""
        parts = "rows" if array.rows else "entries"
        what = "vector" if array.kind == VECTOR else "matrix"
        self.notes.append(
            f"with an index, {name} is a {what}, of {parts} {name}_i"
            if array.kind == VECTOR or array.rows
            else f"with two indices, {name} is a {what}"
        )
        for last, size in self.known.longer.items():
            if size in array.sizes:
                self.notes.append(f"{name} has {last} + 1 entries, from {name}_0 to {name}_{last}")
        if name in self.known.kinds and name not in self.known.values:
            return None
        letters = [size for size in array.sizes if size is not None and size not in self.known.values]
        if not letters:
            return None if name in self.known.kinds else declared_open(name, array.kind)
        spare = iter(letter for letter in "dkpqrmn" if letter not in self.taken())
        sizes = tuple(
            size if size is not None and size not in self.known.values else OPEN + next(spare) for size in array.sizes
        )
        place = self.script.statements[0]
        return Declaration(name, sizes, False, place.source, place.start, place.end)

    def taken(self) -> set[str]:
        """Letters that mean something already."""
        used = {name for s in self.script.statements for name in used_names(s.tree)}
        return used | {size for array in self.arrays.values() for size in array.sizes if size is not None}

    # --------------------------------------------------------------------------- variables

    def variables(
        self, statements: Sequence[Statement], defined: set[str], declarations: Sequence[Declaration]
    ) -> tuple[str, ...]:
        """The variables that headers and requests name; empty where all names are variables."""
        of = self.options.of
        asked = [s for s in statements if (s.parameters is not None or s.request) and of in (None, s.name)]
        used = {name for s in statements for name in used_names(s.tree)} - defined
        sizes = {size for d in declarations for size in d.dims or () if isinstance(size, str)}
        names = {name for name in used if name not in CONSTANTS or name in self.options.bound} - sizes
        names -= set(self.options.settings)
        found: list[str] = []
        for statement in asked:
            wanted = statement.request.wrt if statement.request else statement.parameters or ()
            mine = [name for name in (self.variable(part, names) for part in wanted) if name]
            if statement.parameters is not None:
                refuse_glued(statement, names - set(self.options.bound))
            if statement.request and statement.request.wrt:
                self.check_request(statement, statement.request, names)
                found.extend(name for group in mine for name in group)
            elif len(mine) == len(wanted):
                found.extend(name for group in mine for name in group)
        chosen = tuple(dict.fromkeys(found))
        self.note_variables(asked, chosen, names, defined)
        return chosen

    def check_request(self, statement: Statement, request: AskedDerivative, names: set[str]) -> None:
        """The variable of a derivative must stand in what is differentiated."""
        for name in request.wrt:
            if not self.variable(name, names) and name not in self.options.settings:
                place = Span(statement.source, statement.start, statement.end)
                message = f"{name} does not stand in what is differentiated by it"
                raise GradcliError(
                    "request", message, place, f"say what it is: y = ...{name}...; and ask for the derivative of y"
                )

    def variable(self, parameter: str, names: set[str]) -> list[str]:
        """The variables that a parameter stands for: itself, or x1, x2 for an x that stands only in these."""
        if parameter in names:
            return [parameter]
        entries = re.compile(rf"{re.escape(parameter)}[0-9]+")
        return sorted((name for name in names if entries.fullmatch(name)), key=natural)

    def note_variables(
        self, asked: Iterable[Statement], chosen: tuple[str, ...], names: set[str], defined: set[str]
    ) -> None:
        """Say by what is differentiated, and what is a parameter."""
        rest = sorted(names - set(chosen), key=natural)
        for statement in asked:
            if statement.request is not None:
                self.notes.append(f"{statement.request.text.strip()}: read as the question for this derivative")
            elif chosen and rest:
                head = f"{statement.name or 'f'}({', '.join(statement.parameters or ())}) = ..."
                several = "are parameters" if len(rest) > 1 else "is a parameter"
                self.notes.append(f"{head}: differentiated by {', '.join(chosen)}; {', '.join(rest)} {several}")
            elif names and not self.options.wrt and (lost := self.lost(statement, names | defined)):
                head = f"{statement.name or 'f'}({', '.join(statement.parameters or ())}) = ..."
                by = ", ".join(sorted(names, key=natural))
                self.notes.append(f"{head}: {', '.join(lost)} does not stand in it; differentiated by {by}")

    def lost(self, statement: Statement, names: set[str]) -> list[str]:
        """The parameters of a header that do not stand in what it says."""
        return [name for name in statement.parameters or () if not self.variable(name, names)]


def refuse_glued(statement: Statement, names: set[str]) -> None:
    """Raise for `ax` where x is a variable of the header: a product, and nobody's name."""
    alone = {name for name in statement.parameters or () if name in names}
    for part in postorder(statement.tree):
        if not isinstance(part, Name) or part.name not in names or not part.name.isalpha():
            continue
        found = [name for name in statement.parameters or () if len(name) == 1 and name in part.name[-2:]]
        if found and any(word in part.name for word in FUNCTION_WORDS):
            check_function_word(part.name, names, Span(statement.source, part.start, part.end))
        if part.name[:-1] in OTHER_WORDS:  # lgx
            continue
        if found and len(part.name) in ((2,) if alone.issuperset(found) else (2, 3)):
            product = "*".join(part.name)
            raise GradcliError(
                "ambiguous", f"{part.name!r} reads in two ways: a name of its own, or {product}",
                Span(statement.source, part.start, part.end),
                f"write {product} for the product, or give {part.name} a value with --at or --set",
            )  # fmt: skip


def bare(statement: Statement) -> Statement:
    """A statement whose header is done with; a name that its own body uses for something else is left out."""
    name = statement.name
    if statement.parameters is not None and name in used_names(statement.tree):
        name = None
    return statement._replace(name=name, parameters=None, request=None)


def ones_out(root: Tree) -> Tree:
    r"""The tree with products by `\mathbf{1}` as sums."""
    if not any(isinstance(part, Name) and part.name in ("𝟏", "𝟎") for part in postorder(root)):
        return root
    from gradcli.program.written.ones import without_ones

    return without_ones(root)
