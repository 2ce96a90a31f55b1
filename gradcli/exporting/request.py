"""What is asked of an export."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradcli.problems import Source
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script
    from gradcli.vocabulary import DerivativeKind

    Points = tuple[tuple[PointText, Source], ...]


class Wish(NamedTuple):
    """What is to be written: target, name of the function, gradient, jacobian or hessian, with a self-test or not."""

    to: str
    name: str = "f"
    kind: DerivativeKind = "gradient"
    self_test: bool = False


class Export(NamedTuple):
    """A program and what is wished of it. `points`: where the self-test is made, () for points of our own."""

    script: Script
    options: BuildOptions
    wish: Wish
    points: tuple[tuple[PointText, Source], ...] = ()


class Matrices(NamedTuple):
    """What a program of entries forgets about its matrices.

    below   the shape of the function where that is a matrix
    said    conventions, in words
    """

    below: tuple[int, ...] = ()
    said: tuple[str, ...] = ()


NO_MATRICES = Matrices()


class Ordered(NamedTuple):
    """What SQL is asked for: the wish, the points of a self-test, the head comment."""

    wish: Wish
    points: Points
    header: tuple[str, ...]
