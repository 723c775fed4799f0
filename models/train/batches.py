"""Draws random batches of photos with their classes."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

# Few rooms, skies and scenes are among the photos, so each is drawn more often.
WEIGHTS = {"tiny": 1.0, "mini": 1.0, "intel": 1.5, "houses": 3.0, "weather": 3.0}


class Batches:
    """Random training photos, for ever; on a GPU all of them lie in its memory (2.1 GB)."""

    def __init__(self, arrays: Path, size: int, device: torch.device, seed: int):
        rows = json.loads((arrays / "photos.json").read_text())["train"]
        photos = np.load(arrays / "train.npy", mmap_mode="c")
        self.photos = torch.from_numpy(photos).to(device)
        self.classes = torch.tensor([number for _, number, _ in rows], device=device)
        weights = torch.tensor([WEIGHTS[source] for _, _, source in rows], dtype=torch.float64, device=device)
        self.shares = (weights / weights.sum()).cumsum(0)
        self.size = size
        self.dice = torch.Generator(device).manual_seed(seed)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Photos, float32 [N, 3, 64, 64] in -1..1, and their classes, int64 [N]."""
        while True:
            # Unlike torch.multinomial, this never waits for the GPU.
            draws = torch.rand(self.size, dtype=torch.float64, device=self.shares.device, generator=self.dice)
            rows = torch.searchsorted(self.shares, draws).clamp(max=len(self.shares) - 1)
            yield to_input(self.photos[rows]), self.classes[rows]


def to_input(photos: torch.Tensor) -> torch.Tensor:
    """uint8 [N, 64, 64, 3] as the model takes them."""
    return photos.permute(0, 3, 1, 2).float() / 127.5 - 1
