"""scikit-learn: 64 principal components by the solver that it chooses itself."""

from peer import need, read, report

sklearn = need("sklearn")
PCA = need("sklearn.decomposition").PCA

features = read("features.npy")
report(sklearn, lambda: PCA(64, random_state=1).fit(features))
