"""Functions that bind a letter: `integral(f, t, a, b)`, and how other languages write them.

The call stays a call, and the bound letter is a name of its own in it (`∫t`), which nothing else can be called: so no
name of the text is taken for it, and it is taken for no name.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.tree import BOUND, Bound, Call, Name, Tree, Vector, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack, Step


class Binder(NamedTuple):
    """A function that binds the letter of its second argument in its first one.

    call     how it is called;  size: how many arguments it takes
    about    one sentence for `gradcli functions`;  example: a call that the tests run;  source: of its derivative
    partials for each argument what its change adds to the derivative, for the list of functions
    law      the rule of `steps` that differentiates it, a code of `rules.laws`
    """

    name: str
    call: str
    size: int
    about: str
    example: str
    partials: tuple[str | None, ...]
    source: str
    law: str


BINDERS: Final = {
    row.name: row
    for row in (
        Binder(
            "integral", "integral(f, t, a, b)", 4, "the integral of f over t from a to b, bounds inf too",
            "integral(sin(x*t), t, 0, x^2)", ("integral(f', t, a, b)", None, "-f(a)", "f(b)"),
            "Leibniz' rule, DLMF 1.5.22", "leibniz",
        ),
        Binder(
            "root", "root(F, y, s)", 3, "the y near the number s with F = 0; as a statement y: F = G near s",
            "root(x^2 + y^2 - 1, y, 0.5)", ("-F_x/F_y", None, None), "the implicit function theorem, DLMF 1.5.19",
            "implicit",
        ),
    )
}  # fmt: skip
"""The functions that bind a letter, by name."""

SPELLINGS: Final = ("Integral", "integrate", "quad", "int")
"""What other languages call an integral."""

NAMED: Final = frozenset((*BINDERS, *SPELLINGS))


SPELLED: Final = frozenset((
    "abs2", "absolute", "acosd", "acosf", "acoshf", "addcdiv", "addcmul", "addmm", "addmv", "addr", "agm", "alog",
    "amax", "amin", "arange", "arcctg", "arch", "arcsen", "arcsine", "arctg", "areach", "areacosh", "areash",
    "areasinh", "areatanh", "areath", "argch", "argmax", "argmin", "argsh", "argth", "array", "arsh", "arth", "asarray",
    "asind", "asinf", "asinhf", "atan2f", "atand", "atanf", "atanhf", "average", "bernoulli", "besselI", "besselJ",
    "besselK", "besselY", "bessel_i0", "bessel_i1", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1", "betainc",
    "betainc_regularized", "betapdf", "binary_cross_entropy", "binary_cross_entropy_with_logits", "binom", "binopdf",
    "bmm", "boxcox", "boxcox1p", "btdtr", "cat", "cbrtf", "ceilf", "celu", "ch", "chdtr", "chdtrc", "choose",
    "circshift", "cis", "clamp_max", "clamp_min", "clip_by_value", "colMeans", "colSums", "column_stack", "comb",
    "concatenate", "cond", "conj", "conjugate", "constant", "conv", "conv1d", "conv2d", "convolve", "copysign", "cor",
    "corr", "corrcoef", "correlate", "cosd", "cosdg", "cosec", "cosech", "cosf", "coshf", "cosine_similarity", "cosint",
    "cosm1", "cospi", "cotan", "cotg", "cov", "covariance", "cross_entropy", "crossprod", "ctg", "cth", "cuberoot",
    "curl", "dabs", "dawsn", "dbeta", "dbinom", "dble", "dchisq", "dcos", "deg2rad", "degrees", "derivative", "detach",
    "dexp", "dfrac", "dgamma", "diagonal", "diff", "dilog", "disp", "dist", "distance", "div", "divergence", "divide",
    "dlog", "dnorm", "dot_product", "dot_self", "dpois", "dropout", "dsin", "dsqrt", "dtan", "dtanh", "eig",
    "eigenvalues", "eigh", "eigs", "eigvals", "einsum", "ellipe", "ellipk", "ellipkinc", "ellipkm1", "entr", "entropy",
    "eq", "equal", "erfcf", "erfcx", "erff", "eval_chebyt", "eval_chebyu", "eval_gegenbauer", "eval_genlaguerre",
    "eval_hermite", "eval_hermitenorm", "eval_jacobi", "eval_laguerre", "eval_legendre", "evalf", "exp1", "exp10",
    "exp2f", "expand", "expf", "expi", "expm1f", "expn", "exppdf", "exprel", "expression", "fabs", "fabsf", "factor",
    "flip", "fliplr", "flipud", "float", "float_power", "floor_divide", "floordiv", "floorf", "floormod", "fma", "fmax",
    "fmaxf", "fmin", "fminf", "fmod", "frac", "fsum", "gammainc", "gammaincc", "gampdf", "gaussian_nll_loss", "ge",
    "gmean", "grad", "gradient", "greater", "greater_equal", "gt", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "heaviside", "hessian", "hinge",
    "hmean", "hstack", "huber", "huber_loss", "hypotf", "i0e", "i1e", "ifelse", "igamma", "igammac", "iif", "imag",
    "inner", "integral", "integrate", "interp", "interp1", "inv_logit", "inv_sqrt", "inverse", "iv", "ive", "j0", "j1",
    "jacfwd", "jacobian", "jacrev", "jit", "jv", "jvp", "k0e", "k1e", "kl", "kl_div", "kthvalue", "kv", "kve",
    "l1_loss", "l2_normalize", "lambdify", "laplacian", "layer_norm", "lb", "lchoose", "ldexp", "le", "len", "length",
    "lerp", "less", "less_equal", "lg", "lgammaf", "limit", "linear", "linspace", "log10f", "log1mexp", "log1p_exp",
    "log1pexp", "log1pf", "log2f", "log_determinant", "log_expit", "log_ndtr", "log_sigmoid", "log_sum_exp",
    "logabsdet", "logaddexp2", "logcosh", "logf", "logn", "logsubexp", "lt", "magnitude", "map", "mapreduce",
    "margin_ranking_loss", "matmul", "matrix", "matrix_norm", "matrix_power", "matvec", "maxval", "mean_absolute_error",
    "mean_squared_error", "median", "meshgrid", "minus", "minval", "mod", "modified_bessel_i0", "modified_bessel_i1",
    "modified_bessel_k0", "modified_bessel_k1", "mpower", "mse_loss", "mtimes", "muladd", "multiply", "multiply_log",
    "nCr", "nanmax", "nanmean", "nanmedian", "nanmin", "nansum", "nchoosek", "ncol", "ndtr", "ndtri", "ne", "negative",
    "nll_loss", "no_grad", "norm2", "normal", "normalize", "normcdf", "norminv", "normpdf", "not_equal", "nrow",
    "nthroot", "numel", "one_hot", "ones_like", "opnorm", "owens_t", "pairwise_distance", "percentile", "piecewise",
    "plogis", "plus", "pmap", "pmax", "pmin", "pnorm", "poch", "poisson_nll_loss", "poisspdf", "poly1d", "polyval",
    "positive", "pow", "power", "powf", "powi", "powm1", "prelu", "print", "println", "pseudo_huber", "ptp", "qlogis",
    "qnorm", "quad", "quad_form", "quantile", "quote", "rad2deg", "radians", "rand", "rand_like", "randint", "randn",
    "randn_like", "random", "range", "rdivide", "real", "reallog", "realsqrt", "reciprocal", "rect", "reduce",
    "reduce_euclidean_norm", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_std",
    "reduce_sum", "reduce_variance", "rel_entr", "relu6", "remainder", "rep", "repeat", "repmat", "rev", "reverse",
    "rgamma", "rint", "rms", "rmse", "roll", "root", "root2", "rot", "round", "rowMeans", "rowSums", "row_stack",
    "rsqrt", "sd", "sen", "sh", "sigmoid_cross_entropy_with_logits", "signum", "simplify", "sinc", "sind", "sindg",
    "sinf", "sinhf", "sinint", "sinpi", "size", "slogdet", "smooth_l1_loss", "soft_margin_loss", "soft_shrink",
    "soft_sign", "softmax_cross_entropy", "softmax_cross_entropy_with_logits", "softmin", "softshrink",
    "sparse_categorical_crossentropy", "spence", "spherical_jn", "spherical_yn", "sqr", "sqrtf", "square",
    "squared_difference", "squareplus", "squareroot", "stack", "step", "stop_gradient", "subtract", "surd", "svd",
    "symbols", "sympify", "tand", "tandg", "tanf", "tanh_shrink", "tanhf", "tanhshrink", "tcrossprod", "tensor",
    "tensordot", "tg", "tgamma", "th", "threshold", "tile", "times", "topk", "trapezoid", "trapz",
    "triplet_margin_loss", "true_divide", "truediv", "trunc", "uminus", "uniform", "value_and_grad", "vander", "vdot",
    "vecdot", "vecmat", "vector", "vector_norm", "vjp", "vmap", "vstack", "xdivy", "xlog1py", "xlogx", "xlogy", "yv",
    "zeros_like", "zetac",
))  # fmt: skip
"""Names of other languages that are read where they are called (the table is `foreign.spellings`)."""


def anonymous(stack: Stack, here: int) -> Step | None:
    """The head of `@(t) f` as an argument of an integral: the letter is kept, and f follows. None for other signs."""
    frame = stack.frames[-1]
    head = stack.kinds[here + 1 : here + 4] == [kind.OPEN, kind.NAME, kind.CLOSE]
    if not (frame.form == "call" and frame.name in NAMED and not frame.items and head):
        return None
    frame.origin = BOUND + stack.names[stack.texts[here + 2]]
    return True, here + 4


def bound_call(stack: Stack, call: Call, origin: str) -> Tree:
    """A call of such a function with its letter bound. Raises `arity` and `ambiguous`."""
    name, args = call.function, call.arguments
    if name in SPELLINGS:
        name = "integral"
    if origin.startswith(BOUND) and len(args) == 3:
        args = (args[0], Name(origin[1:], call.start, call.start), *args[1:])
    elif len(args) == 2 and isinstance(args[1], Vector) and len(args[1].items) == 3:  # SymPy's (t, a, b)
        args = (args[0], *args[1].items)
    row = BINDERS[name]
    place = Span(stack.source, call.start, call.name_end or call.end)
    if call.function == "int" and len(args) == 1 and not call.keywords:
        inside = stack.source.text[args[0].start : args[0].end]
        raise GradcliError("arity", "an integral goes over a letter", place, f"write floor({inside}) to round down")
    if len(args) != row.size or call.keywords:
        raise GradcliError("arity", f"{row.call} takes {row.size} arguments, not {len(args)}", place, row.example)
    if type(args[1]) is not Name:
        raise stack.spot(args[1], "the letter that is bound is one name", row.example, "arity")
    letter = args[1].name
    for part in postorder(args[0]):
        if type(part) is not Name:
            continue
        if part.name == letter:
            part.name = BOUND + letter
        elif len(part.name) == 2 and len(letter) == 1 and letter in part.name and part.name.isalpha():
            product = "*".join(part.name)
            message = f"{part.name!r} reads in two ways: a name of its own, or {product}"
            raise stack.spot(part, message, f"write {product} for the product, or call the bound letter otherwise",
                             "ambiguous")  # fmt: skip
    args = (args[0], Name(BOUND + letter, args[1].start, args[1].end), *args[2:])
    return Call(name, args, (), call.name_end, call.start, call.end)


def used_names(tree: Tree, but_from_zero: bool = False) -> set[str]:
    """All names in a tree, and those above the signs of its sums, perhaps but for a letter where these begin at 0."""
    found = set()
    for part in postorder(tree):
        if isinstance(part, Name):
            if part.name[0] != BOUND:
                found.add(part.name)
        elif isinstance(part, Bound) and part.upper is not None:
            if but_from_zero and part.lower == 0 and isinstance(part.upper, Name):
                continue
            found.update(other.name for other in postorder(part.upper) if isinstance(other, Name))
    return found
