"""The laws of differentiation, each a row: what a derivation is made of. Functions have rows of their own.

In the texts u and v depend on the variable, c and n do not; D is d/dx. For arrays d is the differential.
Sources: DLMF, NIST Digital Library of Mathematical Functions, section 1.4(iii); Magnus & Neudecker, Matrix Differential
Calculus, 3rd ed. (2007), chapters 8 and 9; Petersen & Pedersen, The Matrix Cookbook (2012), section 2.
"""

from __future__ import annotations

from gradcli.rules.array_laws import ROWS as ARRAY_ROWS
from gradcli.rules.law import Law

CALCULUS = "DLMF 1.4(iii)"
MATRICES = "Magnus & Neudecker (2007), section 8.3"
COOKBOOK = "Petersen & Pedersen (2012)"

ROWS = (
    Law("sum", "sum rule", "加法法则", "(u + v)' = u' + v'", r"(u+v)'=u'+v'", CALCULUS, "d(u + v) = du + dv"),
    Law(
        "constant-multiple",
        "constant multiple",
        "常数相乘法则",
        "(c*u)' = c*u'",
        r"(c\,u)'=c\,u'",
        CALCULUS,
        "d(c*u) = c*du",
    ),
    Law(
        "product",
        "product rule",
        "乘法法则",
        "(u*v)' = u'*v + u*v'",
        r"(u\,v)'=u'v+u\,v'",
        CALCULUS,
        "d(u*v) = du*v + u*dv",
    ),
    Law(
        "quotient",
        "quotient rule",
        "除法法则",
        "(u/v)' = (u'*v - u*v')/v**2",
        r"\left(\frac{u}{v}\right)'=\frac{u'v-u\,v'}{v^{2}}",
        CALCULUS,
        "d(u/v) = (du*v - u*dv)/v**2",
    ),
    Law(
        "reciprocal",
        "reciprocal rule",
        "倒数法则",
        "(c/v)' = -c*v'/v**2",
        r"\left(\frac{c}{v}\right)'=-\frac{c\,v'}{v^{2}}",
        CALCULUS,
        "d(c/v) = -c*dv/v**2",
    ),
    Law(
        "power",
        "power rule",
        "幂律",
        "(u**n)' = n*u**(n - 1)*u'",
        r"(u^{n})'=n\,u^{n-1}u'",
        "DLMF 4.7(ii)",
        "d(u**n) = n*u**(n - 1)*du",
    ),
    Law(
        "exponential",
        "exponential rule",
        "指数法则",
        "(a**u)' = a**u*log(a)*u'",
        r"(a^{u})'=a^{u}\log(a)\,u'",
        "DLMF 4.7(ii)",
        "d(a**u) = a**u*log(a)*du",
    ),
    Law(
        "general-power",
        "general power rule",
        "一般幂法则",
        "(u**v)' = u**v*(v'*log(u) + v*u'/u)",
        r"(u^{v})'=u^{v}\left(v'\log u+\frac{v\,u'}{u}\right)",
        "DLMF 4.7(ii)",
        "d(u**v) = u**v*(dv*log(u) + v*du/u)",
    ),
    Law(
        "chain",
        "chain rule",
        "链式法则",
        "f(u, v)' = ∂f/∂u*u' + ∂f/∂v*v'",
        r"f(u,v)'=\frac{\partial f}{\partial u}u'+\frac{\partial f}{\partial v}v'",
        "DLMF 1.5(i)",
    ),
    Law("function", "derivative of a function", "函数的导数", "f(u)' = f'(u)*u'", r"f(u)'=f'(u)\,u'", CALCULUS),
    Law("constant", "constant", "常数法则", "c' = 0", r"c'=0", CALCULUS),
    Law("identity", "identity", "恒等函数", "x' = 1", r"x'=1", CALCULUS, "d(x) = dx"),
    Law(
        "piecewise",
        "branch by branch",
        "分段求导",
        "where(c, u, v)' = where(c, u', v')",
        r"\begin{cases}u\\v\end{cases}'=\begin{cases}u'\\v'\end{cases}",
        "definition on each piece",
    ),
    Law("named-step", "named step", "中间变量", "u' by its own statement", r"u'", "the statement of u"),
    Law(
        "leibniz",
        "Leibniz' rule",
        "莱布尼茨积分法则",
        "integral(f, t, a, b)' = f(b)*b' - f(a)*a' + integral(f', t, a, b)",
        r"\left(\int_{a}^{b}f\,dt\right)'=f(b)\,b'-f(a)\,a'+\int_{a}^{b}f'\,dt",
        "DLMF 1.5.22",
    ),
    Law(
        "implicit",
        "implicit function theorem",
        "隐函数定理",
        "F(u, y) = 0: y' = -∂F/∂u*u'/(∂F/∂y)",
        r"F(u,y)=0:\ y'=-\frac{\partial F/\partial u}{\partial F/\partial y}u'",
        "DLMF 1.5.19",
    ),
    Law("by-sympy", "no rule: by SymPy", "由 SymPy 求导", "no rule: by SymPy", r"\text{by SymPy}", "SymPy"),
    Law(
        "entrywise", "entry by entry", "逐元素求导", "differentiated entry by entry", r"\text{entry by entry}", CALCULUS
    ),
    Law(
        "squared-norm",
        "squared norm",
        "范数平方",
        "d(norm(u)**2) = 2*u.T@du",
        r"d\lVert u\rVert^{2}=2\,u^{\top}du",
        "Magnus & Neudecker (2007), section 8.7",
    ),
    Law(
        "norm",
        "norm",
        "范数",
        "d(norm(u)) = u.T@du/norm(u)",
        r"d\lVert u\rVert=\frac{u^{\top}du}{\lVert u\rVert}",
        "Magnus & Neudecker (2007), section 8.7",
    ),
    Law("matrix-product", "product rule", "矩阵乘法法则", "d(U@V) = dU@V + U@dV", r"d(UV)=(dU)V+U\,dV", MATRICES),
    Law("transpose", "transpose", "转置", "d(U.T) = dU.T", r"d(U^{\top})=(dU)^{\top}", MATRICES),
    Law("trace", "trace", "迹", "d(tr(U)) = tr(dU)", r"d\operatorname{tr}U=\operatorname{tr}dU", MATRICES),
    Law(
        "trace-cyclic",
        "trace is cyclic",
        "迹的循环性",
        "tr(A@B@C) = tr(C@A@B)",
        r"\operatorname{tr}(ABC)=\operatorname{tr}(CAB)",
        "Magnus & Neudecker (2007), section 1.10",
    ),
    Law(
        "trace-transpose",
        "trace of a transpose",
        "转置的迹",
        "tr(A.T) = tr(A)",
        r"\operatorname{tr}(A^{\top})=\operatorname{tr}(A)",
        "Magnus & Neudecker (2007), section 1.10",
    ),
    Law(
        "inverse",
        "inverse",
        "逆矩阵",
        "d(inv(U)) = -inv(U)@dU@inv(U)",
        r"dU^{-1}=-U^{-1}(dU)U^{-1}",
        "Magnus & Neudecker (2007), section 8.4",
    ),
    Law(
        "determinant",
        "determinant",
        "行列式",
        "d(det(U)) = det(U)*tr(inv(U)@dU)",
        r"d\lvert U\rvert=\lvert U\rvert\operatorname{tr}(U^{-1}dU)",
        "Magnus & Neudecker (2007), section 8.3",
    ),
    Law(
        "log-determinant",
        "log determinant",
        "行列式的对数",
        "d(logdet(U)) = tr(inv(U)@dU)",
        r"d\log\lvert U\rvert=\operatorname{tr}(U^{-1}dU)",
        "Magnus & Neudecker (2007), section 8.3",
    ),
    Law(
        "elementwise",
        "entry by entry",
        "逐元素法则",
        "d(f(u)) = f'(u)*du",
        r"df(u)=f'(u)\odot du",
        f"{COOKBOOK}, section 2.8",
    ),
    Law(
        "sum-of-entries",
        "sum of entries",
        "元素之和",
        "d(sum(u)) = sum(du), d(mean(u)) = mean(du)",
        r"d\sum u=\sum du,\ d\bar{u}=\overline{du}",
        MATRICES,
    ),
    Law(
        "softmax",
        "softmax",
        "softmax",
        "d(softmax(u)) = (diag(s) - s@s.T)@du, s = softmax(u)",
        r"ds=(\operatorname{diag}(s)-ss^{\top})du",
        "quotient rule for exp(u)/sum(exp(u))",
    ),
    Law(
        "logsumexp",
        "log-sum-exp",
        "log-sum-exp",
        "d(logsumexp(u)) = softmax(u).T@du",
        r"d\operatorname{lse}(u)=\operatorname{softmax}(u)^{\top}du",
        "chain rule for log(sum(exp(u)))",
    ),
    Law(
        "diag",
        "diagonal",
        "对角",
        "d(diag(u)) = diag(du)",
        r"d\operatorname{diag}(u)=\operatorname{diag}(du)",
        MATRICES,
    ),
    Law("linear", "linear", "线性", "d(L(u)) = L(du)", r"dL(u)=L(du)", MATRICES),
    Law(
        "read-off",
        "read off",
        "读出梯度",
        "df = tr(G.T@dX): G is the gradient",
        r"df=\operatorname{tr}(G^{\top}dX)\Rightarrow\nabla f=G",
        "Magnus & Neudecker (2007), section 9.2",
    ),
)
"""Every law, in the order in which they are tried and explained."""

LAWS = {row.code: row for row in (*ROWS, *ARRAY_ROWS)}

LINEAR = frozenset(("sum", "mean", "cumsum", "vec", "diag", "concat", "transpose", "tr", "trace"))
"""Functions whose differential is themselves of the differential, also along an axis."""


def law_of_function(name: str, order: str = "", is_matrix: bool = False) -> str:
    """The code of the law of a function of arrays; `entrywise` where it has none of its own."""
    for code in (f"{'matrix-' * is_matrix}{name}-{order}", f"{name}-{order}", name):
        if code in LAWS:
            return code
    return "linear" if name in LINEAR else "entrywise"
