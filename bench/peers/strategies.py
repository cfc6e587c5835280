"""scikit-activeml: the strategy named in `detail` chooses 500 items."""

from peer import detail, need, np, read, read_integers, report

skactiveml = need("skactiveml")
pool = need("skactiveml.pool")
SkactivemlClassifier = need("skactiveml.base").SkactivemlClassifier

features, pred_probs = read("features.npy"), read("pred_probs.npy")
labels = read_integers("labels.npy").astype(float)
labels[labels < 0] = np.nan
candidates = np.flatnonzero(np.isnan(labels))


class Recorded(SkactivemlClassifier):
    """Predicts for the candidates what our input says, as our strategy is given it."""

    def fit(self, X, y, sample_weight=None):
        return self

    def predict_proba(self, X):
        return pred_probs[candidates]


model = {"clf": Recorded(), "fit_clf": False} if detail == "Badge" else {}
strategy = getattr(pool, detail)(random_state=1)
report(skactiveml, lambda: strategy.query(features, labels, candidates=candidates, batch_size=500, **model))
