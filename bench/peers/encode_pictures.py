"""Pillow and onnxruntime: decode, resize, encode. Pictures of the next batch are decoded in threads while one batch is encoded."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

from peer import detail, folder, need, np, report, threads

Image = need("PIL.Image")
onnxruntime = need("onnxruntime")

with open(os.path.join(folder, "paths.json")) as file:
    paths = json.load(file)[: int(detail)]
with open(os.path.join(folder, "encoder.json")) as file:
    encoder = json.load(file)

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
# As ours: threads that spin would take the cores from the decoding.
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = onnxruntime.InferenceSession(encoder["model"], options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name


def decode(path):
    with Image.open(path) as picture:
        resized = picture.convert("RGB").resize((encoder["size"],) * 2, Image.BICUBIC)
    return (np.asarray(resized, np.float32).transpose(2, 0, 1) - encoder["mean"]) / encoder["std"]


def run():
    batches = [paths[start : start + encoder["batch"]] for start in range(0, len(paths), encoder["batch"])]
    with ThreadPoolExecutor(threads) as pool:
        upcoming = [pool.submit(decode, path) for path in batches[0]]
        features = []
        for following in [*batches[1:], []]:
            pictures = np.stack([picture.result() for picture in upcoming])
            upcoming = [pool.submit(decode, path) for path in following]
            features.append(session.run([encoder["output"]], {name: pictures})[0])
    return np.concatenate(features)


report(onnxruntime, run)
