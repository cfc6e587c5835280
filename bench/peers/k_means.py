"""scikit-learn: k-means, one start."""

from peer import need, read, report

sklearn = need("sklearn")
KMeans = need("sklearn.cluster").KMeans

features = read("features.npy")
report(sklearn, lambda: KMeans(500, n_init=1, random_state=1).fit(features), lambda fitted: fitted.inertia_)
