"""Trains the bundled ViT on hard labels and on what the teacher says; see README.md for how it was run."""

import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from augment import jitter_colours, mix, random_crop
from batches import Batches
from evaluate import CHOOSE_STRIDE, accuracy, run_model
from export import export, load_safetensors
from muon import make_optimisers
from options import pick_device, read_options
from teacher import DIM as TEACHER_DIM
from teacher import read_teacher
from vit import VisionTransformer

IMAGE_PX, PATCH_PX = 64, 8
# At the end photos are cut and mixed less, so that they look like those that the model will be shown.
PLAIN_MIN_AREA = 0.6


def start_from(model: VisionTransformer, folder: Path) -> None:
    """Takes over what fits; blocks that the former model did not have begin as the identity."""
    old, own = load_safetensors(folder / "model.safetensors"), model.state_dict()
    for name, values in old.items():
        if name.startswith("head."):
            own[name][: len(values)] = values
        else:
            own[name].copy_(values)
    for name in own:
        if name not in old and name.endswith(("attn.proj.weight", "mlp.fc2.weight")):
            own[name].zero_()


class Training:
    def __init__(self, options):
        self.options = options
        self.device = pick_device()
        torch.manual_seed(options.seed)
        self.classes = len(json.loads((Path(__file__).parent / "classes.json").read_text()))
        self.shape = dict(image=IMAGE_PX, patch=PATCH_PX, dim=options.dim, depth=options.depth, heads=options.heads)
        # The last outputs regress the teacher's embedding; they are not exported.
        self.model = VisionTransformer(**self.shape, classes=self.classes + TEACHER_DIM)
        if options.init:
            start_from(self.model, options.init)
        self.model.to(self.device)
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.optimisers = make_optimisers(self.model, options.lr, options.weight_decay)
        self.step, self.used_minutes = 0, 0.0
        options.run.mkdir(parents=True, exist_ok=True)
        self.checkpoint = options.run / "checkpoint.pt"
        if self.checkpoint.exists():
            self.resume()
        teacher = read_teacher(options.teacher).to(self.device)
        compiled = lambda run: run if options.no_compile else torch.compile(run, dynamic=False)
        self.teacher, self.run_model = compiled(teacher), compiled(self.model)
        self.batches = Batches(options.arrays, options.batch, self.device, options.seed + self.step)
        rows = json.loads((options.arrays / "photos.json").read_text())["held-out"][::CHOOSE_STRIDE]
        self.checked = np.load(options.arrays / "held-out.npy", mmap_mode="r")[::CHOOSE_STRIDE]
        self.checked_classes = torch.tensor([number for _, number, _ in rows])
        self.began, self.before = time.time(), self.used_minutes

    def loss(self, photos, hard):
        """The teacher sees what the student sees, so that also of blended photos it says what is on them."""
        with torch.autocast(self.device.type, torch.bfloat16):
            with torch.no_grad():
                logits, embeddings = self.teacher(photos)
            outputs = self.run_model(photos).float()
        targets = hard * self.options.hard + logits.float().softmax(1) * (1 - self.options.hard)
        embeddings = F.layer_norm(embeddings.float(), (TEACHER_DIM,))
        return (
            F.cross_entropy(outputs[:, : self.classes], targets)
            + self.options.embedding * F.mse_loss(outputs[:, self.classes :], embeddings)
        )

    def progress(self) -> float:
        """The share of the training that is over, by the clock or by steps."""
        self.used_minutes = self.before + (time.time() - self.began) / 60
        return self.used_minutes / self.options.minutes if self.options.minutes else self.step / self.options.steps

    def train_step(self, photos: torch.Tensor, classes: torch.Tensor, progress: float) -> torch.Tensor:
        options = self.options
        rate = options.lr * min(progress / options.warmup, (1 - progress) / (1 - options.warmup))
        for group in (group for optimiser in self.optimisers for group in optimiser.param_groups):
            group["lr"] = max(rate, 1e-6)
        hard = F.one_hot(classes, self.classes).float()
        if progress < 1 - options.plain:
            photos = jitter_colours(random_crop(photos, IMAGE_PX, options.min_area))
            photos, hard = mix(photos, hard, options.cutmix, options.mixup)
        else:
            photos = jitter_colours(random_crop(photos, IMAGE_PX, PLAIN_MIN_AREA))
        loss = self.loss(photos, hard)
        loss.backward()
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        decay = min(options.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)
        return loss.detach()

    def log(self, **values) -> None:
        logits = run_model(self.average, self.checked)[:, : self.classes]
        top1 = accuracy(logits, self.checked_classes, 1)
        values = dict(minutes=round(self.used_minutes, 2), step=self.step, **values, checked_top1=top1)
        with (self.options.run / "log.jsonl").open("a") as file:
            file.write(json.dumps(values) + "\n")
        print(values, flush=True)

    def run(self) -> None:
        losses: list[torch.Tensor] = []
        saved = logged = time.time()
        for photos, classes in self.batches:
            progress = self.progress()
            is_session_over = self.used_minutes - self.before > (self.options.session_minutes or float("inf"))
            if progress >= 1 or is_session_over:
                break
            losses.append(self.train_step(photos, classes, progress))
            if time.time() - saved > 60 * self.options.checkpoint_minutes:
                self.save()
                saved = time.time()
            if time.time() - logged > 60 * self.options.log_minutes:
                self.log(loss=round(torch.stack(losses).mean().item(), 4))
                losses, logged = [], time.time()
        self.save()
        self.log(final=self.progress() >= 1)

    def save(self) -> None:
        state = dict(
            model=self.model.state_dict(),
            average=self.average.state_dict(),
            optimisers=[optimiser.state_dict() for optimiser in self.optimisers],
            counters=(self.step, self.used_minutes),
        )
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        tensors = dict(self.average.state_dict())
        for name in ("head.weight", "head.bias"):
            tensors[name] = tensors[name][: self.classes]
        export(self.options.run / "model", tensors, {**self.shape, "classes": self.classes})

    def resume(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step, self.used_minutes = state["counters"]


if __name__ == "__main__":
    Training(read_options()).run()
