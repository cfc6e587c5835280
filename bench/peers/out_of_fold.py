"""scikit-learn: probabilities by 5-fold cross-validation, and a head on everything."""

from peer import need, read, read_integers, report

sklearn = need("sklearn")
LogisticRegression = need("sklearn.linear_model").LogisticRegression
cross_val_predict = need("sklearn.model_selection").cross_val_predict

features, labels = read("features.npy"), read_integers("labels.npy")


def run():
    head = LogisticRegression(C=1.0, max_iter=200)
    return cross_val_predict(head, features, labels, cv=5, method="predict_proba"), head.fit(features, labels)


report(sklearn, run)
