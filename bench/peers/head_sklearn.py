"""scikit-learn: logistic regression by L-BFGS in 32 bits, until it says that it converged."""

from head_loss import mean_loss
from peer import need, read, read_integers, report

sklearn = need("sklearn")
LogisticRegression = need("sklearn.linear_model").LogisticRegression

features, labels = read("features.npy"), read_integers("labels.npy")
report(
    sklearn,
    lambda: LogisticRegression(C=1.0, solver="lbfgs", max_iter=1000).fit(features, labels),
    lambda head: mean_loss(features, labels, head.coef_.T, head.intercept_),
)
