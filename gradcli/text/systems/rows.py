"""Functions of systems of statistics and of computer algebra: calls as they write them, and the same in this language.

They are rows of `foreign.spellings`, where it says how they are read.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

STATISTICS: Final[tuple[tuple[str, str], ...]] = (
    ("dbinom(k, n, p)", "binomial(n, k)*p**k*(1-p)**(n-k)"),
    ("dbinom(k, size=n, prob=p)", "binomial(n, k)*p**k*(1-p)**(n-k)"),
    ("dpois(k, l)", "l**k*exp(-l)/gamma(k+1)"), ("dpois(k, lambda=l)", "l**k*exp(-l)/gamma(k+1)"),
    ("dexp(x, r)", "r*exp(-r*x)"), ("dexp(x, rate=r)", "r*exp(-r*x)"),
    ("dgamma(x, a, b)", "b**a*x**(a-1)*exp(-b*x)/gamma(a)"),
    ("dgamma(x, shape=a, rate=b)", "b**a*x**(a-1)*exp(-b*x)/gamma(a)"),
    ("dgamma(x, shape=a, scale=s)", "x**(a-1)*exp(-x/s)/(gamma(a)*s**a)"),
    ("dbeta(x, a, b)", "x**(a-1)*(1-x)**(b-1)/beta(a, b)"),
    ("dchisq(x, k)", "x**(k/2-1)*exp(-x/2)/(2**(k/2)*gamma(k/2))"),
    ("lchoose(n, k)", "log(binomial(n, k))"),
    ("plogis(x)", "sigmoid(x)"), ("qlogis(p)", "logit(p)"), ("qnorm(p)", "sqrt(2)*erfinv(2*p-1)"),
    ("besselJ(x, n)", "besselj(n, x)"), ("besselY(x, n)", "bessely(n, x)"),
    ("besselI(x, n)", "besseli(n, x)"), ("besselK(x, n)", "besselk(n, x)"),
    ("norminv(p)", "sqrt(2)*erfinv(2*p-1)"),
    ("binopdf(k, n, p)", "binomial(n, k)*p**k*(1-p)**(n-k)"), ("poisspdf(k, l)", "l**k*exp(-l)/gamma(k+1)"),
    ("exppdf(x, m)", "exp(-x/m)/m"), ("gampdf(x, a, b)", "x**(a-1)*exp(-x/b)/(gamma(a)*b**a)"),
    ("betapdf(x, a, b)", "x**(a-1)*(1-x)**(b-1)/beta(a, b)"),
    ("times(x, y)", "x*y"), ("rdivide(x, y)", "x/y"), ("plus(x, y)", "x+y"), ("minus(x, y)", "x-y"),
    ("uminus(x)", "-x"), ("mtimes(x, y)", "x@y"), ("realsqrt(x)", "sqrt(x)"), ("reallog(x)", "log(x)"),
    ("NORMSDIST(x)", "(1+erf(x/sqrt(2)))/2"), ("GAMMALN(x)", "lgamma(x)"), ("FACT(x)", "factorial(x)"),
    ("AVERAGE(x)", "mean(x)"), ("MITTELWERT(x)", "mean(x)"), ("PRODUCT(x)", "prod(x)"), ("SUMME(x)", "sum(x)"),
    ("SOMME(x)", "sum(x)"), ("COMBIN(n, k)", "binomial(n, k)"), ("RADIANS(x)", "x*pi/180"), ("DEGREES(x)", "x*180/pi"),
    ("SQRTPI(x)", "sqrt(x*pi)"), ("POTENZ(x, y)", "x**y"), ("WURZEL(x)", "sqrt(x)"), ("RACINE(x)", "sqrt(x)"),
    ("PUISSANCE(x, y)", "x**y"), ("WENN(c, a, b)", "where(c, a, b)"), ("SI(c, a, b)", "where(c, a, b)"),
    ("AMAX1(x, y)", "max(x, y)"), ("AMIN1(x, y)", "min(x, y)"), ("DMAX1(x, y)", "max(x, y)"),
    ("jv(n, x)", "besselj(n, x)"), ("yv(n, x)", "bessely(n, x)"), ("iv(n, x)", "besseli(n, x)"),
    ("kv(n, x)", "besselk(n, x)"), ("j0(x)", "besselj(0, x)"), ("j1(x)", "besselj(1, x)"),
    ("ndtr(x)", "(1+erf(x/sqrt(2)))/2"), ("log_ndtr(x)", "log((1+erf(x/sqrt(2)))/2)"),
    ("ndtri(p)", "sqrt(2)*erfinv(2*p-1)"), ("log_expit(x)", "-softplus(-x)"),
    ("VARP(x)", "var(x)"), ("STDEVP(x)", "std(x)"),
    ("pmax(x, y)", "max(x, y)"), ("pmin(x, y)", "min(x, y)"), ("tcrossprod(x)", "x@x.T"),
    ("tcrossprod(x, y)", "x@y.T"), ("rowSums(x)", "sum(x, axis=1)"), ("colSums(x)", "sum(x, axis=0)"),
    ("rowMeans(x)", "mean(x, axis=1)"), ("colMeans(x)", "mean(x, axis=0)"),
    ("tgamma(x)", "gamma(x)"),
    ("dot_product(x, y)", "dot(x, y)"), ("maxval(x)", "max(x)"), ("minval(x)", "min(x)"), ("signum(x)", "sign(x)"),
    ("alog(x)", "log(x)"), ("dble(x)", "x"), ("opnorm(x)", "norm(x, 2)"), ("muladd(x, y, z)", "x*y+z"),
    ("fma(x, y, z)", "x*y+z"), ("exp10(x)", "10**x"), ("sinpi(x)", "sin(pi*x)"), ("cospi(x)", "cos(pi*x)"),
    ("inv_logit(x)", "sigmoid(x)"), ("log_sum_exp(x)", "logsumexp(x)"), ("log_sum_exp(x, y)", "log(exp(x)+exp(y))"),
    ("dot_self(x)", "x.T@x"), ("log1p_exp(x)", "softplus(x)"), ("quad_form(a, x)", "x.T@a@x"),
    ("log_determinant(x)", "log(abs(det(x)))"), ("inv_sqrt(x)", "1/sqrt(x)"), ("multiply_log(x, y)", "x*log(y)"),
)  # fmt: skip
"""R, MATLAB, spreadsheets, Fortran, SciPy."""

WOLFRAM: Final[tuple[tuple[str, str], ...]] = (
    ("Binomial(n, k)", "binomial(n, k)"), ("BesselJ(n, x)", "besselj(n, x)"), ("BesselY(n, x)", "bessely(n, x)"),
    ("BesselI(n, x)", "besseli(n, x)"), ("BesselK(n, x)", "besselk(n, x)"), ("LogGamma(x)", "lgamma(x)"),
    ("PolyGamma(x)", "digamma(x)"), ("PolyGamma(n, x)", "polygamma(n, x)"), ("Mod(x, y)", "x-y*floor(x/y)"),
    ("Times(x, y)", "x*y"), ("Times(x, y, z)", "x*y*z"), ("Plus(x, y)", "x+y"), ("Plus(x, y, z)", "x+y+z"),
    ("Subtract(x, y)", "x-y"), ("Divide(x, y)", "x/y"), ("Minus(x)", "-x"), ("Power(x, y)", "x**y"),
    ("Total(x)", "sum(x)"), ("LogisticSigmoid(x)", "sigmoid(x)"), ("Ramp(x)", "max(x, 0)"),
    ("CubeRoot(x)", "cbrt(x)"), ("Haversine(x)", "sin(x/2)**2"), ("ProductLog(x)", "lambertw(x)"),
    ("KroneckerProduct(x, y)", "kron(x, y)"), ("MatrixExp(x)", "expm(x)"), ("Simplify(x)", "x"),
    ("FullSimplify(x)", "x"), ("Expand(x)", "x"),
)  # fmt: skip
"""Wolfram's language."""
