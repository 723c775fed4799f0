"""Fine-tunes the teacher, a ViT-Ti/16 that knows ImageNet, on our photos and classes.

python teacher.py ARRAY_FOLDER MODEL_FOLDER OUT_FOLDER

MODEL_FOLDER has vit_tiny_patch16_224 (AugReg). Writes OUT_FOLDER/model.safetensors and config.json. While the student
learns, the teacher is asked about the very crops that the student sees (Beyer et al., 2022).
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from augment import jitter_colours, mix, random_crop
from batches import Batches, to_input
from evaluate import CHOOSE_STRIDE, accuracy
from export import export, load_safetensors, read_shape
from options import pick_device
from vit import VisionTransformer, resample_positions

# The photos of 64 px are scaled up to this, of which each patch of the teacher sees 6.4 px.
SIZE_PX, PATCH_PX = 160, 16
DIM = 192
SHAPE = dict(image=SIZE_PX, patch=PATCH_PX, dim=DIM, depth=12, heads=3)


class Teacher(nn.Module):
    def __init__(self, classes: int):
        super().__init__()
        self.vit = VisionTransformer(**SHAPE, classes=classes)

    def forward(self, photos):
        """Logits [N, classes] and [CLS] embeddings [N, 192] of photos of any size."""
        embeddings = self.vit.embed(F.interpolate(photos, SIZE_PX, mode="bicubic"))
        return self.vit.head(embeddings), embeddings


def read_pretrained(folder: Path, classes: int) -> Teacher:
    """With a new head, which begins at zero, and the position embeddings resampled from 224 px."""
    teacher = Teacher(classes)
    tensors = load_safetensors(folder / "model.safetensors")
    side = SIZE_PX // PATCH_PX
    tensors["pos_embed"] = resample_positions(tensors["pos_embed"], (side, side))
    for name in ("head.weight", "head.bias"):
        tensors[name] = teacher.vit.state_dict()[name]
    teacher.vit.load_state_dict(tensors)
    return teacher


def read_teacher(folder: Path) -> Teacher:
    """The teacher that this script wrote."""
    teacher = Teacher(read_shape(folder)["classes"])
    teacher.vit.load_state_dict(load_safetensors(folder / "model.safetensors"))
    return teacher.eval().requires_grad_(False)


@torch.no_grad()
def chosen_accuracy(teacher: Teacher, arrays: Path, device: torch.device) -> float:
    """Top-1 on the held-out photos that runs are compared by, in percent."""
    rows = json.loads((arrays / "photos.json").read_text())["held-out"][::CHOOSE_STRIDE]
    photos = torch.from_numpy(np.load(arrays / "held-out.npy", mmap_mode="r")[::CHOOSE_STRIDE].copy())
    logits = torch.cat([teacher(to_input(part.to(device)))[0].cpu() for part in photos.split(256)])
    return accuracy(logits, torch.tensor([number for _, number, _ in rows]), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("arrays", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--head-lr", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    device = pick_device()
    torch.manual_seed(options.seed)
    classes = len(json.loads((Path(__file__).parent / "classes.json").read_text()))
    teacher = read_pretrained(options.model, classes).to(device)
    head = list(teacher.vit.head.parameters())
    body = [parameter for name, parameter in teacher.vit.named_parameters() if not name.startswith("head.")]
    groups = [dict(params=body, lr=options.lr), dict(params=head, lr=options.head_lr)]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.05, betas=(0.9, 0.98), fused=True)
    ends = 1 / max(1, options.steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min((step + 1) / 100, 1 - step * ends))
    run = torch.compile(teacher, dynamic=False) if device.type == "cuda" else teacher
    began = time.time()
    for step, (photos, numbers) in enumerate(Batches(options.arrays, options.batch, device, options.seed)):
        if step == options.steps:
            break
        photos = jitter_colours(random_crop(photos, photos.shape[-1], 0.35))
        photos, targets = mix(photos, F.one_hot(numbers, classes).float(), 0.3, 0.2)
        with torch.autocast(device.type, torch.bfloat16):
            logits, _ = run(photos)
        loss = F.cross_entropy(logits.float(), targets, label_smoothing=0.1)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        if step % 200 == 0:
            print(f"step {step}, {time.time() - began:.0f} s, loss {loss.item():.3f}", flush=True)
    teacher.eval()
    print(f"{time.time() - began:.0f} s; top-1 on held-out photos: {chosen_accuracy(teacher, options.arrays, device)} %")
    export(options.out, dict(teacher.vit.state_dict()), {**SHAPE, "classes": classes})


if __name__ == "__main__":
    main()
