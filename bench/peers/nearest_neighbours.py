"""faiss: ten exact neighbours of every point."""

from peer import need, read, report, threads

faiss = need("faiss")
faiss.omp_set_num_threads(threads)

features = read("features.npy")


def run():
    index = faiss.IndexFlatL2(features.shape[1])
    index.add(features)
    return index.search(features, 10)


report(faiss, run)
