"""Draws batches of photos with their targets from the arrays, ahead of the training step."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

# Few rooms, skies and scenes are among the photos, so each is drawn more often.
WEIGHTS = {"tiny": 1.0, "mini": 1.0, "intel": 1.5, "houses": 3.0, "weather": 3.0}


@dataclass(frozen=True)
class Batch:
    photos: torch.Tensor
    """uint8 [N, 64, 64, 3]"""
    classes: torch.Tensor
    """int64 [N]"""
    probabilities: torch.Tensor
    """Of the teacher, float32 [N, classes]."""
    embeddings: torch.Tensor
    """Of the teacher, without mean and deviation, float32 [N, 192]."""
    is_own_view: torch.Tensor
    """Whether the photo is shown as the teacher saw it, bool [N]."""


class Batches:
    """Random photos out of those that the teacher has seen, for ever."""

    def __init__(self, arrays: Path, size: int, views: float, seed: int):
        self.targets = np.load(arrays / "train-targets.npy")
        self.count = len(self.targets)
        rows = json.loads((arrays / "photos.json").read_text())["train"][: self.count]
        self.classes = np.array([number for _, number, _ in rows])
        weights = np.array([WEIGHTS[source] for _, _, source in rows])
        self.shares = weights / weights.sum()
        self.views = np.load(arrays / "train-views.npy", mmap_mode="r")
        self.squares = np.load(arrays / "train-squares.npy", mmap_mode="r")
        self.embeddings = np.load(arrays / "train-embeddings.npy", mmap_mode="r")[: self.count].astype(np.float32)
        self.embeddings = (self.embeddings - self.embeddings.mean(0)) / self.embeddings.std(0)
        self.size, self.view_share = size, views
        self.dice = np.random.default_rng(seed)

    def draw(self) -> Batch:
        # In the order of the file, then in any.
        rows = self.dice.permutation(np.sort(self.dice.choice(self.count, self.size, p=self.shares)))
        is_own = self.dice.random(self.size) < self.view_share
        photos = np.stack([(self.views if own else self.squares)[row] for row, own in zip(rows, is_own, strict=True)])
        probabilities = torch.from_numpy(self.targets[rows].astype(np.float32))
        return Batch(
            torch.from_numpy(photos),
            torch.from_numpy(self.classes[rows]),
            probabilities / probabilities.sum(1, keepdim=True),
            torch.from_numpy(self.embeddings[rows]),
            torch.from_numpy(is_own),
        )

    def __iter__(self) -> Iterator[Batch]:
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(self.draw)
            while True:
                batch = coming.result()
                coming = pool.submit(self.draw)
                yield batch
