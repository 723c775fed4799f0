"""Attention rollout of the ViT-Ti in float64, from the safetensors alone: what test/worker/explain.test.ts compares with.

usage: python3 test/scripts/attention-rollout.py MODEL_FOLDER > test/worker/attention-rollout.json
Needs numpy. Shares no code and no graph with the product.
"""
import json
import math
import struct
import sys

import numpy as np

SIZE, CROP, PATCH = 248, 224, 16


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).astype(np.float64)
        for name, entry in header.items()
        if name != "__metadata__"
    }


def synthetic_photo():
    """The same picture as in the test: stripes with a disc off the centre; [3, SIZE, SIZE] bytes."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    disc = np.where((x - 90) ** 2 + (y - 140) ** 2 < 50**2, 120, 0)
    return np.stack([(3 * x + 5 * (c + 1) * y + disc) % 256 for c in range(3)])


def layer_norm(x, weight, bias):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-6) * weight + bias


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def attentions(w, pixels):
    grid = CROP // PATCH
    patches = pixels.reshape(3, grid, PATCH, grid, PATCH).transpose(1, 3, 0, 2, 4).reshape(grid * grid, -1)
    dim = w["patch_embed.proj.weight"].shape[0]
    x = patches @ w["patch_embed.proj.weight"].reshape(dim, -1).T + w["patch_embed.proj.bias"]
    x = np.concatenate([w["cls_token"][0], x]) + w["pos_embed"][0]
    heads = dim // 64
    for block in range(sum(name.endswith("attn.qkv.weight") for name in w)):
        p = {name[len(f"blocks.{block}."):]: value for name, value in w.items() if name.startswith(f"blocks.{block}.")}
        qkv = layer_norm(x, p["norm1.weight"], p["norm1.bias"]) @ p["attn.qkv.weight"].T + p["attn.qkv.bias"]
        q, k, v = qkv.reshape(len(x), 3, heads, 64).transpose(1, 2, 0, 3)
        attention = softmax(q @ k.transpose(0, 2, 1) / 8)
        yield attention
        mixed = (attention @ v).transpose(1, 0, 2).reshape(len(x), dim)
        x = x + mixed @ p["attn.proj.weight"].T + p["attn.proj.bias"]
        hidden = gelu(layer_norm(x, p["norm2.weight"], p["norm2.bias"]) @ p["mlp.fc1.weight"].T + p["mlp.fc1.bias"])
        x = x + hidden @ p["mlp.fc2.weight"].T + p["mlp.fc2.bias"]


def main():
    weights = load(sys.argv[1] + "/model.safetensors")
    start = (SIZE - CROP) // 2
    photo = synthetic_photo()[:, start:start + CROP, start:start + CROP]
    rollout = np.eye((CROP // PATCH) ** 2 + 1)
    for attention in attentions(weights, (photo / 255 - 0.5) / 0.5):
        a = 0.5 * attention.mean(0) + 0.5 * np.eye(len(rollout))
        rollout = (a / a.sum(-1, keepdims=True)) @ rollout
    print(json.dumps([round(share, 9) for share in rollout[0, 1:].tolist()]))


main()
