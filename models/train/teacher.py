"""Embeddings of the teacher, a ViT-Ti/16, for the view of each training photo.

python teacher.py PHOTO_FOLDER TEACHER_FOLDER ARRAY_FOLDER [--most N]

Writes train-embeddings.npy, float16 [photos, 192], and goes on where it was stopped. The photos are in random order: what
comes after uses the first ones, as many as the teacher has seen.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cut_views import decode, scale
from export import load_safetensors
from vit import VisionTransformer

SIZE_PX, BATCH = 160, 64
DIM = 192


def read_teacher(folder: Path) -> nn.Module:
    """vit_tiny_patch16_224 (AugReg) with timm's names, without its head."""
    model = VisionTransformer(image=224, patch=16, dim=DIM, depth=12, heads=3, classes=1000)
    model.load_state_dict(load_safetensors(folder / "model.safetensors"))
    model.head = nn.Identity()
    return model.eval().requires_grad_(False)


class Embedder:
    """Writes the embeddings, and how many photos are done."""

    def __init__(self, model: nn.Module, photos: Path, arrays: Path):
        self.run_model = torch.compile(model, dynamic=False)
        self.folder = photos
        self.paths = [path for path, _, _ in json.loads((arrays / "photos.json").read_text())["train"]]
        self.boxes = np.load(arrays / "train-boxes.npy").tolist()
        self.progress = arrays / "train-embeddings.txt"
        mode = "r+" if self.progress.exists() else "w+"
        shape = (len(self.paths), DIM)
        self.out = np.lib.format.open_memmap(arrays / "train-embeddings.npy", mode, np.float16, shape)

    def batch(self, first: int) -> torch.Tensor:
        """Always of one length, so that the model is compiled once: the last photo is repeated."""
        rows = [min(row, len(self.paths) - 1) for row in range(first, first + BATCH)]
        views = [scale(decode(self.folder / self.paths[row]), tuple(self.boxes[row]), SIZE_PX) for row in rows]
        return torch.from_numpy(np.stack(views))

    @torch.no_grad()
    def embed(self, most: int) -> None:
        done = int(self.progress.read_text()) if self.progress.exists() else 0
        end, began, before = min(most, len(self.paths)), time.time(), done
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(self.batch, done)
            while done < end:
                views = coming.result()
                count = min(BATCH, len(self.paths) - done)
                coming = pool.submit(self.batch, done + count)
                with torch.autocast("cpu", torch.bfloat16):
                    embeddings = self.run_model(views.permute(0, 3, 1, 2).float() / 127.5 - 1)
                self.out[done : done + count] = embeddings[:count].float().numpy().astype(np.float16)
                done += count
                if done // BATCH % 25 == 0 or done >= end:
                    self.out.flush()
                    self.progress.write_text(str(done))
                    print(f"{done} photos, {(done - before) / (time.time() - began):.0f} a second", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("arrays", type=Path)
    parser.add_argument("--most", type=int, default=1 << 40, help="stop after so many photos")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    Embedder(read_teacher(options.teacher), options.photos, options.arrays).embed(options.most)


if __name__ == "__main__":
    main()
