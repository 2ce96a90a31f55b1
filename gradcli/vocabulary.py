"""The words of answers, as types. Loaded by type checkers, and by what publishes schemas."""

from __future__ import annotations

from typing import Literal

Compile = Literal["auto", "always", "never"]
ProblemKind = Literal["not-differentiable", "infinite", "undefined", "overflow", "undecided", "noise", "two-scales"]
Layout = Literal["numerator", "denominator", "both"]
Method = Literal["symbolic", "autodiff", "fd", "complex"]
Accuracy = Literal["certified", "float64", "estimated"]
Judgement = Literal["equal", "different", "undecided"]
DerivativeKind = Literal["gradient", "jacobian", "hessian"]
Mode = Literal["reverse", "forward", "both"]
Precision = Literal["extended", "double"]
Level = Literal["brief", "normal", "full"]
Missing = Literal["problem"]
StepKind = Literal["input", "data", "constant", "step", "output"]
Evidence = Literal["proved", "tested"]
