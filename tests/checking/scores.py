"""How `check` judges random answers: false verdicts, and slips that are named right.

    python -m tests.checking.scores [--count 2500] [--seed 1] [--arrays] [--unnamed]

Half of the answers are right ones in another form, half have one known slip. --unnamed lists the slips that were not
named right.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from gradcli import check

from .array_answers import array_question
from .scalar_answers import Question, question


class Score(NamedTuple):
    """What was found: counts of verdicts, of slips by kind, and the questions that went wrong."""

    right: Counter[str]
    wrong: Counter[str]
    named: Counter[str]
    spoiled: Counter[str]
    false: list[str]
    unnamed: list[str]

    def share(self) -> float:
        """What part of the slips is named right."""
        return sum(self.named.values()) / max(1, sum(self.spoiled.values()))


def questions(seed: int, count: int, draw: Callable[[Random, bool], Question | None] = question) -> Iterator[Question]:
    """As many questions, half of them with a slip."""
    random = Random(seed)
    for number in range(count):
        found = None
        while found is None:
            found = draw(random, number % 2 == 1)
        yield found


def judge(asked: Iterator[Question]) -> Score:
    """Put every question to `check`."""
    score = Score(Counter(), Counter(), Counter(), Counter(), [], [])
    for one in asked:
        wrt = one.variable if one.shapes else ""
        found = check(one.function, one.answer, wrt=wrt, shapes=one.shapes)
        shapes = "".join(f" --shape {shape}" for shape in one.shapes)
        shown = f"check '{one.function}' '{one.answer}'{f' --wrt {wrt}' if wrt else ''}{shapes}"
        (score.right if one.slip is None else score.wrong)[found.verdict] += 1
        if found.verdict == ("different" if one.slip is None else "equal"):
            score.false.append(shown)
        if one.slip is None:
            continue
        kind = f"{one.slip.code}: {one.slip.form}"
        score.spoiled[kind] += 1
        codes = [slip.code for slip in found.diagnosis]
        if set(codes) & one.names:
            score.named[kind] += 1
        else:
            score.unnamed.append(f"{kind} by {one.variable}: {shown} -> {found.verdict}, {codes}")
    return score


def report(score: Score) -> str:
    """The figures, and the kinds that are named least."""
    lines = [
        f"right answers: {dict(score.right)}; spoiled ones: {dict(score.wrong)}; false verdicts: {len(score.false)}",
        f"slips named right: {sum(score.named.values())} of {sum(score.spoiled.values())}, {score.share():.1%}",
    ]
    for kind, count in sorted(score.spoiled.items(), key=lambda item: score.named[item[0]] / item[1]):
        lines.append(f"  {score.named[kind]:5} of {count:5}  {kind}")
    return "\n".join([*lines, *score.false])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--arrays", action="store_true")
    parser.add_argument("--unnamed", action="store_true")
    asked = parser.parse_args()
    score = judge(questions(asked.seed, asked.count, array_question if asked.arrays else question))
    print(f"{'arrays' if asked.arrays else 'scalars'}, {asked.count} answers, seed {asked.seed}")
    print(report(score))
    if asked.unnamed:
        print(*score.unnamed, sep="\n")


if __name__ == "__main__":
    main()
