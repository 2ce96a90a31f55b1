"""Identities of matrix calculus, each with its source, and what gradcli answers.

Source | command | function | declarations | by | answer. Where no book is named, the function is the usual one of
that name.
The numbers in brackets after Matrix Cookbook are those of its equations (version of 2012).
"""
# ruff: noqa: E501

TABLE = """
Matrix Cookbook (49) | grad | det(X) | X: n,n | X | det(X)*inv(X).T
Matrix Cookbook (50) | grad | det(A@X@B) | A: n,n; X: n,n; B: n,n | X | det(A@X@B)*inv(X).T
Matrix Cookbook (51) | grad | det(X.T@X) | X: m,n | X | 2*det(X.T@X)*X@inv(X.T@X)
Matrix Cookbook (52) | grad | det(X.T@A@X) | X: m,n; A: m,m | X | det(X.T@A@X)*(A@X@inv(X.T@A@X) + A.T@X@inv(X.T@A@X).T)
Matrix Cookbook (53) | grad | log(det(X.T@X)) | X: m,n | X | 2*X@inv(X.T@X)
Matrix Cookbook (57) | grad | logdet(X) | X: n,n | X | inv(X).T
Matrix Cookbook (58) | grad | det(X)**3 | X: n,n | X | 3*det(X)**3*inv(X).T
Matrix Cookbook (58) | grad | det(X@X) | X: n,n | X | 2*det(X@X)*inv(X).T
Matrix Cookbook (60) | grad | logdet(A@X@B) | A: n,n; X: n,n; B: n,n | X | inv(X).T
Matrix Cookbook (61) | grad | a.T@inv(X)@b | a: n; X: n,n; b: n | X | -inv(X).T@a@b.T@inv(X).T
Matrix Cookbook (62) | grad | det(inv(X)) | X: n,n | X | -inv(X).T/det(X)
Matrix Cookbook (63) | grad | tr(A@inv(X)@B) | A: p,n; X: n,n; B: n,p | X | -(inv(X)@B@A@inv(X)).T
Matrix Cookbook (64) | grad | tr(inv(X+A)) | X: n,n; A: n,n | X | -inv(X + A).T@inv(X + A).T
Matrix Cookbook (69) | grad | x.T@a | x: n; a: n | x | a
Matrix Cookbook (70) | grad | a.T@X@b | a: m; X: m,n; b: n | X | a@b.T
Matrix Cookbook (71) | grad | a.T@X.T@b | a: n; X: m,n; b: m | X | b@a.T
Matrix Cookbook (72) | grad | a.T@X@a | a: n; X: n,n | X | a@a.T
Matrix Cookbook (76) | grad | sum(X@X.T) | X: m,n | X | 2*ones(m, m)@X
sums of rows | grad | sum(X@ones(n))**2 | X: m,n | X | 2*sum(X)*ones(m, n)
Matrix Cookbook (77) | grad | b.T@X.T@X@c | b: n; X: m,n; c: n | X | X@(c@b.T + b@c.T)
Matrix Cookbook (78) | grad | (B@x+b).T@C@(D@x+d) | B: m,n; x: n; b: m; C: m,p; D: p,n; d: p | x | D.T@C.T@(B@x + b) + B.T@C@(D@x + d)
Matrix Cookbook (79) | grad | tr(X.T@B@X) | X: n,p; B: n,n | X | (B.T + B)@X
Matrix Cookbook (81) | grad | x.T@B@x | x: n; B: n,n | x | (B.T + B)@x
Matrix Cookbook (82) | grad | b.T@X.T@D@X@c | b: n; X: m,n; D: m,m; c: n | X | D@X@c@b.T + D.T@X@b@c.T
Matrix Cookbook (83) | grad | (X@b+c).T@D@(X@b+c) | X: m,n; b: n; c: m; D: m,m | X | (D.T + D)@(X@b + c)@b.T
Matrix Cookbook (84) | grad | (x-A@s).T@W@(x-A@s) | x: m; A: m,n; s: n; W: m,m symmetric | s | -2*A.T@W@(x - A@s)
Matrix Cookbook (85) | grad | (x-s).T@W@(x-s) | x: n; s: n; W: n,n symmetric | x | 2*W@(x - s)
Matrix Cookbook (86) | grad | (x-s).T@W@(x-s) | x: n; s: n; W: n,n symmetric | s | -2*W@(x - s)
Matrix Cookbook (88) | grad | (x-A@s).T@W@(x-A@s) | x: m; A: m,n; s: n; W: m,m symmetric | A | -2*W@(x - A@s)@s.T
Matrix Cookbook (97) | grad | x.T@A@x+b.T@x | x: n; A: n,n; b: n | x | b + (A.T + A)@x
Matrix Cookbook (98) | hessian | x.T@A@x+b.T@x | x: n; A: n,n; b: n | x | A.T + A
Matrix Cookbook (99) | grad | tr(X) | X: n,n | X | eye(n)
Matrix Cookbook (100) | grad | tr(X@A) | X: m,n; A: n,m | X | A.T
Matrix Cookbook (101) | grad | tr(A@X@B) | A: p,m; X: m,n; B: n,p | X | A.T@B.T
Matrix Cookbook (102) | grad | tr(A@X.T@B) | A: p,n; X: m,n; B: m,p | X | B@A
Matrix Cookbook (103) | grad | tr(X.T@A) | X: m,n; A: m,n | X | A
Matrix Cookbook (104) | grad | tr(A@X.T) | X: m,n; A: m,n | X | A
Matrix Cookbook (105) | grad | tr(kron(A,X)) | A: p,p; X: n,n | X | tr(A)*eye(n)
Matrix Cookbook (106) | grad | tr(X@X) | X: n,n | X | 2*X.T
Matrix Cookbook (107) | grad | tr(X@X@B) | X: n,n; B: n,n | X | (X@B + B@X).T
Matrix Cookbook (108) | grad | tr(X.T@B@X) | X: n,p; B: n,n | X | (B.T + B)@X
Matrix Cookbook (109) | grad | tr(B@X@X.T) | X: n,p; B: n,n | X | (B + B.T)@X
Matrix Cookbook (111) | grad | tr(X@B@X.T) | X: m,n; B: n,n | X | X@(B + B.T)
Matrix Cookbook (114) | grad | tr(A@X@B@X) | A: n,m; X: m,n; B: n,m | X | (A@X@B + B@X@A).T
Matrix Cookbook (115) | grad | tr(X.T@X) | X: m,n | X | 2*X
Matrix Cookbook (116) | grad | tr(B.T@X.T@C@X@B) | B: n,p; X: m,n; C: m,m | X | (C + C.T)@X@B@B.T
Matrix Cookbook (117) | grad | tr(X.T@B@X@C) | X: m,n; B: m,m; C: n,n | X | B.T@X@C.T + B@X@C
Matrix Cookbook (118) | grad | tr(A@X@B@X.T@C) | A: p,m; X: m,n; B: n,n; C: m,p | X | A.T@C.T@X@B.T + C@A@X@B
Matrix Cookbook (119) | grad | tr((A@X@B+C)@(A@X@B+C).T) | A: p,m; X: m,n; B: n,q; C: p,q | X | 2*A.T@(A@X@B + C)@B.T
Matrix Cookbook (120) | grad | tr(kron(X,X)) | X: n,n | X | 2*tr(X)*eye(n)
Matrix Cookbook (121) | grad | tr(X@X@X) | X: n,n | X | 3*X.T@X.T
Matrix Cookbook (122) | grad | tr(A@X@X@X) | A: n,n; X: n,n | X | (X@X@A + (A@X + X@A)@X).T
Matrix Cookbook (124) | grad | tr(A@inv(X)@B) | A: n,n; X: n,n; B: n,n | X | -(inv(X)@B@A@inv(X)).T
Matrix Cookbook (125) | grad | tr(inv(X.T@C@X)@A) | X: m,n; C: m,m symmetric; A: n,n | X | -C@X@inv(X.T@C@X)@(A + A.T)@inv(X.T@C@X)
Matrix Cookbook (126) | grad | tr(inv(X.T@C@X)@(X.T@B@X)) | X: m,n; C: m,m symmetric; B: m,m symmetric | X | 2*(eye(m) - C@X@inv(X.T@C@X)@X.T)@B@X@inv(X.T@C@X)
Matrix Cookbook (129) | grad | norm(x-a) | x: n; a: n | x | (x - a)/norm(x - a)
Matrix Cookbook (130) | jacobian | (x-a)/norm(x-a) | x: n; a: n | x | eye(n)/norm(x - a) - (x - a)@(x - a).T/norm(x - a)**3
Matrix Cookbook (131) | grad | norm(x)**2 | x: n | x | 2*x
Matrix Cookbook (132) | grad | norm(X,"fro")**2 | X: m,n | X | 2*X
Magnus & Neudecker 9.9 | grad | logdet(X.T@X) | X: m,n | X | 2*X@inv(X.T@X)
Magnus & Neudecker 9.9 | grad | logdet(A+X) | A: n,n; X: n,n | X | inv(A + X).T
Magnus & Neudecker 9.10 | jacobian | A@X@B | A: p,m; X: m,n; B: n,q | X | kron(B.T, A)
Magnus & Neudecker 9.13 | jacobian | X@X | X: n,n | X | kron(X.T, eye(n)) + kron(eye(n), X)
Magnus & Neudecker 9.13 | jacobian | X.T | X: m,n | X | commutation(m, n)
Magnus & Neudecker 9.13 | jacobian | inv(X) | X: n,n | X | -kron(inv(X).T, inv(X))
Magnus & Neudecker 9.13 | jacobian | X.T@X | X: m,n | X | kron(X.T, eye(n))@commutation(m, n) + kron(eye(n), X.T)
Magnus & Neudecker 9.14 | jacobian | A*X | A: m,n; X: m,n | X | diag(vec(A))
Magnus & Neudecker 9.14 | jacobian | exp(X) | X: m,n | X | diag(vec(exp(X)))
Magnus & Neudecker 10.6 | hessian | tr(X@X) | X: n,n | X | 2*commutation(n, n)
Magnus & Neudecker 10.6 | hessian | tr(X.T@B@X) | X: n,p; B: n,n | X | kron(eye(p), B.T + B)
Magnus & Neudecker 10.6 | hessian | norm(X)**2 | X: m,n | X | 2*eye(m*n)
Magnus & Neudecker 10.6 | hessian | a.T@X@X.T@a | a: m; X: m,n | X | 2*kron(eye(n), a@a.T)
Magnus & Neudecker 9.6 | jacobian | A@x+b | A: m,n; x: n; b: m | x | A
Magnus & Neudecker 9.6 | jacobian | (x.T@x)*x | x: n | x | 2*x@x.T + norm(x)**2*eye(n)
Magnus & Neudecker 9.6 | jacobian | (a.T@x)*x | a: n; x: n | x | x@a.T + a.T@x*eye(n)
Magnus & Neudecker 9.6 | jacobian | x@x.T@a | x: n; a: n | x | x@a.T + x.T@a*eye(n)
Magnus & Neudecker 9.6 | jacobian | x.T@A | x: n; A: n,m | x | A.T
Magnus & Neudecker 9.6 | jacobian | sin(A@x)*(B@x) | A: m,n; B: m,n; x: n | x | diag(B@x*cos(A@x))@A + diag(sin(A@x))@B
Giles 2.2 | grad | norm(inv(A)@b)**2 | A: n,n; b: n | A | -2*inv(A).T@inv(A)@b@b.T@inv(A).T
Giles 2.3 | grad | tr(W.T@inv(A)@B) | W: n,p; A: n,n; B: n,p | B | inv(A).T@W
Giles 2.2 | grad | b.T@inv(A)@b | A: n,n; b: n | b | (inv(A).T + inv(A))@b
Giles 2.2 | grad | tr(W.T@solve(A,B)) | W: n,p; A: n,n; B: n,p | A | -inv(A).T@W@B.T@inv(A).T
Dive into Deep Learning 2.4 | grad | norm(x)**2 | x: n | x | 2*x
Dive into Deep Learning 2.4 | grad | x.T@A@x | x: n; A: n,n | x | (A.T + A)@x
Dive into Deep Learning 2.4 | jacobian | A@x | A: m,n; x: n | x | A
Dive into Deep Learning 2.4 | jacobian | x.T@A | x: n; A: n,m | x | A.T
Dive into Deep Learning 22.4 | grad | norm(X-U@V)**2 | X: m,n; U: m,p; V: p,n | V | -2*U.T@(X - U@V)
Dive into Deep Learning 22.4 | grad | norm(X-U@V)**2 | X: m,n; U: m,p; V: p,n | U | -2*(X - U@V)@V.T
Dive into Deep Learning 3.1 | grad | norm(X@w+c*ones(m)-y)**2/m | X: m,n; w: n; y: m | c | 2*(c*m + sum(X@w - y))/m
Dive into Deep Learning 3.1 | grad | norm(X@w-y)**2/(2*m) | X: m,n; w: n; y: m | w | X.T@(X@w - y)/m
Dive into Deep Learning 4.1 | grad | logsumexp(o)-y.T@o | o: n; y: n | o | softmax(o) - y
Dive into Deep Learning 4.1 | grad | -sum(y*log(softmax(o))) | o: n; y: n | o | sum(y)*softmax(o) - y
Dive into Deep Learning 4.1 | grad | -log(softmax(o)[0]) | o: n | o | softmax(o) - eye(n)[0].T
Dive into Deep Learning 4.1 | grad | -y.T@log_softmax(W@x+b) | W: k,n; x: n; b: k; y: k | W | (sum(y)*softmax(W@x + b) - y)@x.T
Dive into Deep Learning 5.3 | grad | norm(W2@relu(W1@x))**2 | W1: k,n; W2: m,k; x: n | W1 | 2*(W2.T@W2@relu(W1@x)*where(W1@x > 0, 1, 0))@x.T
least squares | grad | norm(A@x-b)**2 | A: m,n; x: n; b: m | x | 2*A.T@(A@x - b)
least squares | grad | norm(A@x-b)**2 | A: m,n; x: n; b: m | A | 2*(A@x - b)@x.T
least squares | grad | norm(A@x-b)**2 | A: m,n; x: n; b: m | b | 2*(b - A@x)
least squares | grad | norm(A@x-b) | A: m,n; x: n; b: m | x | A.T@(A@x - b)/norm(A@x - b)
least squares | hessian | norm(A@x-b)**2 | A: m,n; x: n; b: m | x | 2*A.T@A
weighted least squares | grad | sum(w*(A@x-b)**2) | A: m,n; x: n; b: m; w: m | x | 2*A.T@(w*(A@x - b))
weighted least squares | hessian | sum(w*(A@x-b)**2) | A: m,n; x: n; b: m; w: m | x | 2*A.T@diag(w)@A
Tikhonov | grad | norm(A@x-b)**2+lam*norm(L@x)**2 | A: m,n; x: n; b: m; L: p,n | x | 2*lam*L.T@L@x + 2*A.T@(A@x - b)
ridge | grad | norm(X@w-y)**2+lam*norm(w)**2 | X: m,n; w: n; y: m | w | 2*lam*w + 2*X.T@(X@w - y)
ridge | hessian | norm(X@w-y)**2+lam*norm(w)**2 | X: m,n; w: n; y: m | w | 2*X.T@X + 2*lam*eye(n)
lasso | grad | norm(X@w-y)**2/2+lam*norm(w,1) | X: m,n; w: n; y: m | w | lam*sign(w) + X.T@(X@w - y)
elastic net | grad | norm(X@w-y)**2/(2*m)+a*norm(w,1)+b*norm(w)**2/2 | X: m,n; w: n; y: m | w | b*w + X.T@(X@w - y)/m + a*sign(w)
logistic | grad | sum(log(1+exp(-y*(X@w)))) | X: m,n; w: n; y: m | w | -X.T@(y*sigmoid(-y*(X@w)))
logistic | hessian | sum(log(1+exp(-y*(X@w)))) | X: m,n; w: n; y: m | w | X.T@diag(y**2*sigmoid(-y*(X@w))*sigmoid(y*(X@w)))@X
logistic 0/1 | grad | -sum(y*log(sigmoid(X@w))+(1-y)*log(1-sigmoid(X@w))) | X: m,n; w: n; y: m | w | X.T@(sigmoid(X@w) - y)
logistic 0/1 | grad | sum(softplus(X@w)-y*(X@w)) | X: m,n; w: n; y: m | w | X.T@(sigmoid(X@w) - y)
Poisson | grad | sum(exp(X@w)-y*(X@w)) | X: m,n; w: n; y: m | w | X.T@(exp(X@w) - y)
Poisson | hessian | sum(exp(X@w)-y*(X@w)) | X: m,n; w: n; y: m | w | X.T@diag(exp(X@w))@X
hinge | grad | sum(relu(1-y*(X@w))) | X: m,n; w: n; y: m | w | -X.T@(y*where(1 - y*(X@w) > 0, 1, 0))
squared hinge | grad | sum(max(0,1-y*(X@w))**2) | X: m,n; w: n; y: m | w | -2*X.T@(y*max(0, 1 - y*(X@w)))
Huber | grad | sum(where(abs(X@w-y)<d,(X@w-y)**2/2,d*abs(X@w-y)-d**2/2)) | X: m,n; w: n; y: m | w | X.T@where(abs(X@w - y) < d, X@w - y, d*sign(X@w - y))
log-cosh | grad | sum(log(cosh(X@w-y))) | X: m,n; w: n; y: m | w | X.T@tanh(X@w - y)
Cauchy | grad | sum(log(1+(X@w-y)**2)) | X: m,n; w: n; y: m | w | 2*X.T@((X@w - y)/((X@w - y)**2 + 1))
Charbonnier | grad | sum(sqrt((X@w-y)**2+c**2)) | X: m,n; w: n; y: m | w | X.T@((X@w - y)/sqrt((X@w - y)**2 + c**2))
quantile | grad | sum(where(X@w-y>0,q*(X@w-y),(q-1)*(X@w-y))) | X: m,n; w: n; y: m | w | X.T@where(X@w - y > 0, q, q - 1)
entropy | grad | -sum(p*log(p)) | p: n | p | -log(p) - 1
entropy | hessian | -sum(p*log(p)) | p: n | p | -diag(1/p)
KL | grad | sum(p*log(p/q)) | p: n; q: n | p | log(p/q) + 1
KL | grad | sum(p*log(p/q)) | p: n; q: n | q | -p/q
Gaussian NLL | grad | 0.5*logdet(S)+0.5*(x-mu).T@inv(S)@(x-mu) | S: n,n symmetric; x: n; mu: n | mu | inv(S)@(mu - x)
Gaussian NLL | grad | 0.5*logdet(S)+0.5*(x-mu).T@inv(S)@(x-mu) | S: n,n symmetric; x: n; mu: n | S | 0.5*inv(S) - 0.5*inv(S)@(x - mu)@(x - mu).T@inv(S)
Gaussian NLL | grad | logdet(S)+(x-mu).T@inv(S)@(x-mu) | S: n,n; x: n; mu: n | S | (inv(S) - inv(S)@(x - mu)@(x - mu).T@inv(S)).T
Gaussian precision | grad | tr(P@C)-logdet(P) | P: n,n symmetric; C: n,n symmetric | P | C - inv(P)
Gaussian NLL | hessian | 0.5*(x-mu).T@inv(S)@(x-mu) | S: n,n symmetric; x: n; mu: n | x | inv(S)
Wishart | grad | (v-p-1)/2*logdet(X)-tr(inv(V)@X)/2 | X: p,p symmetric; V: p,p symmetric | X | -inv(V)/2 - (p - v + 1)*inv(X)/2
Mahalanobis | grad | sqrt(x.T@S@x) | x: n; S: n,n symmetric | x | S@x/sqrt(x.T@S@x)
PCA | grad | tr(W.T@S@W) | W: n,p; S: n,n symmetric | W | 2*S@W
PCA | grad | norm(X-X@W@W.T)**2 | X: m,n; W: n,p | W | -2*(X.T@(X - X@W@W.T) + (X - X@W@W.T).T@X)@W
Rayleigh | grad | x.T@S@x/(x.T@x) | x: n; S: n,n symmetric | x | 2*(S@x - x.T@S@x*x/norm(x)**2)/norm(x)**2
Procrustes | grad | norm(A@R-B)**2 | A: m,n; R: n,n; B: m,n | R | 2*A.T@(A@R - B)
factor analysis | grad | logdet(W@W.T+diag(d)) | W: n,p; d: n | W | 2*inv(W@W.T + diag(d))@W
factor analysis | grad | logdet(W@W.T+diag(d)) | W: n,p; d: n | d | diag(inv(W@W.T + diag(d)))
matrix factorisation | grad | norm(X-U@V.T)**2+lam*(norm(U)**2+norm(V)**2) | X: m,n; U: m,p; V: n,p | U | 2*lam*U - 2*(X - U@V.T)@V
matrix factorisation | grad | norm(X-U@V.T)**2+lam*(norm(U)**2+norm(V)**2) | X: m,n; U: m,p; V: n,p | V | 2*lam*V - 2*(X.T - V@U.T)@U
masked factorisation | grad | norm(M*(X-U@V))**2 | M: m,n; X: m,n; U: m,p; V: p,n | U | -2*(M**2*(X - U@V))@V.T
NMF KL | grad | sum(U@V-X*log(U@V)) | X: m,n; U: m,p; V: p,n | V | U.T@(1 - X/(U@V))
kernel ridge | grad | norm(K@a-y)**2+lam*a.T@K@a | K: n,n symmetric; a: n; y: n | a | 2*K@(K@a - y + lam*a)
GP | grad | y.T@inv(K+s*eye(n))@y+logdet(K+s*eye(n)) | K: n,n symmetric; y: n | K | inv(K + s*eye(n))@(eye(n) - y@y.T@inv(K + s*eye(n)))
GP | grad | y.T@inv(K+s*eye(n))@y+logdet(K+s*eye(n)) | K: n,n symmetric; y: n | s | tr(inv(K + s*eye(n))@(eye(n) - y@y.T@inv(K + s*eye(n))))
Laplacian | grad | tr(F.T@L@F) | F: n,p; L: n,n symmetric | F | 2*L@F
metric learning | grad | (x-y).T@L.T@L@(x-y) | x: n; y: n; L: p,n | L | 2*L@(x - y)@(x - y).T
attention | grad | v.T@softmax(K@q) | v: m; K: m,n; q: n | q | K.T@((v - softmax(K@q).T@v)*softmax(K@q))
attention | grad | v.T@softmax(K@q) | v: m; K: m,n; q: n | K | (v - softmax(K@q).T@v)*softmax(K@q)@q.T
attention | jacobian | V.T@softmax(K@q) | V: m,p; K: m,n; q: n | q | V.T@(diag(softmax(K@q)) - softmax(K@q)@softmax(K@q).T)@K
InfoNCE | grad | logsumexp(K@q/t)-c.T@q/t | K: m,n; q: n; c: n | q | K.T@softmax(K@q/t)/t - c/t
cosine | grad | x.T@y/(norm(x)*norm(y)) | x: n; y: n | x | (y - x.T@y*x/norm(x)**2)/(norm(x)*norm(y))
MLP | grad | norm(W2@tanh(W1@x+b1)+b2-y)**2 | W1: k,n; b1: k; W2: m,k; b2: m; x: n; y: m | W1 | 2*((1 - tanh(W1@x + b1)**2)*(W2.T@(W2@tanh(W1@x + b1) + b2 - y)))@x.T
MLP | grad | norm(W2@tanh(W1@x+b1)+b2-y)**2 | W1: k,n; b1: k; W2: m,k; b2: m; x: n; y: m | b1 | 2*(1 - tanh(W1@x + b1)**2)*(W2.T@(W2@tanh(W1@x + b1) + b2 - y))
MLP | grad | norm(W2@tanh(W1@x+b1)+b2-y)**2 | W1: k,n; b1: k; W2: m,k; b2: m; x: n; y: m | W2 | 2*(W2@tanh(W1@x + b1) + b2 - y)@tanh(W1@x + b1).T
MLP | grad | norm(W2@tanh(W1@x+b1)+b2-y)**2 | W1: k,n; b1: k; W2: m,k; b2: m; x: n; y: m | b2 | 2*(W2@tanh(W1@x + b1) + b2 - y)
batch MLP | grad | norm(tanh(X@W+ones(m)@b.T)@v-y)**2 | X: m,n; W: n,k; b: k; v: k; y: m | W | 2*X.T@((1 - tanh(X@W + b.T)**2)*((tanh(X@W + b.T)@v - y)@v.T))
batch MLP | grad | norm(tanh(X@W+b.T)@v-y)**2 | X: m,n; W: n,k; b: k; v: k; y: m | b | 2*((1 - tanh(X@W + b.T).T**2)*(v@(tanh(X@W + b.T)@v - y).T))@ones(m)
softmax regression | grad | sum(logsumexp(X@W,axis=1))-sum(Y*(X@W)) | X: m,n; W: n,k; Y: m,k | W | X.T@(softmax(X@W, axis=1) - Y)
softmax regression | grad | -sum(Y*log_softmax(X@W,axis=1)) | X: m,n; W: n,k; Y: m,k | W | X.T@(diag(Y@ones(k))@softmax(X@W, axis=1) - Y)
sharpe | grad | mu.T@w/sqrt(w.T@S@w) | mu: n; w: n; S: n,n symmetric | w | (mu - mu.T@w*S@w/(w.T@S@w))/sqrt(w.T@S@w)
CCA | grad | tr(A.T@C@B) | A: m,p; C: m,n; B: n,p | A | C@B
Barrier | grad | -sum(log(b-A@x)) | A: m,n; b: m; x: n | x | A.T@(1/(b - A@x))
Barrier | hessian | -sum(log(b-A@x)) | A: m,n; b: m; x: n | x | A.T@diag(1/(b - A@x)**2)@A
log-sum-exp | hessian | logsumexp(x) | x: n | x | diag(softmax(x)) - softmax(x)@softmax(x).T
log-sum-exp | hessian | logsumexp(A@x) | A: m,n; x: n | x | A.T@(diag(softmax(A@x)) - softmax(A@x)@softmax(A@x).T)@A
softmax | jacobian | softmax(x) | x: n | x | diag(softmax(x)) - softmax(x)@softmax(x).T
softmax | jacobian | log_softmax(x) | x: n | x | eye(n) - ones(n)@softmax(x).T
softmax | jacobian | exp(x)/sum(exp(x)) | x: n | x | diag(softmax(x)) - softmax(x)@softmax(x).T
normalise | jacobian | x/norm(x) | x: n | x | eye(n)/norm(x) - x@x.T/norm(x)**3
normalise | jacobian | x/sum(x) | x: n | x | eye(n)/sum(x) - x@ones(n).T/sum(x)**2
Householder | jacobian | x-2*(v.T@x)*v | x: n; v: n | v | -2*(v@x.T + v.T@x*eye(n))
layer | jacobian | sigmoid(W@x+b) | W: m,n; x: n; b: m | x | diag((1 - sigmoid(W@x + b))*sigmoid(W@x + b))@W
layer | jacobian | relu(W@x+b) | W: m,n; x: n; b: m | x | diag(where(W@x + b > 0, 1, 0))@W
two layers | jacobian | W2@tanh(W1@x+b) | W1: k,n; W2: m,k; x: n; b: k | x | W2@diag(1 - tanh(W1@x + b)**2)@W1
centring | jacobian | x-mean(x) | x: n | x | eye(n) - 1/n
mean | grad | mean(x) | x: n | x | ones(n)/n
variance | grad | var(x) | x: n | x | 2*(x - mean(x))/n
standard deviation | grad | std(x) | x: n | x | (x - mean(x))/(n*std(x))
product | grad | prod(x) | x: n | x | prod(x)/x
maximum | grad | max(x) | x: n | x | where(x == max(x), 1, 0)
cumulative | grad | a.T@cumsum(x) | a: n; x: n | x | a + sum(a) - cumsum(a)
first entry | grad | x[0]**2+x[1]*x[2] | x: 3 | x | [2*x[0], x[2], x[1]]
slice | grad | norm(x[1:]-x[:-1])**2 | x: n | x | -2*(eye(n)[:,:-1] - eye(n)[:,1:])@(x[1:] - x[:-1])
column | grad | norm(X[:,0])**2 | X: m,n | X | 2*X[:,0]@eye(n)[0]
column by row | grad | y.T@A@X[0].T | y: n; A: n,n; X: n,n | A | outer(y, X[0])
entry | grad | X[0,1]*det(X) | X: n,n | X | det(X)*(outer(eye(n)[0], eye(n)[1]) + X[0,1]*inv(X).T)
concatenation | grad | a.T@concat(x,2*x) | x: 3; a: 6 | x | a[:3] + 2*a[3:]
cross | grad | a.T@cross(x,b) | a: 3; x: 3; b: 3 | x | cross(b, a)
triple product | grad | u.T@cross(w,v) | u: 3; v: 3; w: 3 | v | cross(u, w)
angular momentum | grad | norm(cross(w,v)-u)**2 | u: 3; v: 3; w: 3 | w | 2*cross(v, cross(w, v) - u)
cross | jacobian | cross(w,v) | v: 3; w: 3 | v | [[0, -w[2], w[1]], [w[2], 0, -w[0]], [-w[1], w[0], 0]]
cross | jacobian | cross(w,v) | v: 3; w: 3 | w | [[0, v[2], -v[1]], [-v[2], 0, v[0]], [v[1], -v[0], 0]]
unit quaternion | grad | (q[0]**2+q[1]**2+q[2]**2+q[3]**2-1)**2 | q: 4 | q | 4*(q[0]**2 - 1 + q[1]**2 + q[2]**2 + q[3]**2)*q
entries | hessian | x[0]**2*x[1] | x: 2 | x | [[2*x[1], 2*x[0]], [2*x[0], 0]]
rotation | jacobian | A@[cos(t),sin(t)] | A: m,2 | t | A@[-sin(t), cos(t)]
list | grad | norm([s,t]-c)**2 | c: 2; s: scalar; t: scalar | c | 2*(c - [s, t])
stack | grad | norm(concat(x,y))**2 | x: m; y: n | x | 2*x
stack | grad | sum(exp(2*concat(x,y))) | x: m; y: n | y | 2*exp(2*y)
matrix determinant lemma | grad | det(eye(n)+u@v.T) | u: n; v: n | u | v
planar flow | grad | logdet(eye(n)+2*u@v.T) | u: n; v: n | u | 2*v/(1 + 2*(v.T@u))
trace of the spectrum | grad | sum(eigvalsh(X)) | X: n,n | X | eye(n)
square of the spectrum | grad | sum(eigvalsh(X)**2) | X: n,n symmetric | X | 2*X
log of the spectrum | grad | sum(log(eigvalsh(X))) | X: n,n symmetric | X | inv(X)
product of the spectrum | grad | prod(eigvalsh(X)) | X: n,n symmetric | X | det(X)*inv(X)
exponentials of the spectrum | grad | sum(exp(eigvalsh(X))) | X: n,n symmetric | X | expm(X)
greatest eigenvalue | grad | max(eigvalsh(X)) | X: n,n symmetric | X | outer(eigvecsh(X)[:,-1], eigvecsh(X).T[-1])
singular values | grad | sum(svdvals(X)**2) | X: 4,3 | X | 2*X
singular values | grad | max(svdvals(X)) | X: 4,3 | X | leftsv(X)@rightsv(X).T
square root | grad | tr(sqrtm(X)) | X: n,n symmetric | X | inv(sqrtm(X))/2
linear system in time | jacobian | expm(t*A)@x | A: n,n; x: n | t | A@expm(t*A)@x
triplet | grad | max(0,norm(z-a)**2-norm(z-b)**2+t) | z: n; a: n; b: n | z | where(0 >= norm(z - a)**2 - norm(z - b)**2 + t, 0, 2*(b - a))
transposed product | jacobian | X.T@a | X: m,n; a: m | X | kron(eye(n), a.T)
gate | jacobian | (1-z)*h+z*tanh(W@h) | z: n; h: n; W: n,n | z | diag(tanh(W@h) - h)
potentials | grad | sum(exp(f@ones(n).T+ones(m)@g.T-C)) | f: m; g: n; C: m,n | f | exp(f - C + g.T)@ones(n)
PPCA | grad | logdet(W@W.T+s*eye(m))+tr(inv(W@W.T+s*eye(m))@C) | W: m,k; C: m,m symmetric; s: scalar | W | (inv(W@W.T + s*eye(m))@(eye(m) - C@inv(W@W.T + s*eye(m))) + (eye(m) - inv(W@W.T + s*eye(m))@C)@inv(W@W.T + s*eye(m)))@W
projected twice | grad | tr((eye(n)-X@Y)@X@Y) | X: n,n; Y: n,n | X | (eye(n) - 2*X@Y).T@Y.T
repeated rows | grad | sum(ones(k)@x.T) | x: n | x | k*ones(n)
repeated columns | grad | sum(X@ones(m)@ones(k).T) | X: n,m | X | k*ones(n, m)
ones before | grad | sum(ones(n)@ones(n).T@X) | X: n,m | X | n*ones(n, m)
log of a size | grad | log(abs(1+a.T@x)) | a: n; x: n | x | a/(1 + a.T@x)
cubic form | hessian | sum(x**3) | x: n | x | 6*diag(x)
squared form | hessian | (x.T@A@x)**2 | x: n; A: n,n symmetric | x | 4*(2*A@x@x.T@A + x.T@A@x*A)
linear squared | hessian | (a.T@x)**2 | a: n; x: n | x | 2*a@a.T
MLP | hessian | norm(tanh(A@x)-y)**2 | A: m,n; x: n; y: m | x | 2*A.T@diag((1 - tanh(A@x)**2)*(1 - tanh(A@x)**2 - 2*(tanh(A@x) - y)*tanh(A@x)))@A
norm | hessian | norm(x) | x: n | x | eye(n)/norm(x) - x@x.T/norm(x)**3
sigmoid | hessian | sigmoid(a.T@x) | a: n; x: n | x | ((1 - sigmoid(a.T@x))**2*sigmoid(a.T@x) - (1 - sigmoid(a.T@x))*sigmoid(a.T@x)**2)*a@a.T
by a scalar | jacobian | exp(t*a) | a: n | t | a*exp(t*a)
by a scalar | jacobian | inv(A+t*B) | A: n,n; B: n,n | t | -inv(A + t*B)@B@inv(A + t*B)
by a scalar | jacobian | (A+t*B)*(C+t*D) | A: m,n; B: m,n; C: m,n; D: m,n | t | D*(A + t*B) + B*(C + t*D)
by a scalar | grad | logdet(A+t*B) | A: n,n; B: n,n | t | tr(B@inv(A + t*B))
by a scalar | jacobian | kron(A+t*B,C) | A: p,p; B: p,p; C: n,q | t | kron(B, C)
trace kron | grad | tr(kron(A,X)@kron(B,C)) | A: p,p; B: p,p; X: n,n; C: n,n | X | tr(A@B)*C.T
diag | grad | a.T@diag(x)@b | a: n; x: n; b: n | x | a*b
diag | grad | norm(diag(x)@A)**2 | x: m; A: m,n | x | 2*x*diag(A@A.T)
diag | grad | sum(diag(X)**2) | X: n,n | X | 2*diag(diag(X))
diag | grad | tr(A@diag(x)@B) | A: p,n; x: n; B: n,p | x | diag(B@A)
row sums | grad | norm(sum(X,axis=1))**2 | X: m,n | X | 2*X@ones(n, n)
column means | grad | norm(mean(X,axis=0))**2 | X: m,n | X | 2*ones(m, m)@X/m**2
row softmax | grad | sum(A*softmax(X,axis=1)) | A: m,n; X: m,n | X | (A - A*softmax(X, axis=1)@ones(n))*softmax(X, axis=1)
SimCLR | grad | sum(logsumexp(X@X.T,axis=1)) | X: m,n | X | (softmax(X@X.T, axis=1) + softmax(X@X.T, axis=0))@X
RBF | grad | exp(-norm(x-y)**2/(2*s**2)) | x: n; y: n | x | exp(-norm(x - y)**2/(2*s**2))*(y - x)/s**2
RBF | hessian | exp(-norm(x)**2/2) | x: n | x | exp(-norm(x)**2/2)*(x@x.T - eye(n))
geometric mean | grad | exp(mean(log(x))) | x: n | x | exp(mean(log(x)))/(n*x)
p-norm | grad | sum(abs(x)**p)**(1/p) | x: n | x | sum(abs(x)**p)**(1/p - 1)*abs(x)**(p - 1)*sign(x)
greatest | grad | max(max(X),t)**2 | X: m,n; t: scalar | t | where(max(X) >= t, 0, 2*max(max(X), t))
greatest rows | grad | sum(max(max(X,axis=0),r)**2) | X: m,n; r: 1,n | r | 2*max(max(X, axis=0), r)*where(max(X, axis=0) >= r, 0, 1)
neighbours | hessian | sum(x[1:]*x[:-1]) | x: n | x | eye(n)[:,:-1]@eye(n)[1:,:] + eye(n)[:,1:]@eye(n)[:-1,:]
greatest eigenvalue | grad | eigvalsh(X@X.T)[-1] | X: m,n | X | 2*outer(eigvecsh(X@X.T)[:,-1], eigvecsh(X@X.T).T[-1])@X
a row of the whole | grad | sum((outer(w,X[0])@B)**2)/2 | w: m; X: n,n; B: n,n | w | norm(X[0]@B)**2*w
"""
