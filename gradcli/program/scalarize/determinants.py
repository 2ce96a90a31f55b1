"""Determinants, adjugates and inverses of small matrices of nodes, without a division: a pivot may be zero.

Laplace's expansion with shared minors: the minors of the first k rows, for every choice of k columns, come from those
of the first k-1 rows. That takes n·2**(n-1) products, fewer than Samuelson-Berkowitz or Faddeev-LeVerrier up to n = 8;
zero entries take none, so a tridiagonal matrix may be large. Reverse mode then gives the cofactors, right at singular
matrices too.
Source: Horn & Johnson, Matrix Analysis, 2nd ed. (2013), 0.8.2 (adjugate), 0.8.9 (Laplace expansion).
"""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import rationals
from gradcli.program.dimensions import show
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.scalarize.arrangements import diag
from gradcli.program.scalarize.entries import Cells, column, matmul_cells
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.program.graph import Graph, Node

    Minors = dict[int, Node]
    """The minors of some rows by their columns (a bit for each); those that are zero are left out."""

PRODUCTS = 4000
"""Products that one determinant or inverse may take: all of 8 rows, more where entries are zero."""


class Expansion:
    """The minors of the first and of the last rows of a square matrix."""

    def __init__(self, graph: Graph, name: str, matrix: Cells) -> None:
        if matrix.shape[0] != matrix.shape[1]:
            raise GradcliError("shape", f"{name} needs a square matrix, not {show(matrix.shape)}")
        self.graph, self.name, self.matrix = graph, name, matrix
        self.size = matrix.shape[0]
        self.products = 0

    def product(self, factors: Sequence[Node]) -> Node:
        """A product, counted."""
        self.products += 1
        if self.products > PRODUCTS:
            raise GradcliError(
                "too-large-exact",
                f"{self.name} of a {self.size} x {self.size} matrix takes more than {PRODUCTS} exact products",
                hint="it is computed in float64 where all its entries have values",
            )
        return scalars.multiply(self.graph, [(factor, 1) for factor in factors])

    def levels(self, rows: Iterable[Sequence[Node]], from_left: bool) -> list[Minors]:
        """The minors of no row, of the first one, of the first two, … of `rows`.

        from_left: rows come from the top, and the sign of an entry counts the columns to its right; else the left.
        """
        found: list[Minors] = [{0: scalars.number(self.graph, 1)}]
        for row in rows:
            terms: dict[int, list[tuple[Node, int]]] = {}
            for columns, minor in found[-1].items():
                for j, entry in enumerate(row):
                    if columns >> j & 1 or scalars.is_zero(entry):
                        continue
                    passed = columns >> j if from_left else columns & ((1 << j) - 1)
                    sign = -1 if passed.bit_count() % 2 else 1
                    terms.setdefault(columns | 1 << j, []).append((self.product((entry, minor)), sign))
            found.append(self.summed(terms))
        return found

    def summed(self, terms: dict[int, list[tuple[Node, int]]]) -> Minors:
        """The sums that are not zero."""
        sums = {columns: scalars.add(self.graph, parts) for columns, parts in terms.items()}
        return {columns: node for columns, node in sums.items() if not scalars.is_zero(node)}

    def determinant(self, levels: Sequence[Minors]) -> Node:
        """The minor of all rows."""
        return levels[-1].get((1 << self.size) - 1) or scalars.number(self.graph, 0)

    def adjugate(self, above: Sequence[Minors], below: Sequence[Minors]) -> Cells:
        """Entry (j, i) is the cofactor of (i, j): minors of the rows above i times those of the rows below."""
        size = self.size
        cofactors = [[self.cofactor(i, j, above[i], below[size - 1 - i]) for i in range(size)] for j in range(size)]
        return Cells(tuple(tuple(row) for row in cofactors))

    def cofactor(self, i: int, j: int, above: Minors, below: Minors) -> Node:
        """(-1)**(i+j) times the minor without row i and column j."""
        others = (1 << self.size) - 1 - (1 << j)
        terms = []
        for columns, minor in above.items():
            rest = others & ~columns
            if columns >> j & 1 or rest not in below:
                continue
            odd = (i + j + crossings(columns, rest)) % 2
            terms.append((self.product((minor, below[rest])), -1 if odd else 1))
        return scalars.add(self.graph, terms)


def crossings(columns: int, rest: int) -> int:
    """How many pairs of columns stand the wrong way round when `columns` come before `rest`."""
    count = 0
    while columns:
        lowest = columns & -columns
        count += (rest & (lowest - 1)).bit_count()
        columns -= lowest
    return count


def det(graph: Graph, matrix: Cells) -> Node:
    """The determinant."""
    expansion = Expansion(graph, "det", matrix)
    return expansion.determinant(expansion.levels(matrix.rows, True))


def logdet(graph: Graph, matrix: Cells) -> Node:
    """The logarithm of the determinant, which must be positive."""
    expansion = Expansion(graph, "logdet", matrix)
    whole = expansion.determinant(expansion.levels(matrix.rows, True))
    return scalars.call(graph, RULES["log"], (whole,))


def adjugate_and_det(graph: Graph, name: str, matrix: Cells) -> tuple[Cells, Node]:
    """Both, with shared minors."""
    expansion = Expansion(graph, name, matrix)
    above = expansion.levels(matrix.rows, True)
    below = expansion.levels(reversed(matrix.rows[1:]), False)
    return expansion.adjugate(above, below), expansion.determinant(above)


def adj(graph: Graph, matrix: Cells) -> Cells:
    """The adjugate, det(A)·inv(A); it exists for singular matrices too."""
    return adjugate_and_det(graph, "adj", matrix)[0]


def inv(graph: Graph, matrix: Cells) -> Cells:
    """The inverse; its entries have no value where the determinant is zero."""
    adjugate, whole = adjugate_and_det(graph, "inv", matrix)
    return adjugate.map(lambda entry: scalars.divide(graph, entry, whole))


def solve(graph: Graph, matrix: Cells, right: Cells) -> Cells:
    """inv(A)@B, divided by the determinant last (Cramer's rule)."""
    adjugate, whole = adjugate_and_det(graph, "solve", matrix)
    if matrix.shape[0] != right.shape[0]:
        raise GradcliError(
            "shape", f"solve(A, b) needs as many rows in b as in A: here {show(matrix.shape)} and {show(right.shape)}"
        )
    return matmul_cells(graph, adjugate, right).map(lambda entry: scalars.divide(graph, entry, whole))


def pinv(graph: Graph, matrix: Cells) -> Cells:
    """The Moore-Penrose inverse: inv(A'A)A' or A'inv(AA') at full rank, and for a lower rank that entries never exceed.

    Where the rank is lower by chance its entries have no value: there it jumps.
    """
    turned = matrix.transposed()
    tall = matrix.shape[0] >= matrix.shape[1]
    gram = matmul_cells(graph, turned, matrix) if tall else matmul_cells(graph, matrix, turned)
    adjugate, whole = adjugate_and_det(graph, "pinv", gram)
    if vanishes(whole):
        adjugate, whole = lower_rank(graph, gram)
    product = matmul_cells(graph, adjugate, turned) if tall else matmul_cells(graph, turned, adjugate)
    return product.map(lambda entry: scalars.divide(graph, entry, whole))


def lower_rank(graph: Graph, gram: Cells) -> tuple[Cells, Node]:
    """M and c with pinv(A) = M A'/c for the Gram matrix of a matrix whose rank is always lower than its sides.

    M and c are those of the last step of Faddeev and LeVerrier's recursion in which c is not zero whatever the entries.
    Source: Decell, An application of the Cayley-Hamilton theorem to generalized matrix inversion, SIAM Rev. 7 (1965).
    """
    size = gram.shape[0]
    one = scalars.number(graph, 1)
    last = power = diag(graph, column([one] * size))
    factor = scalars.number(graph, 1)
    for step in range(1, size + 1):
        product = matmul_cells(graph, gram, power)
        trace = scalars.add(graph, [(product.rows[i][i], 1) for i in range(size)])
        if vanishes(trace):
            break
        last, factor = power, scalars.add(graph, [(trace, rationals.ratio(1, step))])
        shifted = [
            [scalars.add(graph, [(entry, 1), *([(factor, -1)] if i == j else [])]) for j, entry in enumerate(row)]
            for i, row in enumerate(product.rows)
        ]
        power = Cells(tuple(map(tuple, shifted)))
    return last, factor


PRIME = 2**61 - 1
"""Modulus in which an expression is tried."""

SPREAD = 0x1E3779B97F4A7C15
"""What makes values of variables that have nothing to do with one another of the numbers of their nodes."""


def vanishes(root: Node) -> bool:
    """Is an expression zero whatever its variables are? Tried at one point without pattern modulo a prime.

    So no rounding decides; what is no polynomial operation counts as a variable. It errs for one expression in 10**17.

    Source: Schwartz, Fast probabilistic algorithms for verification of polynomial identities, J. ACM 27 (1980).
    """
    if scalars.is_zero(root):
        return True
    values: dict[Node, int] = {}
    for node in order([root]):
        below = [values[arg] for arg in node.args]
        if node.op == "number":
            found = node.data.numerator * pow(node.data.denominator, -1, PRIME)
        elif node.op == "sum":
            terms = zip(below, node.data[0], strict=True)
            found = sum((value * c.numerator * pow(c.denominator, -1, PRIME) for value, c in terms), start=0)
            found += node.data[1].numerator * pow(node.data[1].denominator, -1, PRIME)
        elif node.op == "product" and all(type(e) is int for e in node.data) and 0 not in below:
            found = 1
            for value, exponent in zip(below, node.data, strict=True):
                found = found * pow(value, exponent, PRIME) % PRIME
        elif node.op == "product" and all(type(e) is int and e > 0 for e in node.data):
            found = 0
        else:
            found = pow(node.serial * SPREAD + 1, 3, PRIME)
        values[node] = found % PRIME
    return not values[root]
