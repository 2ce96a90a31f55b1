"""Loss functions as programmers write them, each with its plain text and the sizes of its arrays; judged by hand."""

from __future__ import annotations

from typing import Final, NamedTuple


class Loss(NamedTuple):
    """A loss as it is written, what it is, and the sizes of its variables: () for a number, (3,), (4, 3)."""

    language: str
    written: str
    plain: str
    sizes: dict[str, tuple[int, ...]]


DATA: Final = {"X": (4, 3), "w": (3,), "y": (4,)}
PAIR: Final = {"y": (4,), "p": (4,)}
LOSSES: Final = tuple(
    Loss(*row)
    for row in (
        ("NumPy", "np.mean((y - p)**2)", "mean((y - p)**2)", PAIR),
        ("NumPy", "np.sum(np.abs(y - p))", "sum(abs(y - p))", PAIR),
        ("NumPy", "0.5 * np.sum((X @ w - y)**2)", "sum((X@w - y)**2)/2", DATA),
        ("NumPy", "np.linalg.norm(X.dot(w) - y)**2 + 0.1*np.linalg.norm(w, 1)",
         "norm(X@w - y)**2 + 0.1*norm(w, 1)", DATA),
        ("NumPy", "-np.mean(y*np.log(p) + (1-y)*np.log(1-p))", "-mean(y*log(p) + (1 - y)*log(1 - p))", PAIR),
        ("NumPy", "np.mean(np.maximum(0, 1 - y*X.dot(w)))", "mean(max(0, 1 - y*(X@w)))", DATA),
        ("NumPy", "np.log(np.sum(np.exp(p))) - np.dot(y, p)", "log(sum(exp(p))) - dot(y, p)", PAIR),
        ("NumPy", "np.sum(p * np.log(p / y))", "sum(p*log(p/y))", PAIR),
        ("NumPy", "np.sqrt(np.mean(np.square(np.log1p(y) - np.log1p(p))))",
         "sqrt(mean((log1p(y) - log1p(p))**2))", PAIR),
        ("NumPy", "np.mean(np.where(np.abs(y-p) < 1, 0.5*(y-p)**2, np.abs(y-p) - 0.5))",
         "mean(where(abs(y - p) < 1, (y - p)**2/2, abs(y - p) - 1/2))", PAIR),
        ("NumPy", "1 - np.dot(y, p)/(np.linalg.norm(y)*np.linalg.norm(p))", "1 - dot(y, p)/(norm(y)*norm(p))", PAIR),
        ("JAX", "jnp.mean(jnp.log(jnp.cosh(y - p)))", "mean(log(cosh(y - p)))", PAIR),
        ("JAX", "jnp.sum(jax.nn.softplus(-y * (X @ w)))", "sum(log(1 + exp(-y*(X@w))))", DATA),
        ("JAX", "lambda w: jnp.mean((jnp.tanh(X @ w) - y)**2)", "mean((tanh(X@w) - y)**2)", DATA),
        ("JAX", "-jnp.sum(y * jax.nn.log_softmax(p))", "-sum(y*(p - log(sum(exp(p)))))", PAIR),
        ("JAX", "jax.scipy.special.logsumexp(X @ w) - jnp.vdot(y, X @ w)", "log(sum(exp(X@w))) - dot(y, X@w)", DATA),
        ("PyTorch", "((X @ w - y)**2).mean() + 0.01 * w.pow(2).sum()", "mean((X@w - y)**2) + 0.01*sum(w**2)", DATA),
        ("PyTorch", "torch.nn.functional.mse_loss(p, y)", "mean((p - y)**2)", PAIR),
        ("PyTorch", "F.smooth_l1_loss(p, y)", "mean(where(abs(p - y) < 1, (p - y)**2/2, abs(p - y) - 1/2))", PAIR),
        ("PyTorch", "F.binary_cross_entropy_with_logits(p, y)", "mean(log(1 + exp(p)) - y*p)", PAIR),
        ("PyTorch", "-(y * torch.sigmoid(p).log() + (1 - y) * (1 - torch.sigmoid(p)).log()).mean()",
         "-mean(y*log(sigmoid(p)) + (1 - y)*log(1 - sigmoid(p)))", PAIR),
        ("PyTorch", "torch.clamp(1 - y * p, min=0).mean()", "mean(max(1 - y*p, 0))", PAIR),
        ("PyTorch", "torch.logsumexp(p, dim=0) - p[2]", "log(sum(exp(p))) - p[2]", {"p": (4,)}),
        ("PyTorch", "torch.exp(-torch.norm(p - y)**2 / 2)", "exp(-norm(p - y)**2/2)", PAIR),
        ("PyTorch", "F.mse_loss(p, y, reduction='sum')", "sum((p - y)**2)", PAIR),
        ("PyTorch", "F.binary_cross_entropy(torch.sigmoid(p), y, reduction='sum')",
         "-sum(y*log(sigmoid(p)) + (1 - y)*log(1 - sigmoid(p)))", PAIR),
        ("PyTorch", "F.huber_loss(p, y, delta=0.3)",
         "mean(where(abs(p - y) < 0.3, (p - y)**2/2, 0.3*(abs(p - y) - 0.15)))", PAIR),
        ("PyTorch", "F.smooth_l1_loss(p, y, beta=0.2)",
         "mean(where(abs(p - y) < 0.2, (p - y)**2/0.4, abs(p - y) - 0.1))", PAIR),
        ("PyTorch", "F.poisson_nll_loss(p, y)", "mean(exp(p) - y*p)", PAIR),
        ("PyTorch", "-torch.sum(y * F.log_softmax(p, dim=-1))", "-sum(y*(p - log(sum(exp(p)))))", PAIR),
        ("PyTorch", "def loss(p, y):\n    \"\"\"Squares (half).\"\"\"\n    r = p - y\n    r = r ** 2\n"
         "    loss = r.sum() / 2\n    loss += 0.1 * p.abs().sum()\n    return loss",
         "sum((p - y)**2)/2 + 0.1*sum(abs(p))", PAIR),
        ("PyTorch", "@torch.jit.script\ndef loss(p, y):\n    p = torch.softmax(p, dim=-1)\n"
         "    return -(y * torch.log(p)).sum()", "-sum(y*(p - log(sum(exp(p)))))", PAIR),
        ("TensorFlow", "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p)",
         "-sum(y*(p - log(sum(exp(p)))))", PAIR),
        ("NumPy", "np.sum((y - X @ w)**2) / len(y)", "mean((X@w - y)**2)", DATA),
        ("NumPy", "((X @ w - y)**2).sum() / X.shape[0]", "mean((X@w - y)**2)", DATA),
        ("NumPy", "def sigmoid(z):\n    e = np.exp(-z)\n    return 1/(1 + e)\n\ndef loss(w, X, y):\n"
         "    return np.sum((sigmoid(X @ w) - y)**2)", "sum((sigmoid(X@w) - y)**2)", DATA),
        ("NumPy", "np.sum(np.diff(p)**2)", "sum((p[1:] - p[:-1])**2)", {"p": (4,)}),
        ("SciPy", "-np.sum(scipy.stats.norm.logpdf(p, 0.5, 0.8))",
         "sum(((p - 0.5)/0.8)**2/2 + log(0.8) + log(2*3.141592653589793)/2)", {"p": (4,)}),
        ("plain Python", "sum((a - b)**2 for a, b in zip(y, p))", "sum((y - p)**2)", PAIR),
        ("plain Python", "sum([w[i]*p[i] for i in range(len(p))])", "sum(w*p)", {"w": (3,), "p": (3,)}),
        ("plain Python", "def f(p):\n    x, y = p\n    return (x**2 + y - 11)**2 + (x + y**2 - 7)**2",
         "(p[0]**2 + p[1] - 11)**2 + (p[0] + p[1]**2 - 7)**2", {"p": (2,)}),
        ("Julia", "sum(abs2, y .- p) / 2", "sum((y - p)**2)/2", PAIR),
        ("plain Python", "max(0, 1 - y*(w*x + b))", "max(0, 1 - y*(w*x + b))", {"b": (), "w": (), "x": (), "y": ()}),
        ("plain Python", "def loss(w, b):\n    z = w*x + b\n    return math.log(1 + math.exp(-y*z))",
         "log(1 + exp(-y*(w*x + b)))", {"b": (), "w": (), "x": (), "y": ()}),
        ("plain Python", "100*(x[1] - x[0]**2)**2 + (1 - x[0])**2",
         "100*(x[1] - x[0]**2)**2 + (1 - x[0])**2", {"x": (2,)}),
        ("MATLAB", "norm(y - p)^2/2", "norm(y - p)**2/2", PAIR),
        ("MATLAB", "@(p) mean(log(1 + exp(-y.*p)))", "mean(log(1 + exp(-y*p)))", PAIR),
        ("MATLAB", "sum(max(0, 1 - y.*p))", "sum(max(0, 1 - y*p))", PAIR),
        ("MATLAB", "-sum(y.*log(p) + (1 - y).*log(1 - p))", "-sum(y*log(p) + (1 - y)*log(1 - p))", PAIR),
        ("Julia", "mean(abs.(y .- p).^3)", "mean(abs(y - p)**3)", PAIR),
        ("Julia", "sum(abs2.(y - p)) / 2", "sum((y - p)**2)/2", PAIR),
        ("Julia", "p -> sum(log.(1 .+ exp.(-y .* p)))", "sum(log(1 + exp(-y*p)))", PAIR),
        ("R", "mean((y - X %*% w)^2)", "mean((y - X@w)**2)", DATA),
        ("R", "function(p) -sum(y*log(p) + (1 - y)*log(1 - p))", "-sum(y*log(p) + (1 - y)*log(1 - p))", PAIR),
    )
)  # fmt: skip
