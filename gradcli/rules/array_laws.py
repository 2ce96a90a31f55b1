"""The laws of functions of arrays, by the function's name (`norm-nuc` by its order too): what d does with each.

In the texts u is an array, U a matrix. The differential itself is the engine's; these rows say which law it is.
"""

from __future__ import annotations

from gradcli.rules.law import Law

SVD = "Magnus & Neudecker (2019), section 8.12"
EIGEN = "Magnus, On differentiating eigenvalues and eigenvectors (1985)"
HIGHAM = "Higham, Functions of Matrices (2008)"
DEFINITION = "the definition of the function"

ROWS = (
    Law("norm-1", "norm of order 1", "1 范数", "d(norm(u, 1)) = sign(u).T@du",
        r"d\lVert u\rVert_{1}=\operatorname{sign}(u)^{\top}du", DEFINITION),
    Law("norm-inf", "norm of order inf", "无穷范数", "d(norm(u, inf)) = sign(u_k)*du_k, u_k the greatest in size",
        r"d\lVert u\rVert_{\infty}=\operatorname{sign}(u_{k})\,du_{k}", DEFINITION),
    Law("matrix-norm-1", "greatest column sum", "最大列和", "d(norm(U, 1)) = sign(u).T@du, u its greatest column",
        r"d\lVert U\rVert_{1}=\operatorname{sign}(u)^{\top}du", DEFINITION),
    Law("matrix-norm-inf", "greatest row sum", "最大行和", "d(norm(U, inf)) = du@sign(u).T, u its greatest row",
        r"d\lVert U\rVert_{\infty}=du\,\operatorname{sign}(u)^{\top}", DEFINITION),
    Law("norm-2", "spectral norm", "谱范数", "d(norm(U, 2)) = v.T@dU@w, v and w its singular vectors",
        r"d\lVert U\rVert_{2}=v^{\top}(dU)\,w", SVD),
    Law("norm-nuc", "nuclear norm", "核范数", "d(norm(U, \"nuc\")) = tr(polar(U).T@dU)",
        r"d\lVert U\rVert_{*}=\operatorname{tr}(Q^{\top}dU),\ Q=\operatorname{polar}(U)",
        "Watson, Characterization of the subdifferential of some matrix norms (1992)"),
    Law("prod", "product of entries", "元素之积", "d(prod(u)) = prod(u)*sum(du/u)",
        r"d\prod u=\prod u\sum\frac{du}{u}", DEFINITION),
    Law("var", "variance", "方差", "d(var(u)) = 2*mean((u - mean(u))*du)",
        r"d\operatorname{var}(u)=2\,\overline{(u-\bar u)\odot du}", DEFINITION),
    Law("std", "standard deviation", "标准差", "d(std(u)) = mean((u - mean(u))*du)/std(u)",
        r"d\operatorname{std}(u)=\frac{\overline{(u-\bar u)\odot du}}{\operatorname{std}(u)}", DEFINITION),
    Law("max", "greatest entry", "最大元素", "d(max(u)) = du_k, u_k the greatest", r"d\max u=du_{k}", DEFINITION),
    Law("min", "least entry", "最小元素", "d(min(u)) = du_k, u_k the least", r"d\min u=du_{k}", DEFINITION),
    Law("cumprod", "running products", "累积积", "d(cumprod(u)) = cumprod(u)*cumsum(du/u)",
        r"d\operatorname{cumprod}(u)=\operatorname{cumprod}(u)\odot\operatorname{cumsum}(du/u)", DEFINITION),
    Law("logcumsumexp", "running log-sum-exp", "累积 log-sum-exp",
        "d(logcumsumexp(u)) = cumsum(exp(u)*du)/cumsum(exp(u))",
        r"d\log\operatorname{cumsum}(e^{u})=\frac{\operatorname{cumsum}(e^{u}\odot du)}{\operatorname{cumsum}(e^{u})}",
        DEFINITION),
    Law("sort", "entries in order", "排序", "d(sort(u)) = P@du, sort(u) = P@u",
        r"d\operatorname{sort}(u)=P\,du,\ \operatorname{sort}(u)=Pu", DEFINITION),
    Law("log_softmax", "log-softmax", "log-softmax", "d(log_softmax(u)) = du - softmax(u).T@du",
        r"d\log\operatorname{softmax}(u)=du-\operatorname{softmax}(u)^{\top}du", "u - logsumexp(u)"),
    Law("bilinear", "product rule", "乘法法则", "d(B(u, v)) = B(du, v) + B(u, dv)",
        r"dB(u,v)=B(du,v)+B(u,dv)", "Magnus & Neudecker (2007), section 8.3"),
    Law("pinv", "pseudoinverse", "伪逆",
        "d(P) = -P@dU@P + P@P.T@dU.T@(I - U@P) + (I - P@U)@dU.T@P.T@P, P = pinv(U)",
        r"dP=-P(dU)P+PP^{\top}(dU)^{\top}(I-UP)+(I-PU)(dU)^{\top}P^{\top}P", "Golub & Pereyra (1973)"),
    Law("polar", "polar factor", "极分解因子",
        "d(Q) = Q@W + (I - Q@Q.T)@dU@inv(S), S = Q.T@U, S@W + W@S = Q.T@dU - dU.T@Q",
        r"dQ=QW+(I-QQ^{\top})(dU)S^{-1},\ SW+WS=Q^{\top}dU-(dU)^{\top}Q", "Kenney & Laub (1991)"),
    Law("leftsv", "singular vector", "奇异向量", "d(v) from U@w = s*v and U.T@v = s*w, both of length 1",
        r"dv\text{ from }Uw=sv,\ U^{\top}v=sw", SVD),
    Law("rightsv", "singular vector", "奇异向量", "d(w) from U@w = s*v and U.T@v = s*w, both of length 1",
        r"dw\text{ from }Uw=sv,\ U^{\top}v=sw", SVD),
    Law("svdvals", "singular values", "奇异值", "d(s_i) = v_i.T@dU@w_i", r"ds_{i}=v_{i}^{\top}(dU)\,w_{i}", SVD),
    Law("svdu", "singular vectors", "奇异向量", "d(V) from U = V@diag(s)@W.T, V.T@V = I and W.T@W = I",
        r"dV\text{ from }U=V\operatorname{diag}(s)W^{\top}", SVD),
    Law("svdv", "singular vectors", "奇异向量", "d(W) from U = V@diag(s)@W.T, V.T@V = I and W.T@W = I",
        r"dW\text{ from }U=V\operatorname{diag}(s)W^{\top}", SVD),
    Law("eigvalsh", "eigenvalues", "特征值", "d(l_i) = q_i.T@dU@q_i",
        r"d\lambda_{i}=q_{i}^{\top}(dU)\,q_{i}", EIGEN),
    Law("eigvecsh", "eigenvectors", "特征向量", "d(q_i) = sum of q_j*(q_j.T@dU@q_i)/(l_i - l_j) over the others",
        r"dq_{i}=\sum_{j\ne i}\frac{q_{j}^{\top}(dU)q_{i}}{\lambda_{i}-\lambda_{j}}q_{j}", EIGEN),
    Law("expm", "matrix exponential", "矩阵指数", "d(expm(U)) = expm_frechet(U, dU)",
        r"de^{U}=L(U,dU)", f"{HIGHAM}, section 10.2"),
    Law("expm_frechet", "derivative of the exponential", "矩阵指数的导数", "d(L(U, E)) is that of a block of expm",
        r"dL(U,E)", f"{HIGHAM}, section 3.4"),
    Law("sqrtm", "square root of a matrix", "矩阵平方根", "S@d(S) + d(S)@S = dU, S = sqrtm(U)",
        r"S\,dS+(dS)\,S=dU", f"{HIGHAM}, section 6.1"),
    Law("cholesky", "Cholesky factor", "Cholesky 因子",
        "d(L) = L@F, F the lower triangle of inv(L)@dU@inv(L).T with half its diagonal",
        r"dL=L\,\Phi(L^{-1}(dU)L^{-\top})", "Murray (2016)"),
    Law("sylvester", "Sylvester equation", "Sylvester 方程", "A@d(X) + d(X)@B = dC - dA@X - X@dB",
        r"A\,dX+(dX)B=dC-(dA)X-X\,dB", f"{HIGHAM}, appendix B.14"),
    Law("adj", "adjugate", "伴随矩阵", "d(adj(U)) = adj(U)*tr(inv(U)@dU) - adj(U)@dU@inv(U)",
        r"d\operatorname{adj}U=\operatorname{adj}U\operatorname{tr}(U^{-1}dU)-\operatorname{adj}U\,(dU)\,U^{-1}",
        "Magnus & Neudecker (2007), section 8.6"),
)  # fmt: skip
