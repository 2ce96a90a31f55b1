"""Large hunts: python -m tests.hunts HUNT [--from SEED] [--count N]; HUNT is a name in HUNTS.

Prints what is wrong, refused or unclear, each with its seed, and at the end how often each verdict was found.
"""

from __future__ import annotations

import argparse
from collections import Counter
from functools import partial

from tests.hunts import (
    array_explanations,
    arrays,
    borders,
    cancellation,
    commands,
    customary,
    explanations,
    exports,
    formula_texts,
    hessians,
    idioms,
    matrices,
    programs,
    rows,
    scalars,
    spellings,
)
from tests.hunts.textbook import questions

HUNTS = {
    "scalars": scalars.run,
    "borders": borders.run,
    "idioms": idioms.run,
    "idiom-rows": partial(rows.run, kind=idioms.Idioms),
    "idiom-exports": partial(exports.run, kind=idioms.Idioms),
    "hessians": hessians.run,
    "matrices": matrices.run,
    "arrays": arrays.run,
    "programs": programs.run,
    "formula-texts": formula_texts.run,
    "rows": rows.run,
    "exports": exports.run,
    "cancellation": cancellation.run,
    "customary": customary.run,
    "commands": commands.run,
    "textbook": questions.run,
    "spellings": spellings.run,
    "explanations": explanations.run,
    "array-explanations": array_explanations.run,
}
PART = 100
"""Questions between two lines of counts."""


def main() -> None:
    """Run one hunt."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hunt", choices=HUNTS)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--count", type=int, default=1000, metavar="N")
    asked = parser.parse_args()
    found: Counter[str] = Counter()
    for first in range(asked.first, asked.first + asked.count, PART):
        count = min(PART, asked.first + asked.count - first)
        found += HUNTS[asked.hunt](first, count, lambda line: print(line, flush=True))
        print(f"# seeds {asked.first} to {first + count - 1}: {dict(found)}", flush=True)


if __name__ == "__main__":
    main()
