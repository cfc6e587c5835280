"""cleanlab: joint, filter by noise rate, ranking."""

from peer import need, read, read_integers, report, threads

cleanlab = need("cleanlab")
find_label_issues = need("cleanlab.filter").find_label_issues

labels, pred_probs = read_integers("labels.npy"), read("pred_probs.npy")
report(
    cleanlab,
    lambda: find_label_issues(
        labels,
        pred_probs,
        filter_by="prune_by_noise_rate",
        return_indices_ranked_by="self_confidence",
        n_jobs=threads,
    ),
)
