"""Seeded twins of models: weights that every language can make again from names and shapes, and what the peer computes.

A record is one line of JSON: the configuration files of a model folder, the names and shapes of its tensors, and for each
input size the peer's logits and embedding of two seeded photos. test/models/seeded.ts makes the same weights and photos.
"""
import json

import numpy as np
import torch

MASK = np.uint64(0xFFFFFFFF)


def fnv1a(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def uniform(name: str, length: int) -> np.ndarray:
    """float64 in [-1, 1): mulberry32, seeded with the name's FNV-1a hash."""
    steps = np.arange(1, length + 1, dtype=np.uint64)
    state = (np.uint64(fnv1a(name)) + steps * np.uint64(0x6D2B79F5)) & MASK
    t = ((state ^ (state >> np.uint64(15))) * (state | np.uint64(1))) & MASK
    t = t ^ ((t + (((t ^ (t >> np.uint64(7))) * (t | np.uint64(61))) & MASK)) & MASK)
    t = (t ^ (t >> np.uint64(14))) & MASK
    return t.astype(np.float64) / 2147483648 - 1


def seeded(name: str, shape: list[int]) -> np.ndarray:
    """Norms and scales near 1, vectors near 0, matrices so that activations stay near 1; nothing is left at zero."""
    length = int(np.prod(shape)) if shape else 1
    values = uniform(name, length)
    if name.endswith(("gamma", "lambda1", "lambda_1", "lambda_2", "gamma_1", "gamma_2")):
        values = 0.6 + 0.3 * values
    elif len(shape) <= 1 and name.endswith("weight"):
        values = 1 + 0.3 * values
    elif len(shape) <= 1:
        values = 0.3 * values
    elif name.endswith("weight") and "position" not in name:
        values = values * np.sqrt(3 / np.prod(shape[1:]))
    return values.astype(np.float32).reshape(shape)


def fill(model: torch.nn.Module) -> torch.nn.Module:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.from_numpy(seeded(name, list(parameter.shape))))
    return model.eval()


def photos(height: int, width: int) -> torch.Tensor:
    pair = [seeded_photo(number, height, width) for number in range(2)]
    return torch.from_numpy(np.stack(pair))


def seeded_photo(number: int, height: int, width: int) -> np.ndarray:
    return uniform(f"photo {number} {height}x{width}", 3 * height * width).astype(np.float32).reshape(3, height, width)


def rounded(tensor: torch.Tensor) -> list[float]:
    return [float(f"{value:.7g}") for value in tensor.double().flatten().tolist()]


def size_record(height: int, width: int, logits: torch.Tensor | None, embedding: torch.Tensor) -> dict:
    record = {"heightPx": height, "widthPx": width, "embedding": rounded(embedding)}
    if logits is not None:
        record["logits"] = rounded(logits)
    return record


def write(records: list[dict], file: str) -> None:
    with open(file, "w") as out:
        for record in records:
            out.write(json.dumps(record, separators=(",", ":")) + "\n")


def shapes_of(tensors: dict) -> dict[str, list[int]]:
    return {name: list(tensor.shape) for name, tensor in tensors.items()}
