"""numpy: the 500 smallest margins, smallest first."""

from peer import np, read, report

pred_probs = read("pred_probs.npy")


def run():
    highest = np.partition(pred_probs, -2, axis=1)
    margins = highest[:, -1] - highest[:, -2]
    chosen = np.argpartition(margins, 500)[:500]
    return chosen[np.argsort(margins[chosen], kind="stable")]


report(np, run)
