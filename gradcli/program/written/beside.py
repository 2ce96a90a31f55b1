"""What stands beside a transposed name in LaTeX is an array: `x^T A x` has a vector x and a matrix A."""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.program.types.notation import used_as_arrays
from gradcli.program.written.capitals import (
    MATRIX_LETTERS,
    capital_terms,
    is_capital_letter,
    is_matrix_letter,
    is_upper,
    without_index,
)
from gradcli.program.written.known import MATRIX, VECTOR, factor_before
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING
from gradcli.text.foreign.characters import GREEK
from gradcli.text.tree import (
    LATEX_DOT,
    LATEX_POWER,
    LATEX_PRODUCT,
    Binary,
    Bound,
    Call,
    Name,
    Number,
    Transpose,
    Unary,
    Vector,
    children,
    postorder,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final, TypeGuard

    from gradcli.program.written.known import KnownNames
    from gradcli.text.tree import Statement, Tree


def beside_transposes(root: Tree, known: KnownNames) -> dict[str, int]:
    """The names that stand beside a transposed one, or before a vector, each with VECTOR or MATRIX."""
    found: dict[str, int] = {}
    inner: set[int] = set()
    products = [tree for tree in postorder(root) if is_product(tree)]
    for tree in reversed(products):
        if id(tree) not in inner:
            factors = factors_of(tree, inner)
            mark_factors(factors, known, found)
    for part in postorder(root):
        if isinstance(part, Call) and part.function == "norm" and part.arguments:
            mark_array(part.arguments[0], known, found)
    for tree in reversed(products):
        mark_before_vector(tree, known, found)
    return found


def dotted(statements: Sequence[Statement], known: KnownNames) -> set[str]:
    r"""The names that stand beside transposed ones in texts with `\cdot`, which is the product of arrays there."""
    return {
        name
        for statement in statements
        for tree in (statement.sides or (statement.tree,))
        if any(isinstance(part, Binary) and part.op is LATEX_DOT for part in postorder(tree))
        for name in beside_transposes(tree, known)
    }


def refuse_small_t(statements: Sequence[Statement], known: KnownNames) -> None:
    """Raise `ambiguous` for `x^t A x` where t stands nowhere else: a power, or a transpose that was meant."""
    for statement in statements:
        parts = list(postorder(statement.tree))
        count = sum(isinstance(part, Name) and part.name == "t" for part in parts)
        powers = [(power, part) for part in parts if (power := _before_factor(part)) is not None]
        told = known.kind("t") is not None or "t" in (statement.parameters or ()) or statement.request is not None
        told = told or any(isinstance(part, Bound) and "t" in part.indices for part in parts)
        if not powers or count != len(powers) or told:
            continue
        power, product = powers[0]
        base, factor = power.left.name, product.right.name  # type: ignore[attr-defined]
        hint = f"write {base}.T@{factor} for the transpose, {base}^t*{factor} for the power"
        if power.op is LATEX_POWER:
            base, factor = (f"\\{name}" if name in GREEK.values() else name for name in (base, factor))
            hint = f"write {base}^\\top {factor} for the transpose, {base}^{{t}} \\cdot {factor} for the power"
        raise GradcliError(
            "ambiguous", f"{base}^t reads in two ways: a power, or {base} transposed",
            Span(statement.source, power.start, power.end), hint,
        )  # fmt: skip


def _before_factor(tree: Tree) -> Binary | None:
    """The power `x^t` that stands right before another factor."""
    if not isinstance(tree, Binary) or tree.op is not LATEX_PRODUCT or not isinstance(tree.right, Name):
        return None
    left = factor_before(tree)
    if not isinstance(left, Binary) or left.op != "**" or not isinstance(left.left, Name):
        return None
    return left if isinstance(left.right, Name) and left.right.name == "t" and left.left.name != "e" else None


def refuse_inverses(statements: Sequence[Statement], known: KnownNames, said: set[str]) -> None:
    """Raise `ambiguous` for `A^{-1} b` where nothing says what A is: a matrix, or a number."""
    for statement in statements:
        for tree in postorder(statement.tree):
            if not isinstance(tree, Binary) or tree.op is not LATEX_PRODUCT:
                continue
            left = factor_before(tree)
            capitals = inverted(left)
            names = {part.name for part in postorder(tree.right) if isinstance(part, Name)}
            told = any(x in said or known.kind(x) is not None for x in (*capitals, *names))
            if not capitals or not names or told or not names_in_arrays(statements).isdisjoint(capitals):
                continue  # the last of these: tr(A^{-1} B)
            right = shown(tree.right) if isinstance(tree.right, Name) else f"({shown(tree.right)})"
            assert isinstance(left, Binary)
            first = shown(left.left)
            base = first if isinstance(left.left, Name) else f"({first})"
            raise GradcliError(
                "ambiguous", f"{base}^{{-1}} before {right} reads in two ways: an inverse matrix, or a number",
                Span(statement.source, left.start, tree.right.end),
                f"write inv({first})@{right} for a matrix, {right}/{base} for a number",
            )  # fmt: skip


def inverted(tree: Tree) -> tuple[str, ...]:
    """The capital letters that have the exponent -1 together: A in `A^{-1}`, I and A in `(I - A)^{-1}`."""
    if not isinstance(tree, Binary) or tree.op != "**":
        return ()
    power = tree.right
    below = power.operand if isinstance(power, Unary) and power.op == "-" else None
    if not isinstance(below, Number) or below.value != 1:
        return ()
    if isinstance(tree.left, Name):
        return (tree.left.name,) if is_capital_letter(tree.left.name) else ()
    capitals = capital_terms(tree.left)
    return capitals if "I" in capitals or any(map(is_matrix_letter, capitals)) else ()


DECLARES: Final = "; '{}: m,n' declares a matrix"
"""The end of what is said of such a name; it is not said where inference finds a matrix."""


def capital_products(statements: Sequence[Statement], known: KnownNames, said: set[str]) -> list[str]:
    """What the answer says of `Wx` and `A^{-1}` where nothing makes the capital a matrix: these are numbers."""
    found: dict[str, str] = {}
    alone: dict[str, None] = {}
    for statement in statements:
        for tree in postorder(statement.tree):
            lone = inverted(tree)
            if len(lone) == 1 and lone[0] in MATRIX_LETTERS:
                alone.setdefault(lone[0], None)
            if not isinstance(tree, Binary) or tree.op is not LATEX_PRODUCT:
                continue
            left = factor_before(tree)
            if isinstance(tree.right, Vector) and isinstance(left, Name) and left.name in MATRIX_LETTERS:
                alone.setdefault(left.name, None)
            if not isinstance(tree.right, Name):
                continue
            base = left.left if isinstance(left, Binary) and left.op == "**" else left
            first, second = name_of(base), tree.right.name
            if first is not None and is_matrix_letter(first) and without_index(second).islower():
                found.setdefault(first, second)
    if not found and not alone:
        return []
    said = said | names_in_arrays(statements)
    products = [
        f"{first} and {second} are numbers{DECLARES.format(first)}"
        for first, second in found.items()
        if known.kind(first) is None and known.kind(second) is None and not {first, second} & said
    ]
    powers = [name for name in alone if name not in found and known.kind(name) is None and name not in said]
    return [*products, *(f"{name} is a number; '{name}: n,n' declares a matrix" for name in powers)]


def names_in_arrays(statements: Sequence[Statement]) -> set[str]:
    """The names that stand in what only an array can be, such as the argument of a determinant."""
    found: set[str] = set()
    seen: set[int] = set()
    for statement in statements:
        for tree in postorder(statement.tree):
            stack = list(used_as_arrays(tree))
            while stack:
                part = stack.pop()
                if id(part) in seen:
                    continue
                seen.add(id(part))
                stack.extend(children(part))
                if isinstance(part, Name):
                    found.add(part.name)
    return found


def is_product(tree: Tree) -> TypeGuard[Binary]:
    r"""Whether this is a product without a sign, or with `\cdot`: either may be one of matrices."""
    return isinstance(tree, Binary) and (tree.op is LATEX_PRODUCT or tree.op is LATEX_DOT)


def factors_of(tree: Tree, inner: set[int]) -> list[Tree]:
    """The factors of a product without brackets, from left to right."""
    factors = []
    while is_product(tree):
        inner.add(id(tree))
        factors.append(tree.right)
        tree = tree.left
    if factors and isinstance(tree, Unary):  # -x^T y
        tree = tree.operand
    return [tree, *reversed(factors)]


def mark_factors(factors: list[Tree], known: KnownNames, found: dict[str, int]) -> None:
    """Mark names that follow a transposed one, until the row is closed by a vector."""
    matrices = any(isinstance(f, Transpose) and is_capital(f.operand) for f in factors)
    row = False
    for factor in factors:
        name = name_of(factor)
        if isinstance(factor, Transpose):
            mark_array(factor.operand, known, found)
            row = True
        elif name is not None and (row or (matrices and is_upper(name))):
            mark(name, kind_by_case(name), known, found)
            row = is_upper(name) and row
        elif row:
            mark_array(factor, known, found)
            row = False


def mark_array(root: Tree, known: KnownNames, found: dict[str, int]) -> None:
    """Mark the names of a sum that is an array: of each product the capitals, and the last factor."""
    stack = [root]
    while stack:
        tree = stack.pop()
        if isinstance(tree, Binary) and tree.op in "+-":
            stack += [tree.left, tree.right]
            continue
        if isinstance(tree, Unary):
            stack.append(tree.operand)
            continue
        factors = factors_of(tree, set())
        names = [name_of(factor) for factor in factors]
        for name in names:
            if name is not None and (is_upper(name) or name is names[-1]):
                mark(name, kind_by_case(name), known, found)
        for capital in (letter for factor in factors for letter in capital_terms(factor)):
            mark(capital, MATRIX, known, found)


def mark_before_vector(tree: Binary, known: KnownNames, found: dict[str, int]) -> None:
    r"""`\\Phi\\theta` and `(A - \\lambda I)x` with a vector behind: Phi, A and I are matrices."""
    right = name_of(tree.right)
    left = factor_before(tree)
    name = name_of(left)
    capitals = capital_terms(left) if name is None else (name,)
    if right is None or not any(map(is_matrix_letter, capitals)):
        return
    if VECTOR in (known.kind(right), found.get(right)):
        for capital in capitals:
            mark(capital, MATRIX, known, found)


def name_of(tree: Tree) -> str | None:
    """The name that a factor is, perhaps inverted or raised to a power."""
    if isinstance(tree, Binary) and tree.op is LATEX_POWER:
        tree = tree.left.operand if isinstance(tree.left, Transpose) else tree.left
    return tree.name if isinstance(tree, Name) else None


def is_capital(tree: Tree) -> bool:
    """Whether this is a capital letter, perhaps with an index."""
    name = name_of(tree)
    return name is not None and is_upper(name)


def kind_by_case(name: str) -> int:
    """A capital is a matrix, a small letter a vector."""
    return MATRIX if is_upper(name) else VECTOR


def mark(name: str, kind: int, known: KnownNames, found: dict[str, int]) -> None:
    """Remember what a name is, unless something else says it."""
    if known.kind(name) is None and name not in ("𝟏", "𝟎", "pi", "e"):
        found.setdefault(name, kind)
