r"""The notations of books, a row each: what is written, and the plain text that says the same. Tests run every row."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Final


class Notation(NamedTuple):
    """A notation: its name, an example, the same in plain text, and the declarations that it implies."""

    about: str
    written: str
    plain: str
    shapes: tuple[str, ...] = ()


NOTATIONS: Final = tuple(
    Notation(*row)
    for row in (
        ("header", "f(x, y) = a*x^2*y", "a*x^2*y"),
        ("header, called later", "f(x, y) = x^2*y; g(t) = f(2, t)^2", "(4*t)^2"),
        ("header, called with examples", r"$h(x) = \theta^T x, \sum_{i=1}^m (h(x^{(i)}) - y^{(i)})^2$",
         "norm(x@theta - y)**2", ("theta: d", "x: m,d", "y: m")),
        ("header over entries, called", r"$f(\mathbf{x}) = \sum_i x_i^2, g(\mathbf{u}) = f(A\mathbf{u})$",
         "norm(A@u)**2", ("A: m,n", "u: n")),
        ("header of a Greek letter", r"$\sigma(x) = \frac{1}{1+e^{-x}}$", "1/(1 + exp(-x))"),
        ("header with a bar", r"$p(x \mid \mu) = (x - \mu)^2$", "(x - mu)^2"),
        ("header behind a logarithm", r"$-\log p(x; \mu) = (x - \mu)^2$", "(x - mu)^2"),
        ("mapping", r"$(x, y) \mapsto x y^2$", "x*y^2"),
        ("mapping between sets", r"$f: \mathbb{R}^2 \to \mathbb{R}, f(x, y) = xy$", "x*y"),
        ("chain of equal sides", r"$f(x) = (x+1)^2 = x^2 + 2x + 1$", "(x + 1)^2"),
        ("definition", r"$f(x) \stackrel{\text{def}}{=} x^2$", "x^2"),
        ("definition", "f(x) := x^2", "x^2"),
        ("a power as a name", r"$s^2 = x^2 + y$", "x^2 + y"),
        ("full stop", r"$x^2 + 1\,.$", "x^2 + 1"),
        ("without dollar signs", r"\frac{1}{2} x^{2}", "x^2/2"),
        ("sum over an index", r"$\sum_{i=1}^n x_i^2$", "sum(x**2)", ("x: n",)),
        ("sum over an index, bounds the other way round", r"$\sum^n_{i=1} x_i^2$", "sum(x**2)", ("x: n",)),
        ("sum over an index, in plain text", "sum_{i=1}^n x_i^2", "sum(x**2)", ("x: n",)),
        ("sum over an index, in AsciiMath", "sum_(i=1)^n x_i^2", "sum(x**2)", ("x: n",)),
        ("sum over an index, as a sign", "∑_{i=1}^n x_i^2", "sum(x**2)", ("x: n",)),
        ("sum over an index, as a call", "sum(x_i^2, i, 1, n)", "sum(x**2)", ("x: n",)),
        ("sum without an index", r"$\sum t_i \ln y_i$", "sum(t*log(y))", ("t: n", "y: n")),
        ("sum over both terms", r"$\sum_i y_i x_i + y_i$", "sum(y*x + y)", ("x: n", "y: n")),
        ("sum between numbers", r"$\sum_{k=1}^3 x^k$", "x + x^2 + x^3"),
        ("sum of entries between numbers", r"$\sum_{i=1}^2 x_i^2$", "x1^2 + x2^2"),
        ("sum of shifted entries", r"$\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2$", "sum((x[1:] - x[:-1])**2)", ("x: n",)),
        ("double sum", r"$\sum_{i=1}^m\sum_{j=1}^n a_{ij}^2$", "sum(a**2)", ("a: m,n",)),
        ("bilinear form", r"$\sum_{i,j} x_i a_{ij} x_j$", "x.T@a@x", ("x: n", "a: n,n")),
        ("rows of data", r"$\sum_{i=1}^n (\mathbf{w}^\top \mathbf{x}_i - y_i)^2$", "norm(x@w - y)**2",
         ("w: d", "x: n,d", "y: n")),
        ("examples with an upper index", r"$\sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)})^2$", "norm(x@theta - y)**2",
         ("theta: d", "x: m,d", "y: m")),
        ("distances of rows", r"$\sum_i \|\mathbf{x}_i - \boldsymbol{\mu}\|^2$", "sum(norm(x - mu.T, axis=1)**2)",
         ("x: n,d", "mu: d")),
        ("product over an index", r"$\prod_{i=1}^n x_i$", "prod(x)", ("x: n",)),
        ("greatest entry", r"$\max_i x_i$", "max(x)", ("x: n",)),
        ("bold", r"$\mathbf{x}^\top \mathbf{A} \mathbf{x}$", "x.T@A@x", ("x: n", "A: n,n")),
        ("bold, other commands", r"$\pmb{a}^\top{\bf x} + \boldsymbol\beta^\top\bm{x}$", "a.T@x + beta.T@x",
         ("a: n", "x: n", "beta: n")),
        ("bold of several letters", r"$\operatorname{tr}(\mathbf{AB})$", "tr(A@B)", ("A: n,m", "B: m,n")),
        ("an accent over bold", r"$\hat{\mathbf{y}}^\top\mathbf{y}$", "y_hat.T@y", ("y_hat: n", "y: n")),
        ("transposes", r"$x^TAx$", "x.T@A@x", ("x: n", "A: n,n")),
        ("transposes", r"$x^{\mathsf T}Ax + x^\intercal A x$", "2*x.T@A@x", ("x: n", "A: n,n")),
        ("transposes, in plain text", "x^TAx", "x.T@A@x", ("x: n", "A: n,n")),
        ("an exponent in round brackets", r"$e^(-x^2)$", "exp(-x^2)"),
        ("ones", r"$\mathbf{1}^\top \mathbf{x}$", "sum(x)", ("x: n",)),
        ("inner product", r"$\langle \mathbf{w}, \mathbf{x} \rangle + b$", "w.T@x + b", ("w: n", "x: n")),
        ("inner product", "⟨x, y⟩", "dot(x, y)", ("x: n", "y: n")),
        ("dot between bold vectors", r"$\mathbf{u}\cdot\mathbf{v}$", "dot(u, v)", ("u: n", "v: n")),
        ("Frobenius norm", r"$\|\mathbf{X}\|_{\mathrm F}^2$", 'norm(X, "fro")**2', ("X: m,n",)),
        ("declaration", r"$\|Ax\|^2, \quad A \in \mathbb{R}^{m\times n}, x \in \mathbb{R}^n$", "norm(A@x)**2",
         ("A: m,n", "x: n")),
        ("request", r"$\frac{d}{dx} x^2$", "x^2"),
        ("request", r"$\frac{\partial}{\partial x} (x^2 + x)$", "x^2 + x"),
        ("request, function above", r"$\frac{d(x^2)}{dx}$", "x^2"),
        ("request", r"$\nabla_{\mathbf x}\, \mathbf{x}^\top\mathbf{x}$", "x.T@x", ("x: n",)),
        ("request", "d/dx (x^2 + 1)", "x^2 + 1"),
        ("request", "∂/∂x (x^2 + 1)", "x^2 + 1"),
        ("request", "d(x^2 + 1)/dx", "x^2 + 1"),
        ("cases", r"$\begin{cases} x^2 & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}$",
         "where(x > 0, x^2, -x)"),
        ("cases of opposite conditions", r"$\begin{cases} x^2, & x \ge 0 \\ -x, & x < 0 \end{cases}$",
         "where(x >= 0, x^2, -x)"),
        ("cases in an array", r"$\left\{\begin{array}{ll} x & 0 \le x \le 1 \\ 0 & \text{else} \end{array}\right.$",
         "where(0 <= x and x <= 1, x, 0)"),
        ("cases over an interval", r"$\begin{cases} x & x \in [0, 1) \\ 0 & \text{else} \end{cases}$",
         "where(0 <= x and x < 1, x, 0)"),
        ("aligned statements", r"\begin{aligned} y &= u^2 \\ u &= 3x \end{aligned}", "y = u^2; u = 3*x"),
        ("statements in one line", r"$y = u^2, \quad u = \sin x$", "y = u^2; u = sin(x)"),
        ("a condition that is said", r"$f(x) = x^2 \text{ for } x > 0$", "x^2"),
        ("a brace below", r"$\underbrace{x^2}_{\text{loss}} + 1$", "x^2 + 1"),
        ("number of an equation", r"$x^2 \tag{3}$", "x^2"),
        ("determinant", r"$\begin{vmatrix} a & b \\ c & d \end{vmatrix}$", "a*d - b*c"),
        ("choice, as in Python", "x^2 if x > 0 else -x", "where(x > 0, x^2, -x)"),
        ("choice, as in C", "x > 0 ? x^2 : -x", "where(x > 0, x^2, -x)"),
        ("root with a raised index", "³√x", "cbrt(x)"),
        ("integral", r"$\int_0^{x^2} \sin(xt) \, dt$", "integral(sin(x*t), t, 0, x^2)"),
        ("integral, the differential above", r"$\int_0^x \frac{dt}{1+t^2}$", "integral(1/(1 + t^2), t, 0, x)"),
        ("integral, in plain text", "int_0^x exp(-t^2) dt", "integral(exp(-t^2), t, 0, x)"),
        ("integral, as a sign", "∫₀ˣ t² dt", "integral(t^2, t, 0, x)"),
        ("factorial", r"$x! + \binom{x}{2}$", "gamma(x + 1) + binomial(x, 2)"),
        ("logarithm to a base", r"$\log_8 x + \log_b y$", "log(x)/log(8) + log(y)/log(b)"),
        ("function words without a backslash", r"$sin(x) + exp(-x^2) + ln x$", "sin(x) + exp(-x^2) + log(x)"),
        ("braces around arguments", r"$\max\{0, x\}$", "max(0, x)"),
        ("Greek letters as functions", r"$\Gamma(x) + \zeta(x)$", "gamma(x) + zeta(x)"),
        ("number with an exponent", r"$1e-3 x$", "x/1000"),
        ("upper index as part of a name", r"$w^{(1)} x$", "w__1*x"),
        ("upper index in other brackets", r"$w^{[l]} x^{\{t\}}$", "w__l*x__t"),
        ("upper index with a transpose", r"$\operatorname{tr}(W^{[2]T} W^{[2]})$", "tr(W__2.T@W__2)", ("W__2: m,n",)),
        ("upper index that is a word", r"$(\theta^{\text{new}} - \theta)^2$", "(theta__new - theta)^2"),
        ("the step before", r"$\beta v_{t-1} + (1 - \beta) g_t$", "beta*v_tm1 + (1 - beta)*g_t"),
        ("the layer before", r"$w^{[l]} a^{[l-1]} + b^{[l]}$", "w__l*a__lm1 + b__l"),
        ("entry with a number", r"$x[0]^2 x[1]$", "x[0]^2*x[1]", ("x: n",)),
        ("double sum in one sign", r"$\sum_{ij} a_{ij}^2$", "sum(a**2)", ("a: m,n",)),
        ("braces of formula editors", r"${{w}^{T}}{{x}^{(i)}}$", "w.T@x__i", ("w: n", "x__i: n")),
        ("bars of packages", r"$\abs{x} \norm{\mathbf{v}}^2$", "abs(x)*norm(v)**2", ("v: n",)),
        ("header, called with an expression", r"$a(x) = x^2, \quad a(y+1)$", "(y + 1)^2"),
        ("Greek beside Latin letters", "πr² + 2λx", "pi*r^2 + 2*lambda*x"),
        ("a letter called Delta x", r"$\Delta x^2$", "Deltax^2"),
    )
)  # fmt: skip
"""Notations that are read; README and docs list them from here."""
