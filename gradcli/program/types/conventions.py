"""What nothing forces is decided as people write: case of letters, what is added to an array, what stands beside one.

Each decision is for one open name; two readings with different answers are an error that shows both.
"""

from __future__ import annotations

from itertools import islice

from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.program.types.sentences import LONGEST, enclosed, is_star
from gradcli.program.types.walk import FILLED, GREEK, bare_name, factors_of, is_power, plain_name
from gradcli.program.written.capitals import capital_terms, is_upper
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import LATEX_PRODUCT, Binary, Call, Name, Transpose, Unary, postorder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.types.inference import Inference
    from gradcli.text.tree import Tree


def beside(solver: Inference, tree: Tree) -> None:
    """A part of this operation is an array, and another is not typed yet."""
    if isinstance(tree, Binary) and tree.op is LATEX_PRODUCT:
        juxtaposed(solver, chain_of(solver, tree))
    elif isinstance(tree, Binary) and tree.op in ("+", "-"):
        known, other = sides(solver, tree)
        name = plain_name(other)
        if name is None:
            for upper in upper_factors(solver, other):
                solver.make_array(upper)
        elif solver.is_open(name.name):
            added(solver, tree, name, solver.shapes.get(id(known)))
    elif isinstance(tree, Binary) and tree.op != "@":
        note_coefficients(solver, tree, (tree.left, tree.right))
    elif isinstance(tree, Call) and NAMES.get(tree.function) in RULES:
        note_coefficients(solver, tree, tree.arguments)


def sides(solver: Inference, tree: Binary) -> tuple[Tree, Tree]:
    """The side that is typed, and the other."""
    return (tree.left, tree.right) if solver.is_array(tree.left) else (tree.right, tree.left)


def note_coefficients(solver: Inference, tree: Tree, operands: Sequence[Tree]) -> None:
    """Names that multiply an array, or are compared with one, are numbers unless something makes them arrays.

    For upper-case names that is decided last.
    """
    for operand in operands:
        name = plain_name(operand)
        if name is None and id(operand) not in solver.shapes:
            solver.coefficients.extend(open_parts(solver, operand))
        elif name is not None and solver.is_open(name.name):
            if is_upper(name.name) or is_behind_matrix(solver, tree, name):
                solver.late.append((name.name, tree))
            elif LABELS.fullmatch(name.name) and any(is_column(solver, other) for other in operands):
                solver.make_array(name.name)
            else:
                solver.coefficients.append(name.name)


def is_behind_matrix(solver: Inference, tree: Tree, name: Name) -> bool:
    """Is this the b of `inv(A)*b` or `A'*b`, in a text that has no @ for products of matrices?"""
    if not isinstance(tree, Binary) or tree.op != "*" or tree.right is not name or name.name in GREEK:
        return False
    shape, text = solver.shapes.get(id(tree.left)), solver.homes[id(tree)].text
    return shape is not None and len(shape) > 1 and 1 not in shape and "@" not in text and is_star(tree, text)


PARTS = 40
"""Of a longer coefficient only the first parts are looked at: nested products stay linear."""


def open_parts(solver: Inference, tree: Tree) -> list[str]:
    """The open names of a coefficient such as `log(p)`, but for those in upper case."""
    names = (part.name for part in islice(postorder(tree), PARTS) if isinstance(part, Name) and not is_upper(part.name))
    return list(filter(solver.is_open, names))


LABELS = pattern(r"y[0-9]?|y_?(?:hat|true|pred|i)|labels?|targets?|one_?hot|mask")
"""Names of data, one entry for each example: beside a vector they are one."""


def is_column(solver: Inference, tree: Tree) -> bool:
    """Is this known to be a column of several entries?"""
    shape = solver.shapes.get(id(tree))
    return shape is not None and len(shape) > 1 and shape[1] == 1 != shape[0]


def last_coefficient(solver: Inference, name: str, tree: Tree) -> None:
    """An upper-case name that nothing has made an array is a number.

    Raises `ambiguous` for A*x of two undeclared names.
    """
    if not solver.is_open(name):
        return
    if isinstance(tree, Binary) and tree.op == "*" and is_entrywise_sign(solver, tree):
        solver.make_array(name)
        return
    if isinstance(tree, Binary) and tree.op == "*" and is_star(tree, solver.homes[id(tree)].text):
        left, right = tree.left, tree.right
        if isinstance(left, Name) and left.name == name and isinstance(right, Name) and right.name in solver.found:
            raise two_products(solver, tree, name, right.name)
        if isinstance(right, Name) and right.name == name and not isinstance(left, Name) and not is_upper(name):
            raise two_products(solver, tree, shown(left), name)
    solver.make_number(name)


def added(solver: Inference, tree: Binary, name: Name, shape: Any) -> None:
    """A name that is added to an array: subtracted it is one too; a small Greek letter, or beside a matrix, a number.

    Raises `ambiguous` for another small letter by which the answer differentiates: a number and a vector differ.
    """
    letter = name.name
    if is_upper(letter):
        solver.make_array(letter)
    elif (shape and shape[1] != 1 and not solver.flat.intersection((id(tree.left), id(tree.right)))) or (
        tree.op == "+" and letter in GREEK
    ):
        solver.make_number(letter)
    elif tree.op == "-" or not is_differentiated(solver, letter):
        solver.make_array(letter)
    else:
        raise GradcliError(
            "ambiguous",
            f"{letter} reads in two ways: a number that is added to every entry, or a vector",
            solver.place(name),
            f"declare it: '{letter}: scalar' or '--vector {letter}'",
        )


def of_one_entry(solver: Inference, tree: Tree, shape: Any) -> None:
    """A square matrix whose size nothing tells, beside a product of one entry, has one: eye(m) in A@A.T + eye(m)."""
    size, columns = solver.dims.shape(shape)
    if size == columns and size in solver.dims.named and size not in solver.dims.values and solver.dims.equal(size, 1):
        solver.readings.setdefault(f"{size} is 1, since {shown(tree)} has one entry")


def upper_factors(solver: Inference, tree: Tree) -> list[str]:
    """The open upper-case names of a product: beside an array, `s*K` has a matrix K."""
    found: list[str] = []
    stack = [tree]
    while stack:
        here = stack.pop()
        if isinstance(here, Unary | Transpose):
            stack.append(here.operand)
        elif isinstance(here, Binary) and (here.op == "*" or here.op == "/"):
            stack += [here.left] if here.op == "/" else [here.left, here.right]
        elif isinstance(here, Name) and is_upper(here.name) and solver.is_open(here.name):
            found.append(here.name)
    return found


def is_differentiated(solver: Inference, name: str) -> bool:
    """Does the answer differentiate by this name?"""
    return solver.differentiated is None or name in solver.differentiated


# ------------------------------------------------------------------------------- wanted arrays


def want_matrices(solver: Inference, tree: Tree) -> None:
    """The upper-case names of an array are matrices, alone, in sums, or behind a small letter: t is a number in t*B."""
    stack = [tree]
    while stack:
        here = stack.pop()
        if isinstance(here, Unary | Transpose):
            stack.append(here.operand)
        elif isinstance(here, Binary) and here.op in ("+", "-"):
            stack += [here.left, here.right]
        elif isinstance(here, Binary) and here.op == "*" and here.op is not LATEX_PRODUCT:
            first, second = bare_name(here.left), bare_name(here.right)
            if first is None or not is_upper(first.name) or (second is not None and is_upper(second.name)):
                stack.append(here.right)
        elif isinstance(here, Name) and is_upper(here.name):
            solver.make_array(here.name)
    solver.work()


def want(solver: Inference, tree: Tree, matrix: bool) -> None:
    """This part must be an array: the open names that it is made of become arrays, where none of them is one yet."""
    stack: list[tuple[Tree, bool, bool]] = [(tree, matrix, False)]
    while stack:
        here, as_matrix, last = stack.pop()
        if id(here) in solver.shapes or id(here) in solver.arrays:
            continue
        if isinstance(here, Name):
            if here.name in solver.statements:
                stack.append((solver.statements[here.name], as_matrix, False))
            else:
                solver.make_array(here.name, as_matrix)
        elif isinstance(here, Unary | Transpose):
            stack.append((here.operand, as_matrix, False))
        elif isinstance(here, Binary) and here.op is LATEX_PRODUCT:
            first_arrays(solver, factors_of(here), as_matrix)
        elif isinstance(here, Binary) and here.op in ("+", "-"):
            stack += terms_wanted(solver, here, as_matrix, last)
        else:
            stack += [(part, as_matrix, False) for part in operands_wanted(solver, here)]
    solver.work()


def terms_wanted(solver: Inference, tree: Binary, matrix: bool, last: bool) -> list[tuple[Tree, bool, bool]]:
    """The terms of a sum that become arrays: first what is no plain name, then the names, by what that turned out."""
    if last:
        solver.work()
    terms = terms_of(tree)
    if any(solver.is_array(term) for term in terms):
        return []
    others = [(term, matrix, False) for term in terms if plain_name(term) is None and id(term) not in solver.shapes]
    if last or not others or len(others) == len(terms):
        return [(term, matrix, False) for term in terms]
    return [(tree, matrix, True), *others]


def terms_of(tree: Tree) -> list[Tree]:
    """The terms of a sum, from left to right."""
    terms: list[Tree] = []
    stack = [tree]
    while stack:
        here = stack.pop()
        if isinstance(here, Binary) and here.op in ("+", "-"):
            stack += [here.right, here.left]
        else:
            terms.append(here)
    return terms


def operands_wanted(solver: Inference, tree: Tree) -> Sequence[Tree]:
    """The operands that must be arrays so that this is one."""
    operands: Sequence[Tree] = ()
    if isinstance(tree, Binary) and tree.op == "**":
        operands = (tree.left,)
    elif isinstance(tree, Binary) and tree.op in ("*", "/"):
        operands = multiplied(solver, tree)
    elif isinstance(tree, Call) and tree.function == "where":
        operands = tree.arguments[1:]
    elif isinstance(tree, Call) and NAMES.get(tree.function) in RULES and tree.function not in FILLED:
        operands = tree.arguments
    return () if any(solver.is_array(operand) for operand in operands) else operands


def multiplied(solver: Inference, tree: Binary) -> Sequence[Tree]:
    """The arrays of a product entry by entry without one: of t*B the matrix, else all but small Greek letters.

    Raises `ambiguous` for A*x, which could be the matrix product as well.
    """
    both = (tree.left, tree.right)
    first, second = (solver.open_name(side) for side in both)
    if first and second and is_upper(first) != is_upper(second):
        if is_upper(second):
            return (tree.right,)
        if tree.op == "*":
            raise two_products(solver, tree, first, second)
    return [side for side in both if not is_coefficient(side)] or both


def two_products(solver: Inference, tree: Binary, first: str, second: str) -> GradcliError:
    """The error for A*x, which could be meant entry by entry."""
    return GradcliError(
        "ambiguous",
        f"{first}*{second} reads in two ways: entry by entry, or as the matrix product {first}@{second}",
        solver.place(tree),
        f"write {first}@{second} for the product, or declare both: '--matrix {first}' and '--vector {second}'"
        f" or '{second}: scalar'"
        if first.isidentifier()
        else f"write {first}@{second} for the product, or declare it: '--vector {second}' or '{second}: scalar'",
    )


def is_coefficient(tree: Tree) -> bool:
    """A small Greek letter multiplies what is an array."""
    name = plain_name(tree)
    return name is not None and name.name in GREEK


# ------------------------------------------------------------------------------- symbols side by side, in LaTeX


def chain_of(solver: Inference, tree: Tree) -> list[Tree]:
    """The factors of the longest product in which this one begins."""
    while True:
        above = solver.parents.get(id(tree), ())
        longer = [p for p in above if isinstance(p, Binary) and p.op is LATEX_PRODUCT and p.left is tree]
        if not longer:
            return factors_of(tree)
        tree = longer[0]


def juxtaposed(solver: Inference, factors: list[Tree]) -> None:
    """Decide the open factors of a product with an array in it, from left to right."""
    before: Any = None
    for i, factor in enumerate(factors):
        if id(factor) not in solver.shapes:
            decide_factor(solver, factors, i, before)
        shape = solver.shapes.get(id(factor), ())
        if shape:
            before = (before[0] if before else shape[0], shape[1])
            before = None if before == (1, 1) else before


def decide_factor(solver: Inference, factors: list[Tree], i: int, before: Any) -> None:
    """One open factor: after a row or a matrix it is an array, before one a coefficient, or a matrix if upper case."""
    factor = factors[i]
    name = solver.open_name(factor)
    after = next((j for j in range(i + 1, len(factors)) if solver.shapes.get(id(factors[j]))), None)
    if before is not None and before[1] != 1:
        if name is None:
            want(solver, factor, False)
        else:
            solver.make_array(name, after == i + 1 and solver.shapes[id(factors[after])][0] != 1)
        return
    if name is None and before is None and after is not None and solver.shapes[id(factors[after])][0] != 1:
        for capital in capital_terms(factor):
            solver.make_array(capital, True)
    if name is None or before is not None or after is None:
        return
    upper, next_shape = is_upper(name), solver.shapes[id(factors[after])]
    if is_power(factor) and upper:
        solver.make_array(name, True)
    elif next_shape[0] != 1:
        if upper:
            solver.make_array(name)
    elif not upper and name not in GREEK and not closes(solver, factors[after:]):
        solver.make_array(name)


def closes(solver: Inference, factors: Sequence[Tree]) -> bool:
    """Is a product that begins with a row a number: does a column, or an open factor that will be one, end it?"""
    shapes = [solver.shapes.get(id(factor)) for factor in factors]
    return any(shape is None or (shape and shape[1] == 1) for shape in shapes[1:])


def first_arrays(solver: Inference, factors: list[Tree], matrix: bool) -> None:
    """A product without an array must be one: upper-case names are matrices, of small letters one must be the vector.

    Raises `ambiguous` where two small letters could be.
    """
    if any(solver.shapes.get(id(factor)) for factor in factors):
        juxtaposed(solver, factors)
        return
    names = [(solver.open_name(factor), factor) for factor in factors]
    opened = [(name, factor) for name, factor in names if name is not None]
    small = [(name, factor) for name, factor in opened if name not in GREEK] or opened
    if upper := [name for name, _ in opened if is_upper(name)]:
        for name in upper:
            solver.make_array(name)
        for name in (letter for factor in factors for letter in capital_terms(factor)):
            solver.make_array(name, True)
        juxtaposed(solver, factors)
    elif len({name for name, _ in small}) > 1:
        (first, _), (second, place) = small[0], small[-1]
        raise GradcliError(
            "ambiguous",
            f"this product reads in two ways: {first} a number and {second} a vector, or the other way round",
            solver.place(place),
            f"declare one: '--vector {second}', or '{second}: scalar' and '--vector {first}'",
        )
    elif small:
        solver.make_array(small[-1][0], matrix)
    else:
        for factor in factors:
            if id(factor) not in solver.shapes and bare_name(factor) is None:
                want(solver, factor, matrix)


def is_determinant(solver: Inference, tree: Call) -> bool:
    """Is |A| of a matrix its determinant? Where an array is wanted it is not; else it is, as the value is a number.

    Raises `ambiguous` where the answer differentiates by what stands between the bars.
    """
    source, shape = solver.homes[id(tree)], solver.of(tree.arguments[0])
    bars = source.text[tree.start : tree.end]
    if not shape or 1 in shape or bars[:1] not in ("|", "\\") or bars.startswith("\\operatorname"):
        return False
    if id(tree) in solver.asked:
        return False
    name = plain_name(tree.arguments[0])
    inside = name.name if name is not None else source.text[tree.arguments[0].start : tree.arguments[0].end]
    if any(is_differentiated(solver, part.name) for part in postorder(tree) if isinstance(part, Name)):
        raise GradcliError(
            "ambiguous",
            f"|{inside}| of a matrix reads in two ways: its determinant, or the absolute values of its entries",
            solver.place(tree),
            f"write det({inside}) or abs({inside})",
        )
    solver.readings.setdefault(f"|{inside}| is read as the determinant det({inside})")
    return True


def turn(solver: Inference, tree: Binary, left: bool, right: bool) -> None:
    """Vectors under @ are read as rows or columns: said once."""
    solver.turned.update(id(side) for side, turned in ((tree.left, left), (tree.right, right)) if turned)
    if left or right:
        solver.readings.setdefault(turned_words(solver, tree, left, right))


def turned_words(solver: Inference, tree: Binary, left: bool, right: bool) -> str:
    """`w@x is read as w.T@x`, from the text itself."""
    source = solver.homes[id(tree)]
    texts = [source.text[part.start : part.end] for part in (tree.left, tree.right)]
    if not all(texts) or max(map(len, texts)) > LONGEST:
        return "vectors under @ are read as rows and columns, as NumPy multiplies them"
    read = [f"{enclosed(t)}.T" if turned else t for t, turned in zip(texts, (left, right), strict=True)]
    return f"{'@'.join(texts)} is read as {'@'.join(read)}, as NumPy multiplies vectors"


def as_matrix_product(solver: Inference, tree: Tree, text: str) -> str | None:
    """The hint for the first product by `*` in a tree that has arrays on both sides: the text with @ between these."""
    for part in reversed(list(postorder(tree))):
        if isinstance(part, Binary) and part.op == "*" and is_star(part, text):
            factors = star_factors(part)
            arrays = [may_be_array(solver, factor) for factor in factors]
            if sum(arrays) > 1:
                shown = enclosed(text[factors[0].start : factors[0].end])
                for before, here, factor in zip(arrays, arrays[1:], factors[1:], strict=False):
                    shown += ("@" if before and here else "*") + enclosed(text[factor.start : factor.end])
                return f"for the matrix product write {shown}"
    return None


def may_be_array(solver: Inference, tree: Tree) -> bool:
    """Is this an array, or a capital letter that nothing has typed?"""
    return bool(solver.shapes.get(id(tree))) or (isinstance(tree, Name) and is_upper(tree.name))


def star_factors(tree: Tree) -> list[Tree]:
    """The factors of a product by `*`, from left to right."""
    factors: list[Tree] = []
    while isinstance(tree, Binary) and tree.op == "*":
        factors.append(tree.right)
        tree = tree.left
    return [tree, *reversed(factors)]


def is_entrywise_sign(solver: Inference, tree: Binary) -> bool:
    r"""Was this product typed with a sign that only arrays have: `\odot`, `\circ`, `⊙`, MATLAB's `.*`, `np.multiply`?

    The product of a library's function stands where its call begins.
    """
    text, at = solver.homes[id(tree)].text, tree.at
    return at == tree.start or text.startswith(("\\odot", "\\circ", "⊙"), at) or text[max(at - 1, 0) : at + 1] == ".*"
