"""Fits a linear head for our classes on the teacher's embeddings, and writes what it thinks of each training photo.

python teacher_head.py ARRAY_FOLDER

Writes train-targets.npy, the teacher's probabilities, float16 [photos seen by the teacher, classes]. A twentieth of the
photos is kept from the fit, to see how good the teacher is; held-out photos are not touched.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

EPOCHS, BATCH, RATE = 16, 2048, 5e-3
# Rooms and skies are few among so many things.
WEIGHTS = {"houses": 2.0, "weather": 2.0}
CHECK_STRIDE = 20


def fit(embeddings: torch.Tensor, classes: torch.Tensor, weights: torch.Tensor, count: int) -> torch.nn.Linear:
    head = torch.nn.Linear(embeddings.shape[1], count)
    torch.nn.init.zeros_(head.weight)
    optimiser = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=1e-2)
    steps = EPOCHS * -(-len(embeddings) // BATCH)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(embeddings)).split(BATCH):
            losses = F.cross_entropy(head(embeddings[rows]), classes[rows], reduction="none", label_smoothing=0.05)
            (losses * weights[rows]).mean().backward()
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
    return head


def main(arrays: Path) -> None:
    torch.manual_seed(0)
    count = len(json.loads((Path(__file__).parent / "classes.json").read_text()))
    seen = int((arrays / "train-embeddings.txt").read_text())
    photos = json.loads((arrays / "photos.json").read_text())["train"][:seen]
    embeddings = torch.from_numpy(np.load(arrays / "train-embeddings.npy", mmap_mode="r")[:seen].astype(np.float32))
    embeddings = (embeddings - embeddings.mean(0)) / embeddings.std(0)
    classes = torch.tensor([number for _, number, _ in photos])
    weights = torch.tensor([WEIGHTS.get(source, 1.0) for _, _, source in photos])
    is_checked = torch.arange(seen) % CHECK_STRIDE == 0
    head = fit(embeddings[~is_checked], classes[~is_checked], weights[~is_checked], count)
    with torch.no_grad():
        probabilities = head(embeddings).softmax(1)
    is_right = (probabilities.argmax(1) == classes)[is_checked].float()
    print(f"{seen} photos; the teacher is right about {100 * is_right.mean():.1f} % of those kept from the fit")
    np.save(arrays / "train-targets.npy", probabilities.numpy().astype(np.float16))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
