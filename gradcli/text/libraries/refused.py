"""Names that are not read, since they are read in two ways or are no functions of numbers, and what to write instead.

Codes of errors: `unknown-function`, `syntax`.
"""

from __future__ import annotations

import re

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.spellings import METHODS
from gradcli.text.libraries.axes import whole
from gradcli.text.libraries.einsum import product_of
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.text.stack import Stack
    from gradcli.text.tree import Call, Tree

REFUSED: Final = {
    "Heaviside": "write where(x > 0, 1, 0), or (1 + sign(x))/2",
    "heaviside": "write where(x > 0, 1, 0), or (1 + sign(x))/2",
    "UnitStep": "write where(x > 0, 1, 0)",
    "einsum": "write @, sum, tr or outer, as in A@B for a matrix product",
    "nthroot": "write cbrt(x) for the cube root, and x^(1/n) for a root of a positive number",
    "tg": "write tan(x)", "ctg": "write cot(x)", "cotg": "write cot(x)", "arctg": "write atan(x)",
    "arcctg": "write acot(x)", "sh": "write sinh(x)", "ch": "write cosh(x)", "th": "write tanh(x)",
    "cth": "write coth(x)", "sen": "write sin(x)", "arcsen": "write asin(x)",
    "lg": "write log10(x) or log2(x)", "norm2": "write norm(x)",
    "length": "write len(x) for the number of entries, norm(x) for the length of a vector",
    "magnitude": "write norm(x)",
    **dict.fromkeys(("frac", "Frac", "dfrac"), "write a/b for a fraction, x - floor(x) for a fractional part"),
    **dict.fromkeys(("round", "rint"), "write floor(x + 1/2)"),
    **dict.fromkeys(("greater", "gt"), "write where(x > y, 1, 0)"),
    **dict.fromkeys(("greater_equal", "ge"), "write where(x >= y, 1, 0)"),
    **dict.fromkeys(("less", "lt"), "write where(x < y, 1, 0)"),
    **dict.fromkeys(("less_equal", "le"), "write where(x <= y, 1, 0)"),
    **dict.fromkeys(("equal", "eq"), "write where(x == y, 1, 0)"),
    **dict.fromkeys(("not_equal", "ne"), "write where(x != y, 1, 0)"),
    **dict.fromkeys(("median", "Median", "quantile", "Quantile", "percentile", "nanmedian", "topk", "kthvalue"),
                    "write sort(x)[2] for the third of the entries in order, the median of five"),
    **dict.fromkeys(("roll", "circshift", "RotateRight", "RotateLeft"), "write concat(x[-1:], x[:-1])"),
    **dict.fromkeys(("convolve", "conv"), "write w[0]*x[2:] + w[1]*x[1:-1] + w[2]*x[:-2] for three weights w"),
    **dict.fromkeys(("conv1d", "conv2d", "Conv1d", "Conv2d", "correlate"),
                    "write w[0]*x[:-2] + w[1]*x[1:-1] + w[2]*x[2:] for three weights w"),
    **dict.fromkeys(("interp", "interp1"), "write where(x < 1, 2*x, 3 - x) with a piece for each interval"),
    "corrcoef": "write dot(x - mean(x), y - mean(y))/(norm(x - mean(x))*norm(y - mean(y)))",
    **dict.fromkeys(("Eq", "Equal"), "write x - y for a difference"),
    **dict.fromkeys(("dropout", "Dropout", "LazyDropout"),
                     "write mask*x/(1 - p), and zeros and ones with --set mask=[1,0]"),
    **dict.fromkeys(("Linear", "LazyLinear", "linear"), "write x@W.T + b.T for rows x"),
    "Dense": "write x@W + b.T for rows x",
    **dict.fromkeys(("Sequential", "Flatten", "Embedding", "BatchNorm1d", "BatchNorm2d", "MultiheadAttention", "RNN",
                     "LSTM", "GRU"), "write its formula, as in W2@relu(W1@x + b1) + b2 for two layers"),
    **dict.fromkeys(("LayerNorm", "layer_norm"), "write (x - mean(x))/sqrt(var(x) + 0.00001)"),
    **dict.fromkeys(("normal", "rand", "randn", "uniform", "random", "bernoulli", "randn_like", "rand_like", "randint"),
                    "write a name, and its values with --set"),
    **dict.fromkeys(("stop_gradient", "detach", "StopGradient"),
                     "write a name in place of it, and its value with --set"),
    **dict.fromkeys(("value_and_grad", "vmap", "jit", "pmap", "jvp", "vjp", "jacfwd", "jacrev", "no_grad",
                     "GradientTape"),
                    "write the function alone: its derivative is what gradcli gives"),
    **dict.fromkeys(("lambdify", "sympify", "Function", "print", "println", "disp"), "write the expression alone"),
    **dict.fromkeys(("real", "conj", "conjugate", "imag"), "leave it out: all numbers are real here"),
    "normalize": "write x/norm(x)", "pairwise_distance": "write norm(x - y)",
    "cond": "write norm(A, 2)*norm(inv(A), 2)",
    "svd": "write sqrt(eigvalsh(A.T@A)) for the singular values, the least first",
    "matrix_power": "write A@A@A for the third power", "mpower": "write A@A@A for the third power",
    "MatrixPower": "write A@A@A for the third power",
    **dict.fromkeys(("tile", "repeat", "rep"),
                     "write concat(x, x) for all entries twice, kron(x, [1, 1]) for each of them"),
    **dict.fromkeys(("map", "mapreduce", "reduce"), "write the function of the whole array, as in exp(x) or sum(x^2)"),
    **dict.fromkeys(("linspace", "vander", "meshgrid"), "write the numbers, as in [0, 1/2, 1]"),
    "diff": "write the function alone for its derivative, x[1:] - x[:-1] for the differences of entries",
    "surd": "write cbrt(x) for the cube root, and x^(1/n) for a root of a positive number",
    **dict.fromkeys(("eig", "eigs", "eigvals", "eigh", "eigenvalues"),
                    "write eigvalsh(x) for the eigenvalues of a symmetric matrix, the least first"),
    **dict.fromkeys(("dist", "distance"), "write norm(x - y)"),
    **dict.fromkeys(("Cov", "cov", "covariance"),
                    "write mean((x - mean(x))*(y - mean(y))), times n/(n - 1) to divide by n - 1"),
    "sinc": "write where(x != 0, sin(x)/x, 1), or np.sinc(x) as NumPy has it",
    "huber": "write where(abs(x) <= d, x^2/2, d*(abs(x) - d/2))",
    "Derivative": "write the expression alone: the derivative is what gradcli gives",
    **dict.fromkeys(("range", "arange"), "write the numbers, as in [0, 1, 2]; sum(Y.*P) with a one-hot Y"),
    "one_hot": "declare it, as in y: one-hot n, and write y alone",
    "polyval": "write the polynomial, as in 1 + 2*x + 3*x^2", "poly1d": "write the polynomial, as in 1 + 2*x + 3*x^2",
    **dict.fromkeys(("trapz", "trapezoid"),
                     "write sum((t[1:] - t[:-1])*(y[1:] + y[:-1]))/2 for entries y at the places t"),
    "CrossEntropyLoss": "write -sum(y*log_softmax(z)) with a one-hot y",
    "NLLLoss": "write -sum(y*x), x logarithms and y one-hot",
    "gaussian_nll_loss": "write mean(log(v) + (x - y)^2/v)/2 for variances v",
    "triplet_margin_loss": "write max(norm(a - p) - norm(a - n) + 1, 0)",
    "cosec": "write csc(x)", "cosech": "write csch(x)", "cis": "write [cos(x), sin(x)] for its two parts",
    **{f"{area}{letters}": f"write a{full}(x)" for area in ("arg", "area", "ar") for letters, full in
       (("sh", "sinh"), ("ch", "cosh"), ("th", "tanh"))},
    **{f"area{full}": f"write a{full}(x)" for full in ("sinh", "cosh", "tanh")},
    "gammainc": "write lowergamma(a, x)/gamma(a); the order of the arguments differs between libraries",
    "dilog": "write polylog(2, x), or polylog(2, 1 - x) for Maple's", "Li2": "write polylog(2, x)",
    "log1mexp": "write log(1 - exp(-x)), or log(1 - exp(x)) as Julia has it", "logsubexp": "write log(exp(x) - exp(y))",
    "MSE": "write mean((x - y)**2)", "MAE": "write mean(abs(x - y))", "fmod": "write x - y*floor(x/y) for positive x",
    **dict.fromkeys(("rmse", "RMSE"), "write sqrt(mean((x - y)**2))"), "logabsdet": "write log(abs(det(A)))",
    **dict.fromkeys(("KL", "kl"), "write sum(p*log(p/q))"), "entropy": "write -sum(p*log(p))",
    "step": "write where(x > 0, 1, 0)",
    "rect": "write where(abs(x) < 1/2, 1, 0)", "hinge": "write max(0, 1 - x)",
    "sinint": "write Si(x)", "cosint": "write Ci(x)",
    **dict.fromkeys(("argmax", "argmin"), "write max(x) or min(x)"),
    "squareroot": "write sqrt(x)", "root2": "write sqrt(x)", "cuberoot": "write cbrt(x)",
    "sd": "write sqrt(n/(n - 1))*std(x) with n as a number",
    "hard_sigmoid": "write clip(x + 3, 0, 6)/6, or clip(0.2*x + 0.5, 0, 1) as Keras 2 has it",
    "slogdet": "write logdet(X), or slogdet(X)[1]",
    **dict.fromkeys(("expression", "quote", "evalf", "simplify", "expand", "factor"), "write the expression alone"),
    "HeavisideTheta": "write where(x > 0, 1, 0)",
    "bmm": "write A@B for one pair of matrices", "Symbol": "write the name alone, without quotes",
    "symbols": "write the names alone, without quotes",
    "kl_div": "write sum(y*(log(y) - x)) where x holds logarithms, sum(y*log(y/x)) where it holds probabilities",
    "nll_loss": "write -sum(y*x) with one-hot labels, where x holds logarithms",
    **dict.fromkeys(("grad", "gradient", "derivative"), "write the function alone: 'gradcli grad' asks so"),
    **dict.fromkeys(("jacobian", "hessian"), "write the function alone behind 'gradcli jacobian' or 'hessian'"),
    **dict.fromkeys(("integrate", "Integrate", "integral", "quad"), "write the function under the integral alone"),
    **dict.fromkeys(("laplacian", "Laplacian"), "write the function alone behind 'gradcli hessian': it is the trace"),
    **dict.fromkeys(("div", "divergence"), "write the components behind 'gradcli jacobian': it is the trace"),
    **dict.fromkeys(("curl", "rot"), "write the components behind 'gradcli jacobian': it is differences there"),
    **dict.fromkeys(("limit", "Limit"), "write the expression that the limit is of"),
    **dict.fromkeys(("Sum", "Product"), "write sum(x_i^2, i, 1, n), or prod(x_i, i, 1, n)"),
    **dict.fromkeys(("cross_entropy", "sparse_categorical_crossentropy", "softmax_cross_entropy"),
                    "write -sum(y*log_softmax(z)) with one-hot labels, "
                    "-mean(sum(Y*log_softmax(Z, axis=1), axis=1)) for rows"),
}  # fmt: skip
"""Names that are not read, because they are read in two ways or are not functions, and what to write."""

SHOWN: Final = {
    "cross_entropy": "zy", "softmax_cross_entropy": "zy", "nll_loss": "xy", "kl_div": "xy", "gaussian_nll_loss": "xyv",
    "triplet_margin_loss": "apn", "huber": "x", "sinc": "x", "corrcoef": "xy", "Eq": "xy", "Equal": "xy",
    "pairwise_distance": "xy",
    **dict.fromkeys(("greater", "gt", "greater_equal", "ge", "less", "lt", "less_equal", "le", "equal", "eq",
                     "not_equal",
                     "ne"), "xy"), **dict.fromkeys(("convolve", "conv", "conv1d", "Conv1d", "correlate"), "xw"),
    **dict.fromkeys(("MSE", "MAE", "rmse", "RMSE", "fmod"), "xy"), **dict.fromkeys(("KL", "kl"), "pq"),
}  # fmt: skip
"""The letters that a hint has for the arguments of a call."""

_DERIVED: Final = "leave it out: gradcli gives the derivative of the function alone"
OF_PROGRAMS: Final = {
    **dict.fromkeys(("grad", "backward", "requires_grad", "requires_grad_", "zero_grad", "retain_grad", "attach_grad",
                     "gradient", "jacobian", "jvp", "vjp"), _DERIVED),
    **dict.fromkeys(("detach", "data", "clone", "stop_gradient"),
                    "give it a name of its own, whose value --set gives: {0}_data"),
    "repeat": "write np.repeat({0}, 2) for each entry twice, np.tile({0}, 2) for all of them again",
    "sort": "write sort({0})",
    **dict.fromkeys(("cpu", "cuda", "to", "numpy", "tolist", "copy", "block_until_ready"), "write {0} alone"),
    **dict.fromkeys(("subs", "evalf", "replace"), "write the formula alone, and values with --at or --set"),
}  # fmt: skip
"""What programs say of an array behind a point besides its functions, and what to write instead."""


def attribute_error(stack: Stack, here: int) -> GradcliError:
    """The error of `x.name`."""
    name = stack.texts[here + 1] if stack.kinds[here + 1] == kind.NAME else ""
    before = stack.texts[here - 1]
    hint = "only .T and functions such as .sum() follow a point; write * for a product"
    if name[:1].isalpha() and stack.kinds[here - 1] == kind.NAME and stack.kinds[here + 2] != kind.OPEN:
        hint = (
            f"write {before}@{name} for the product of arrays, {before}*{name} of numbers, {before}_{name} for one name"
        )
    if before in ("self", "net", "model") and name:
        hint = f"write {name} for a name, and the formula in the place of a call"
    elif name in OF_PROGRAMS:
        hint = OF_PROGRAMS[name].format(before)
    elif name in ("shape", "size"):
        hint = f"declare the size, {before}: n, and write n"
    elif name in METHODS:
        hint = f"write {before}.{name}(), or {name}({before})"
    return stack.error(here, f"{quoted('.' + name)} cannot follow {quoted(before)}", hint)


def refused(stack: Stack, call: Call) -> GradcliError:
    """The error of a call by such a name, with its arguments in the hint."""
    name, hint = call.function, REFUSED[call.function]
    if call.arguments:
        argument, product = stack.typed(call.arguments[0]), product_of(call)
        if name == "cross_entropy" and whole(call.arguments[-1]) is not None:
            hint = f"write -log_softmax({argument})[{stack.typed(call.arguments[-1])}]"
        elif "log_softmax(z)" in hint and len(call.arguments) == 2 and stack.typed(call.arguments[1])[:1].isupper():
            y = stack.typed(call.arguments[1])
            hint = f"write -mean(sum({y}*log_softmax({argument}, axis=1), axis=1)) with one-hot rows"
        elif name == "einsum":
            hint = filled_hint(stack, "xyz", call.arguments[1:], f"write {product}") if product else hint
        elif len(call.arguments) == len(SHOWN.get(name, ())):
            hint = filled_hint(stack, SHOWN[name], call.arguments, hint)
        elif name not in SHOWN:
            hint = hint.replace("(x", f"({argument}", -1 if len(call.arguments) == 1 else 1)
        if name == "round" and len(call.arguments) == 2:
            power = f"10^{stack.typed(call.arguments[1])}"
            hint = f"write floor({power}*{argument} + 1/2)/{power}"
        if name == "Derivative":
            hint = f"write {argument} alone: its derivative is what gradcli gives"
        if name in ("frac", "Frac", "dfrac") and len(call.arguments) == 2:
            hint = f"write ({argument})/({stack.typed(call.arguments[1])})"
    place = Span(stack.source, call.start, call.name_end or call.end)
    return GradcliError("unknown-function", f"unknown function {quoted(name)}", place, hint)


def filled_hint(stack: Stack, letters: str, arguments: Sequence[Tree], hint: str) -> str:
    """The hint with the arguments in the places of its letters."""
    written = dict(zip(letters, map(stack.typed, arguments), strict=False))

    def filled(match: re.Match[str]) -> str:
        text = written.get(match[0], match[0])
        alone = text.isidentifier() or (hint[match.start() - 1] == "(" and hint[match.end() : match.end() + 1] == ")")
        return text if alone else f"({text})"

    return re.sub(r"(?<![\w.])[a-z](?![\w(]|\.(?!T))", filled, hint)
