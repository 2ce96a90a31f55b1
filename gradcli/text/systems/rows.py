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
    ("tgamma(x)", "gamma(x)"), ("rev(x)", "x[::-1,::-1]"), ("reverse(x)", "x[::-1,::-1]"), ("flip(x)", "x[::-1,::-1]"),
    ("flipud(x)", "x[::-1]"),
    ("fliplr(x)", "x[:,::-1]"), ("repmat(x, m, n)", "kron(ones(m, n), x)"),
    *((f"{name}(x, y)", "dot(x-mean(x), y-mean(y))/(norm(x-mean(x))*norm(y-mean(y)))") for name in ("cor", "corr")),
    ("dot_product(x, y)", "dot(x, y)"), ("maxval(x)", "max(x)"), ("minval(x)", "min(x)"), ("signum(x)", "sign(x)"),
    ("alog(x)", "log(x)"), ("dble(x)", "x"), ("opnorm(x)", "norm(x, 2)"), ("muladd(x, y, z)", "x*y+z"),
    ("fma(x, y, z)", "x*y+z"), ("exp10(x)", "10**x"), ("sinpi(x)", "sin(pi*x)"), ("cospi(x)", "cos(pi*x)"),
    ("inv_logit(x)", "sigmoid(x)"), ("log_sum_exp(x)", "logsumexp(x)"), ("log_sum_exp(x, y)", "log(exp(x)+exp(y))"),
    ("dot_self(x)", "x.T@x"), ("log1p_exp(x)", "softplus(x)"), ("quad_form(a, x)", "x.T@a@x"),
    ("log_determinant(x)", "log(abs(det(x)))"), ("inv_sqrt(x)", "1/sqrt(x)"), ("multiply_log(x, y)", "x*log(y)"),
)  # fmt: skip
"""R, MATLAB, spreadsheets, Fortran, SciPy."""

SPECIAL: Final[tuple[tuple[str, str], ...]] = (
    ("rgamma(x)", "1/gamma(x)"), ("poch(x, m)", "gamma(x+m)/gamma(x)"), ("expi(x)", "Ei(x)"),
    ("expn(n, x)", "expint(n, x)"), ("exprel(x)", "where(x != 0, expm1(x)/x, 1)"), ("erfcx(x)", "exp(x**2)*erfc(x)"),
    ("cosm1(x)", "cos(x)-1"), ("powm1(x, y)", "x**y-1"), ("spence(x)", "polylog(2, 1-x)"),
    ("boxcox(x, l)", "where(l != 0, (x**l-1)/l, log(x))"),
    ("boxcox1p(x, l)", "where(l != 0, ((1+x)**l-1)/l, log1p(x))"), ("pseudo_huber(d, r)", "d**2*(sqrt(1+(r/d)**2)-1)"),
    ("logaddexp2(x, y)", "log2(2**x+2**y)"), ("sindg(x)", "sin(x*pi/180)"), ("cosdg(x)", "cos(x*pi/180)"),
    ("tandg(x)", "tan(x*pi/180)"), ("i0e(x)", "exp(-abs(x))*besseli(0, x)"), ("i1e(x)", "exp(-abs(x))*besseli(1, x)"),
    ("k0e(x)", "exp(x)*besselk(0, x)"), ("k1e(x)", "exp(x)*besselk(1, x)"), ("ive(n, x)", "exp(-abs(x))*besseli(n, x)"),
    ("kve(n, x)", "exp(x)*besselk(n, x)"), ("bessel_j0(x)", "besselj(0, x)"), ("bessel_j1(x)", "besselj(1, x)"),
    ("bessel_y0(x)", "bessely(0, x)"), ("bessel_y1(x)", "bessely(1, x)"), ("modified_bessel_i0(x)", "besseli(0, x)"),
    ("bessel_i0(x)", "besseli(0, x)"), ("modified_bessel_i1(x)", "besseli(1, x)"), ("bessel_i1(x)", "besseli(1, x)"),
    ("modified_bessel_k0(x)", "besselk(0, x)"), ("modified_bessel_k1(x)", "besselk(1, x)"),
    ("spherical_jn(n, x)", "jn(n, x)"), ("spherical_yn(n, x)", "yn(n, x)"), ("ellipkm1(p)", "elliptick(1-p)"),
    ("ellipkinc(z, m)", "elliptic_f(z, m)"), ("agm(x, y)", "pi*(x+y)/(4*elliptick(((x-y)/(x+y))**2))"),
    ("owens_t(h, a)", "integral(exp(-h**2*(1+t**2)/2)/(1+t**2), t, 0, a)/(2*pi)"),
    ("eval_legendre(n, x)", "legendre(n, x)"), ("eval_chebyt(n, x)", "chebyshevt(n, x)"),
    ("eval_chebyu(n, x)", "chebyshevu(n, x)"), ("eval_hermite(n, x)", "hermite(n, x)"),
    ("eval_hermitenorm(n, x)", "hermite_prob(n, x)"), ("eval_laguerre(n, x)", "laguerre(n, x)"),
    ("eval_genlaguerre(n, a, x)", "assoc_laguerre(n, a, x)"), ("eval_gegenbauer(n, a, x)", "gegenbauer(n, a, x)"),
    ("eval_jacobi(n, a, b, x)", "jacobi(n, a, b, x)"), ("zetac(x)", "zeta(x)-1"),
    ("igamma(a, x)", "lowergamma(a, x)/gamma(a)"), ("igammac(a, x)", "uppergamma(a, x)/gamma(a)"),
    ("chdtr(k, x)", "lowergamma(k/2, x/2)/gamma(k/2)"), ("chdtrc(k, x)", "uppergamma(k/2, x/2)/gamma(k/2)"),
    ("remainder(x, y)", "x-y*floor(x/y)"), ("floor_divide(x, y)", "floor(x/y)"), ("floormod(x, y)", "x-y*floor(x/y)"),
    ("floordiv(x, y)", "floor(x/y)"), ("truediv(x, y)", "x/y"), ("heaviside(x, y)", "where(x != 0, (1+sign(x))/2, y)"),
    ("copysign(x, y)", "where(y >= 0, abs(x), -abs(x))"), ("trunc(x)", "sign(x)*floor(abs(x))"),
    ("ldexp(x, n)", "x*2**n"), ("positive(x)", "x"), ("vecdot(x, y)", "dot(x, y)"), ("matvec(a, x)", "a@x"),
    ("vecmat(x, a)", "x.T@a"), ("ptp(x)", "max(x)-min(x)"), ("nansum(x)", "sum(x)"), ("nanmean(x)", "mean(x)"),
    ("nanmax(x)", "max(x)"), ("nanmin(x)", "min(x)"), ("lerp(x, y, w)", "x+w*(y-x)"), ("addcmul(x, y, z)", "x+y*z"),
    ("addcdiv(x, y, z)", "x+y/z"), ("addcmul(x, y, z, value=v)", "x+v*y*z"), ("addcdiv(x, y, z, value=v)", "x+v*y/z"),
    ("addmm(b, x, y)", "b+x@y"), ("addmv(b, x, y)", "b+x@y"), ("addr(b, x, y)", "b+outer(x, y)"),
    ("xdivy(x, y)", "x/y"), ("reduce_euclidean_norm(x)", "norm(x)"), ("l2_normalize(x)", "x/norm(x)"),
    ("soft_sign(x)", "softsign(x)"), ("log_sigmoid(x)", "logsigmoid(x)"), ("hard_tanh(x)", "clip(x, -1, 1)"),
    ("hard_swish(x)", "x*clip(x+3, 0, 6)/6"), ("hard_silu(x)", "x*clip(x+3, 0, 6)/6"), ("tanh_shrink(x)", "x-tanh(x)"),
    ("hard_shrink(x)", "where(abs(x) > 1/2, x, 0)"), ("soft_shrink(x)", "x-clip(x, -1/2, 1/2)"),
    ("hardtanh(x, a, b)", "clip(x, a, b)"), ("hardtanh(x, min_val=a, max_val=b)", "clip(x, a, b)"),
    ("threshold(x, t, v)", "where(x > t, x, v)"), ("celu(x, alpha=a)", "max(x, 0)+min(0, a*(exp(x/a)-1))"),
    ("log1pexp(x)", "softplus(x)"), ("xlogx(x)", "x*log(x)"),
    ("margin_ranking_loss(x, y, z)", "mean(max(0, -z*(x-y)))"), ("rms(x)", "sqrt(mean(x**2))"),
    ("gmean(x)", "exp(mean(log(x)))"), ("hmean(x)", "1/mean(1/x)"), ("sind(x)", "sin(x*pi/180)"),
    ("cosd(x)", "cos(x*pi/180)"), ("tand(x)", "tan(x*pi/180)"), ("asind(x)", "asin(x)*180/pi"),
    ("acosd(x)", "acos(x)*180/pi"), ("atand(x)", "atan(x)*180/pi"),
)  # fmt: skip
"""Special functions and the like: SciPy, PyTorch, TensorFlow, JAX, Keras, MATLAB, Julia."""

SPECIAL_OF_MODULES: Final[tuple[tuple[str, str], ...]] = (
    *((f"{letter}{n}(x)", f"{name}({n}, x)") for letter, name in (("i", "besseli"), ("k", "besselk"), ("y", "bessely"))
      for n in (0, 1)),
    ("gammainc(a, x)", "lowergamma(a, x)/gamma(a)"), ("huber(d, r)", "where(abs(r) <= d, r**2/2, d*(abs(r)-d/2))"),
    ("betaincc(a, b, x)", "integral(t**(a-1)*(1-t)**(b-1), t, x, 1)/beta(a, b)"),
    ("frac(x)", "x-sign(x)*floor(abs(x))"), ("fmod(x, y)", "x-y*sign(x/y)*floor(abs(x/y))"),
    ("fix(x)", "sign(x)*floor(abs(x))"), ("linear(x)", "x"), ("exponential(x)", "exp(x)"),
)  # fmt: skip
"""The same, whose names mean something else alone."""

WOLFRAM: Final[tuple[tuple[str, str], ...]] = (
    ("Binomial(n, k)", "binomial(n, k)"), ("BesselJ(n, x)", "besselj(n, x)"), ("BesselY(n, x)", "bessely(n, x)"),
    ("BesselI(n, x)", "besseli(n, x)"), ("BesselK(n, x)", "besselk(n, x)"), ("LogGamma(x)", "lgamma(x)"),
    ("PolyGamma(x)", "digamma(x)"), ("PolyGamma(n, x)", "polygamma(n, x)"), ("Mod(x, y)", "x-y*floor(x/y)"),
    ("Times(x, y)", "x*y"), ("Times(x, y, z)", "x*y*z"), ("Plus(x, y)", "x+y"), ("Plus(x, y, z)", "x+y+z"),
    ("Subtract(x, y)", "x-y"), ("Divide(x, y)", "x/y"), ("Minus(x)", "-x"), ("Power(x, y)", "x**y"),
    ("Total(x)", "sum(x)"), ("LogisticSigmoid(x)", "sigmoid(x)"), ("Ramp(x)", "max(x, 0)"),
    ("CubeRoot(x)", "cbrt(x)"), ("Haversine(x)", "sin(x/2)**2"), ("ProductLog(x)", "lambertw(x)"),
    ("KroneckerProduct(x, y)", "kron(x, y)"), ("MatrixExp(x)", "expm(x)"), ("Simplify(x)", "x"),
    ("FullSimplify(x)", "x"), ("Expand(x)", "x"), ("Sort(x)", "sort(x)"), ("Reverse(x)", "x[::-1]"),
    ("Accumulate(x)", "cumsum(x)"), ("Variance(x)", "sum((x-mean(x))**2)/(sum(0*x+1)-1)"),
)  # fmt: skip
"""Wolfram's language."""
