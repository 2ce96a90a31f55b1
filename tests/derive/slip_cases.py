"""Hand derivations with their verdicts and slips, by where people make them.

Sources: [CS] E. Schechter, "The most common errors in undergraduate mathematics"; [ST] the "Diff" answer test of STACK;
[ML] derivations asked about at Mathematics Stack Exchange and in course notes on backpropagation; [MC] Petersen &
Pedersen, The Matrix Cookbook.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """`slips`: codes of which one must be named; empty: nothing explains the difference, or nothing differs."""

    function: str
    answer: str
    verdict: str
    slips: tuple[str, ...] = ()
    wrt: str = ""
    kind: str = "gradient"
    shapes: tuple[str, ...] = ()
    layout: str | None = None


def right(function: str, answer: str, **options: object) -> Case:
    return Case(function, answer, "equal", **options)  # type: ignore[arg-type]


def wrong(function: str, answer: str, *slips: str, **options: object) -> Case:
    return Case(function, answer, "different", slips, **options)  # type: ignore[arg-type]


INNER, EXTRA = "missing-inner-derivative", "extra-inner-derivative"

RIGHT = [
    # the same in another form
    right("sin(x)*cos(x)", "cos(2*x)"),
    right("tan(x)", "sec(x)^2"),
    right("tan(x)", "1 + tan(x)^2"),
    right("log(sec(x) + tan(x))", "sec(x)"),
    right("atan(x)", "cos(atan(x))^2"),
    right("asin(x) + acos(x)", "0"),
    right("tanh(x)", "4/(exp(x) + exp(-x))^2"),
    right("log(1 + exp(x))", "sigmoid(x)"),
    right("exp(x)/(1 + exp(x))", "sigmoid(x)*sigmoid(-x)"),
    right("x^x", "x^x*(log(x) + 1)"),
    right("2^x", "log(2)*2^x"),
    right("log10(x)", "1/(x*log(10))"),
    right("sqrt(x)", "x^(-1/2)/2"),
    right("x^(1/3)", "1/(3*x^(2/3))"),
    right("1/(1+x^2)", "-2*x/(1 + 2*x^2 + x^4)"),
    right("(x+1)*(x-1)", "2*x"),
    right("(x+1)^3", "3*x^2 + 6*x + 3"),
    right("(x^2-1)/(x-1)", "1"),
    right("x/(x+y)", "y/(x+y)^2, -x/(x+y)^2"),
    right("sqrt(x^2+y^2)", "x/hypot(x,y), y/hypot(x,y)"),
    right("atan2(y,x)", "-y/(x^2+y^2), x/(x^2+y^2)"),
    right("log(x*y*z)", "1/x, 1/y, 1/z"),
    right("exp(x*y)", "y*exp(y*x), x*exp(x)^y"),
    right("x*y*z", "[y*z, x*z, x*y]"),
    right("x1*x2 + x10", "x1=x2, x2=x1, x10=1"),
    right("abs(x)", "sign(x)"),
    right("abs(x)", "x/abs(x)"),
    right("abs(x)^3", "3*x*abs(x)"),
    right("relu(x)", "where(x > 0, 1, 0)"),
    right("max(x, y)", "where(x > y, 1, 0), where(x > y, 0, 1)"),
    right("sqrt(x^2)", "sign(x)"),
    right("log(abs(x))", "1/x"),
    right("log(x^2)", "2/x"),
    right("floor(x)*x", "floor(x)"),
    right("erf(x)", "2*exp(-x^2)/sqrt(pi)"),
    right("gamma(x)", "gamma(x)*digamma(x)"),
    right("1e8*sin(x)", "1e8*cos(x)"),
    right("1e-9*x^3", "3e-9*x^2"),
    right("sin(1e6*x)", "1e6*cos(1e6*x)"),
    right("u*v; u = x^2; v = sin(x)", "2*x*v + u*cos(x)"),
    right("y = f(x)*x", "f'(x)*x + f(x)"),
    right("x^2*y", "2*x*y", wrt="x"),
    right("where(x > 0, x^2, -x^2)", "2*abs(x)"),
    # asked about with a right answer [ML]
    right("-log(sigmoid(w*x))", "-x*(1 - sigmoid(w*x))", wrt="w"),
    right("(y - sigmoid(z))^2/2", "(sigmoid(z) - y)*sigmoid(z)*(1 - sigmoid(z))", wrt="z"),
    # matrices [MC]
    right("norm(x)^2", "2*x", shapes=("x=n",)),
    right("norm(x)", "x/norm(x)", shapes=("x=n",)),
    right("x.T@A@x", "(A + A.T)@x", wrt="x", shapes=("x=n", "A=n,n")),
    right("tr(A@X@B)", "A.T@B.T", wrt="X", shapes=("A=k,m", "X=m,n", "B=n,k")),
    right("a.T@X@b", "a@b.T", wrt="X", shapes=("a=m", "X=m,n", "b=n")),
    right("logdet(X)", "inv(X).T", shapes=("X=n,n",)),
    right("det(X)", "det(X)*inv(X).T", shapes=("X=n,n",)),
    right("tr(inv(X)@A)", "-(inv(X)@A@inv(X)).T", wrt="X", shapes=("A=n,n", "X=n,n")),
    right("sum(log(x))", "1/x", shapes=("x=n",)),
    right("mean(x)", "ones(n)/n", shapes=("x=n",)),
    right("sum((X@w - y)**2)/m", "2/m*X.T@(X@w - y)", wrt="w", shapes=("X=m,n", "w=n", "y=m")),
    right("logsumexp(x)", "softmax(x)", shapes=("x=n",)),
    right("norm(X)^2", "2*X", shapes=("X=m,n",)),
    right("A@x", "A", kind="jacobian", wrt="x", shapes=("A=m,n", "x=n")),
    right("x*norm(x)^2", "norm(x)^2*eye(n) + 2*x@x.T", kind="jacobian", shapes=("x=n",)),
    right("tanh(x)", "diag(1 - tanh(x)**2)", kind="jacobian", shapes=("x=n",)),
    right("x.T@A@x", "A + A.T", kind="hessian", wrt="x", shapes=("x=n", "A=n,n")),
    right("logsumexp(x)", "diag(softmax(x)) - softmax(x)@softmax(x).T", kind="hessian", shapes=("x=n",)),
    right("norm(x)^2", "2*x", shapes=("x=3",)),
    right("[x^2, x*y]", "[[2*x, 0], [y, x]]", kind="jacobian"),
    right("[x^2, x*y]", "[[2*x, y], [0, x]]", kind="jacobian", layout="denominator"),
    right("[r*cos(t), r*sin(t)]", "[[cos(t), -r*sin(t)], [sin(t), r*cos(t)]]", kind="jacobian", wrt="r,t"),
    right("x^2*y", "[[2*y, 2*x], [2*x, 0]]", kind="hessian"),
    # as people head and write their answers
    right("x^2*y", "df/dx = 2*x*y, df/dy = x^2"),
    right("x^2*y", "df/dy = x^2; df/dx = 2*x*y"),
    right("x^2*y", r"$\frac{df}{dx} = 2 x y, \frac{df}{dy} = x^2$"),
    right("x^2*y", "∇f(x, y) = (2*x*y, x^2)"),
    right("x^2*y", r"\nabla f = (2 x y, x^2)"),
    right("x^2*y", "f_x = 2*x*y, f_y = x^2"),
    right("x^2*y", "fx = 2*x*y; fy = x^2"),
    right("x^3 + x*y^2", "H = [[6*x, 2*y], [2*y, 2*x]]", kind="hessian"),
    right("[x^2*y, x]", r"J = \begin{pmatrix} 2xy & x^2 \\ 1 & 0 \end{pmatrix}", kind="jacobian"),
    right("x^2*y", "{x: 2*x*y, y: x^2}"),
    right("x^2*y", "y: x^2, x: 2*x*y"),
    right("x^2 if x > 0 else -x", "2*x if x > 0 else -1"),
    right("max(x, 0)", "x > 0 ? 1 : 0"),
]

WRONG = [
    # where some sizes have no value
    wrong("logdet(X@X.T)", "inv(X@X.T)@X", "factor"),
    wrong("logdet(X@X.T)", "-2*inv(X@X.T)@X", "sign"),
    # the inner derivative alone
    wrong("log(x^2 + 1)", "2*x", INNER),
    wrong("sin(x^2)", "2*x", INNER),
    wrong("logsumexp(x)", "exp(x)", INNER, shapes=("x=n",)),
    # a factor that is no number
    wrong("a*x^2", "2*x", "factor", wrt="x"),
    wrong("x/y", "1/y, -1/y^2", "factor"),
    wrong("sin(x)/a", "cos(x)", "factor", wrt="x"),
    # the chain rule [CS, ST]
    wrong("sin(x^2)", "cos(x^2)", INNER),
    wrong("cos(3*x)", "-sin(3*x)", INNER),
    wrong("exp(-x)", "exp(-x)", "sign", INNER, "factor"),
    wrong("exp(x^2)", "exp(x^2)", INNER),
    wrong("log(3*x+1)", "1/(3*x+1)", INNER, "factor"),
    wrong("sqrt(1+x^2)", "1/(2*sqrt(1+x^2))", INNER),
    wrong("(x^2+1)^5", "5*(x^2+1)^4", INNER),
    wrong("sin(cos(x))", "cos(cos(x))", INNER),
    wrong("sin(cos(x))", "cos(-sin(x))", INNER),
    wrong("sin(exp(x^2))", "cos(exp(x^2))*exp(x^2)", INNER),
    wrong("exp(sin(x)^2)", "exp(sin(x)^2)*cos(x)", INNER),
    wrong("tanh(w*x+b)", "1 - tanh(w*x+b)^2, 1 - tanh(w*x+b)^2", INNER, wrt="w,b"),
    wrong("1/(1+exp(-x))", "1/(1+exp(-x))^2", INNER),
    wrong("atan(2*x)", "1/(1+4*x^2)", INNER, "factor"),
    wrong("sin(2*x)", "4*cos(2*x)", EXTRA, "factor"),
    wrong("exp(x^3)", "9*x^4*exp(x^3)", EXTRA),
    wrong("sin(x*y)", "cos(x*y), cos(x*y)", INNER),
    wrong("sin(2*x) + cos(3*x)", "cos(2*x) - sin(3*x)", INNER),
    # products and quotients [CS, ST]
    wrong("x*sin(x)", "cos(x)", "product-rule"),
    wrong("x^2*exp(x)", "2*x*exp(x)", "product-rule", "missing-term"),
    wrong("x*log(x)", "1/x + log(x)", INNER, "product-rule", "power-rule", "not-differentiated", "factor"),
    wrong("x*log(x)", "1 - log(x)", "product-rule", "sign"),
    wrong("x^2*sin(x)*exp(x)", "2*x*cos(x)*exp(x)", "product-rule"),
    wrong("sin(x)/cos(x)", "-cos(x)/sin(x)", "quotient-rule"),
    wrong("x/(1+x^2)", "1/(2*x)", "quotient-rule"),
    wrong("exp(x)/x", "(x*exp(x) - exp(x))/x", "quotient-rule"),
    wrong("exp(x)/x", "(x*exp(x) + exp(x))/x^2", "quotient-rule", "sign"),
    wrong("log(x)/x", "(log(x) - 1)/x^2", "sign"),
    wrong("1/sin(x)", "1/cos(x)", "quotient-rule"),
    # powers [CS, ST]
    wrong("x^4", "4*x^4", "power-rule"),
    wrong("x^4", "x^3", "power-rule", "factor"),
    wrong("x^4", "3*x^3", "power-rule", "factor"),
    wrong("x^-2", "-2*x^-1", "power-rule"),
    wrong("1/x", "1/x^2", "sign"),
    wrong("sqrt(x)", "1/sqrt(x)", "factor", "power-rule"),
    wrong("2^x", "x*2^(x-1)", "power-rule"),
    wrong("exp(x)", "x*exp(x-1)", "power-rule"),
    wrong("2^x", "2^x", "power-rule", "factor", "not-differentiated"),
    wrong("x^x", "x^x*log(x)", "missing-term"),
    # signs, factors, terms
    wrong("x1^2 - x2^2", "2*x1, 2*x2", "sign"),
    wrong("1e-7*x^2*y", "-2e-7*x*y, 1e-7*x^2", "sign"),
    wrong("cos(x) + x^2", "sin(x) + 2*x", "sign", "swapped-function"),
    wrong("x^2/2 + y^3/3", "2*x, y^2", "factor"),
    wrong("x^2 + 3*x*y + y^2", "2*x, 3*x + 2*y", "missing-term"),
    wrong("x^2 + 5", "2*x + 5", "extra-term"),
    wrong("x^2 + y^2", "2*x, 2*y + 2*x", "extra-term", "wrong-variable"),
    wrong("3*x*y^2", "3*y^2, 6*x", INNER, "power-rule", "not-differentiated", "factor", "wrong-variable"),
    wrong("pi*x^2", "2*x", "factor"),
    wrong("x^3 + sin(x)", "3*x^2 + sin(x)", "not-differentiated", "swapped-function"),
    wrong("x^3 + exp(y)", "x^4/4, exp(y)", "integrated"),
    wrong("sin(x)", "-cos(x)", "integrated", "sign"),
    wrong("log(x)", "x*log(x) - x", "integrated"),
    wrong("x^3*y", "x^3*y, x^3", "not-differentiated"),
    wrong("x^2*y^3", "3*x^2*y^2, 2*x*y^3", "permuted", "wrong-variable"),
    wrong("k*x^2", "x^2", "wrong-variable", wrt="x"),
    # one function for another
    wrong("sin(x)", "sin(x)", "not-differentiated", "swapped-function"),
    wrong("cosh(x)", "-sinh(x)", "sign", "swapped-function"),
    wrong("tan(x)", "sec(x)*tan(x)", "swapped-function"),
    wrong("atan(x)", "1/sqrt(1-x^2)", "swapped-function"),
    wrong("tanh(x)", "1 + tanh(x)^2", "swapped-function", "sign"),
    wrong("sigmoid(x)", "sigmoid(x)*(1 + sigmoid(x))", "swapped-function"),
    wrong("sigmoid(z)", "z*(1-z)", "swapped-function"),
    # two slips at once
    wrong("x^2*sin(3*x)", "2*x*sin(3*x) - x^2*cos(3*x)", INNER),
    wrong("x^3 + sin(2*x)", "3*x^3 + cos(2*x)", "power-rule"),
    # nothing explains these
    wrong("x*y", "tanh(x) + 7*y^3, x"),
    wrong("sin(x)", "log(x + 17)"),
    wrong("exp(x)*y", "exp(x)*y, 3 + x^5*cos(y)"),
    # domains and pieces
    wrong("sqrt(x^2)", "1"),
    wrong("log(x^2)", "2/abs(x)"),
    wrong("abs(x)", "1", "swapped-function"),
    wrong("cbrt(x)", "x^(-2/3)/3"),
    wrong("x^2", "2*sqrt(x)^2"),
    wrong("max(x, 100)", "1"),
    wrong("relu(x - 1000)", "0"),
    wrong("x^2", "2*x + 1e-30"),
    wrong("x", "1 + exp(-1e6*(x - 3.25)^2)"),
    # shapes
    wrong("x^2 + y^2", "2*x"),
    wrong("x^2", "2*x, 3"),
    wrong("x^2 + y^2", "y=2*y"),
    wrong("norm(x)^2", "2*x.T", "layout", shapes=("x=n",)),
    wrong("norm(x)^2", "2*norm(x)", shapes=("x=n",)),
    wrong("norm(A@x)^2", "2*A@A@x", "transposed", wrt="x", shapes=("A=m,n", "x=n")),
    # arrays [ML, MC]
    wrong("norm(A@x-b)^2", "A.T@(A@x-b)", "factor", "power-rule", wrt="x", shapes=("A=m,n", "x=n", "b=m")),
    wrong("norm(A@x-b)^2", "2*A@(A@x-b)", "transposed", wrt="x", shapes=("A=n,n", "x=n", "b=n")),
    wrong("norm(A@x-b)^2", "2*(A@x-b)", INNER, wrt="x", shapes=("A=n,n", "x=n", "b=n")),
    wrong("x.T@A@x", "2*A@x", "not-differentiated", "missing-term", "transposed", wrt="x", shapes=("x=n", "A=n,n")),
    wrong("x.T@A@x", "A@x", "missing-term", "product-rule", wrt="x", shapes=("x=n", "A=n,n")),
    wrong("logdet(X)", "inv(X)", "transposed", shapes=("X=n,n",)),
    wrong("tr(A@X)", "A", "transposed", "layout", wrt="X", shapes=("A=n,n", "X=n,n")),
    wrong("sum((X@w - y)**2)/m", "2*X.T@(X@w - y)", "factor", wrt="w", shapes=("X=m,n", "w=n", "y=m")),
    wrong("sum((X@w - y)**2)", "-2*X.T@(X@w - y)", "sign", wrt="w", shapes=("X=m,n", "w=n", "y=m")),
    wrong("sum((X@w-y)**2) + lam*norm(w)^2", "2*X.T@(X@w-y)", "missing-term", wrt="w",
          shapes=("X=m,n", "w=n", "y=m")),
    wrong("sum(tanh(W@x))", "W.T@tanh(W@x)", "not-differentiated", wrt="x", shapes=("W=m,n", "x=n")),
    wrong("sum(sin(A@x))", "cos(A@x)", INNER, wrt="x", shapes=("A=n,n", "x=n")),
    wrong("mean(x)", "ones(n)", "factor", shapes=("x=n",)),
    wrong("A@x", "A.T", "layout", "transposed", kind="jacobian", wrt="x", shapes=("A=m,n", "x=n")),
    wrong("norm(x)^2", "x", "factor", "power-rule", shapes=("x=3",)),
    # Jacobians and Hessians
    wrong("[x^2, x*y]", "[[2*x, y], [0, x]]", "layout", "transposed", kind="jacobian"),
    wrong("[x^2*y, x + y]", "[[x^2, 2*x*y], [1, 1]]", "permuted", "wrong-variable", kind="jacobian"),
    wrong("[sin(2*x), y]", "[[cos(2*x), 0], [0, 1]]", INNER, kind="jacobian"),
    wrong("[x*y, x]", "[[y, x]]", kind="jacobian"),
    wrong("x^2*y", "[[2*y, 2*x], [2*x, 1]]", kind="hessian"),
    wrong("x^3*y", "[[6*x*y, 3*x^2], [3*x^2, x^3]]", "not-differentiated", kind="hessian"),
    wrong("x^2*y", "[[2*y, -2*x], [2*x, 0]]", "sign", kind="hessian"),
]  # fmt: skip

CASES = RIGHT + WRONG
