"""What a reader of a program wants besides its text: variables, values, declarations."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Data, Vector

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gradcli.text.tree import Declaration, Script, Tree


class BuildOptions(NamedTuple):
    """What the command line says about a program.

    wrt         variables to differentiate by, in this order (None: all)
    settings    constants: name -> constant expression (`--set`)
    bound       names that a point gives values to, with the shape of each value (() for a number)
    of          which statement is the function
    shapes      (rows, columns) of the names that are arrays, where they are known already
    scalar      the command needs one scalar function (grad, hessian, chain)
    steps       the statements are wanted one by one as well (chain)
    inferred    the shapes of all parts fit, by inference
    """

    wrt: tuple[str, ...] | None = None
    settings: Mapping[str, Tree] = {}
    bound: Mapping[str, tuple[int, ...]] = {}
    of: str | None = None
    declarations: tuple[Declaration, ...] = ()
    scalar: bool = True
    steps: bool = False
    shapes: Mapping[str, tuple[int, ...]] = {}
    inferred: bool = False

    def declared(self, script: Script) -> tuple[Declaration, ...]:
        """All declarations, those in the text first."""
        return (*script.declarations, *self.declarations)

    def told(self, script: Script) -> set[str]:
        """Names that something besides the statements speaks of: they are variables, whatever they are called."""
        declared = [declaration.name for declaration in self.declared(script)]
        return {*self.settings, *self.bound, *self.shapes, *(self.wrt or ()), *declared}

    def symmetric(self, script: Script, used: Collection[str]) -> frozenset[str]:
        """Those of the names that are declared symmetric matrices."""
        return frozenset(d.name for d in self.declared(script) if d.symmetric and d.name in used)

    def tells_arrays(self, script: Script) -> bool:
        """Is something declared, or given an array as its value?"""
        declared = any(bool(d.dims) for d in self.declared(script))
        given = any(type(tree) in (Vector, Data) for tree in self.settings.values())
        return bool(declared or given or self.shapes or any(self.bound.values()))
