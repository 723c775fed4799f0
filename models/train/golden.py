"""Logits of a model folder by plain NumPy in float64: python golden.py MODEL_FOLDER golden.json

Shares no code with the training or with Labelroom, so that a mistake in either shows.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
data = (folder / "model.safetensors").read_bytes()
start = 8 + int.from_bytes(data[:8], "little")
weights = {}
for name, entry in json.loads(data[8:start]).items():
    if name != "__metadata__":
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[start + first : start + last], np.float16)
        weights[name] = values.reshape(entry["shape"]).astype(np.float64)
config = json.loads((folder / "config.json").read_text())["model_args"]
image, patch, heads = config["img_size"], config["patch_size"], config["num_heads"]
erf = np.vectorize(math.erf)


def linear(x, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def norm(x, name):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * weights[name + ".weight"] + weights[name + ".bias"]


def attend(x, name):
    tokens, dim = x.shape
    q, k, v = (part.reshape(tokens, heads, -1).swapaxes(0, 1) for part in np.split(linear(x, name + ".qkv"), 3, -1))
    scores = np.exp(q @ k.swapaxes(1, 2) / math.sqrt(dim // heads))
    mixed = scores / scores.sum(-1, keepdims=True) @ v
    return linear(mixed.swapaxes(0, 1).reshape(tokens, dim), name + ".proj")


def gelu(x):
    return x * (1 + erf(x / math.sqrt(2))) / 2


photo = np.sin(0.01 * np.arange(3 * image * image, dtype=np.float64)).reshape(3, image, image)
kernel = weights["patch_embed.proj.weight"].reshape(-1, 3 * patch * patch)
places = [(row, column) for row in range(0, image, patch) for column in range(0, image, patch)]
patches = np.stack([photo[:, row : row + patch, column : column + patch].ravel() for row, column in places])
x = np.concatenate([weights["cls_token"][0], patches @ kernel.T + weights["patch_embed.proj.bias"]])
x = x + weights["pos_embed"][0]
for index in range(config["depth"]):
    block = f"blocks.{index}"
    x = x + attend(norm(x, block + ".norm1"), block + ".attn")
    x = x + linear(gelu(linear(norm(x, block + ".norm2"), block + ".mlp.fc1")), block + ".mlp.fc2")
embedding = norm(x, "norm")[0]
logits = linear(embedding, "head")
rounded = {"logits": logits.round(6).tolist(), "cls_embedding": embedding.round(6).tolist()}
out.write_text(json.dumps(rounded) + "\n")
