"""cleanlab: CROWDLAB from votes and a classifier's probabilities."""

from peer import need, np, read, read_integers, report

cleanlab = need("cleanlab")
get_label_quality_multiannotator = need("cleanlab.multiannotator").get_label_quality_multiannotator

pred_probs = read("pred_probs.npy")
annotators = read_integers("annotator.npy")
votes = np.full((len(pred_probs), annotators.max() + 1), np.nan)
votes[read_integers("item.npy"), annotators] = read_integers("label.npy")
report(cleanlab, lambda: get_label_quality_multiannotator(votes, pred_probs, verbose=False))
