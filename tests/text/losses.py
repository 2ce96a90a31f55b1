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
