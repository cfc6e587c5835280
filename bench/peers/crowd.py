"""crowd-kit: the aggregation named in `detail`, with as many iterations as ours."""

from peer import detail, need, read_integers, report

crowdkit = need("crowdkit")
aggregation = need("crowdkit.aggregation")
pandas = need("pandas")

votes = pandas.DataFrame(
    {
        "task": read_integers("item.npy"),
        "worker": read_integers("annotator.npy"),
        "label": read_integers("label.npy"),
    }
)
effort = {
    "DawidSkene": {"n_iter": 100, "tol": 0},
    "GLAD": {"n_iter": 20, "tol": 0},
    "MACE": {"n_restarts": 10, "n_iter": 50},
}[detail]
report(crowdkit, lambda: getattr(aggregation, detail)(**effort).fit_predict(votes))
