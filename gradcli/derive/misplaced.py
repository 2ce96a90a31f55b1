"""Right numbers in wrong places: transposed, permuted, in the other layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.derive.claims import Claim
    from gradcli.derive.compare import Comparison
    from gradcli.derive.results import Slip
    from gradcli.program.build_arrays import ArrayProgram


def misplaced(
    claim: Claim, arrays: ArrayProgram | None, found: Sequence[Comparison]
) -> Iterator[tuple[Slip, set[str]]]:
    """Slips of whole answers, each with the labels of the components that it explains."""
    yield from ()
