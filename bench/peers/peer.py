"""What every peer shares: it reads our input, is timed as we are (bench/kernels/child.ts), and prints the times as JSON.

Usage: python <peer>.py <folder of the input> <runs, 0 for the usual number> [detail]
"""

import importlib
import json
import os
import statistics
import sys
import time

folder, runs = sys.argv[1], int(sys.argv[2])
detail = sys.argv[3] if len(sys.argv) > 3 else None
threads = int(os.environ["OMP_NUM_THREADS"])


def need(module):
    """The module, or the end: a peer that is not installed is no error."""
    try:
        return importlib.import_module(module)
    except Exception:
        print(json.dumps({"missing": module}))
        sys.exit()


np = need("numpy")


def read(name):
    return np.load(os.path.join(folder, name))


def read_integers(name):
    return read(name).astype(np.int64).ravel()


def report(library, run, quality=None):
    """Times `run`; `quality` gets what the last run returned."""

    def timed():
        start = time.perf_counter()
        result = run()
        return time.perf_counter() - start, result

    cold, result = timed()
    seconds = []
    while len(seconds) < (runs or (5 if cold < 2 else 3)):
        took, result = timed()
        seconds.append(took)
    reached = {"quality": float(quality(result))} if quality else {}
    print(json.dumps({"version": library.__version__, "seconds": statistics.median(seconds)} | reached))
