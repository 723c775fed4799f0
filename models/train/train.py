"""Trains the bundled ViT on Tiny-ImageNet-200; see README.md for how it was run."""

import copy
import json
import time

import numpy as np
import torch
import torch.nn.functional as F

from augment import erase, jitter_colours, mix, random_crop
from export import export, load_safetensors
from muon import make_optimisers
from options import read_options
from vit import VisionTransformer

IMAGE, PATCH, CLASSES = 64, 8, 200


def load(folder, name, device):
    photos = torch.from_numpy(np.load(folder / f"{name}.npy")).to(device)
    return photos, torch.from_numpy(np.load(folder / f"{name}-classes.npy")).to(device)


def to_input(photos):
    return photos.float() / 127.5 - 1


@torch.no_grad()
def accuracy(model, photos, classes, size=IMAGE, half=False):
    """Top-1 and top-5 in percent, on photos scaled to this size."""
    model.eval()
    hits = torch.zeros(2)
    for some, truth in zip(photos.split(500), classes.split(500)):
        batch = to_input(some)
        if size != IMAGE:
            batch = F.interpolate(batch, size, mode="bilinear", antialias=True)
        with torch.autocast(photos.device.type, torch.bfloat16, enabled=half):
            top = model(batch).float().topk(5).indices == truth[:, None]
        hits += torch.stack([top[:, 0].sum(), top.sum()]).cpu()
    model.train()
    return [round(100 * value / len(photos), 2) for value in hits.tolist()]


class Training:
    def __init__(self, options):
        self.options = options
        self.device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        if options.threads:
            torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        torch.set_float32_matmul_precision("high")
        self.shape = dict(image=IMAGE, patch=PATCH, dim=options.dim, depth=options.depth, heads=options.heads)
        self.shape["classes"] = CLASSES
        self.model = VisionTransformer(**self.shape, drop_path=options.drop_path).to(self.device)
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.optimisers = make_optimisers(self.model, options.lr, options.weight_decay)
        self.photos, self.classes = load(options.arrays, "train", self.device)
        self.val_photos, self.val_classes = load(options.arrays, "val", self.device)
        self.step, self.seen, self.started = 0, 0, time.time()
        stages = [stage.split(":") for stage in options.stages.split(",")]
        self.stages = [(int(size), float(share)) for size, share in stages]
        self.loss = self.plain_loss if options.no_compile else torch.compile(self.plain_loss, dynamic=False)
        options.run.mkdir(parents=True, exist_ok=True)
        self.checkpoint = options.run / "checkpoint.pt"
        if self.checkpoint.exists():
            self.resume()

    def plain_loss(self, photos, targets):
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.model(photos)
        return F.cross_entropy(logits.float(), targets, label_smoothing=self.options.smoothing)

    def progress(self):
        """The share of the training that is over, by the clock or by the photos seen."""
        if self.options.minutes:
            return (time.time() - self.started) / (60 * self.options.minutes)
        return self.seen / (self.options.epochs * len(self.photos))

    def size_at(self, progress):
        end = 0.0
        for size, share in self.stages:
            end += share
            if progress < end:
                return size
        return self.stages[-1][0]

    def next_batch(self, size):
        options, total = self.options, len(self.photos)
        epoch, offset = divmod(self.seen, total)
        order = torch.randperm(total, generator=torch.Generator().manual_seed(options.seed + epoch))
        chosen = order[offset : offset + options.batch].to(self.device)
        if len(chosen) < options.batch:
            self.seen += len(chosen)
            return self.next_batch(size)
        photos = random_crop(to_input(self.photos[chosen]), size, options.min_area)
        if options.jitter:
            photos = jitter_colours(photos, options.jitter)
        if options.erase:
            photos = erase(photos, options.erase)
        self.seen += options.batch
        return mix(photos, F.one_hot(self.classes[chosen], CLASSES).float(), options.mixup, options.cutmix)

    def train_step(self, size, progress):
        rate = self.options.lr * min(progress / self.options.warmup, (1 - progress) / (1 - self.options.warmup))
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        loss = self.loss(*self.next_batch(size))
        loss.backward()
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        decay = min(self.options.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)
        return loss.detach()

    def log(self, **values):
        values = dict(minutes=round((time.time() - self.started) / 60, 2), step=self.step, **values)
        with (self.options.run / "log.jsonl").open("a") as file:
            file.write(json.dumps(values) + "\n")
        print(values, flush=True)

    def run(self):
        losses, saved, epoch = [], time.time(), self.seen // len(self.photos)
        while (progress := self.progress()) < 1:
            size = self.size_at(progress)
            losses.append(self.train_step(size, progress))
            if self.step % 50 == 0:
                print(f"{progress:.3f} step {self.step} {size} px loss {torch.stack(losses[-50:]).mean():.3f}", flush=True)
            if self.seen // len(self.photos) > epoch:
                epoch = self.seen // len(self.photos)
                top = accuracy(self.average, self.val_photos[:2000], self.val_classes[:2000], size, half=True)
                mean = torch.stack(losses).mean().item()
                self.log(epoch=epoch, px=size, loss=round(mean, 4), val2000_top1=top[0], val2000_top5=top[1])
                losses = []
            if time.time() - saved > 60 * self.options.checkpoint_minutes:
                self.save()
                saved = time.time()
        self.save()
        self.finish()

    def finish(self):
        """Measures what was written, rounded to float16 as it is, on all validation photos."""
        self.average.load_state_dict(load_safetensors(self.options.export / "model.safetensors"))
        top = accuracy(self.average, self.val_photos, self.val_classes)
        self.log(epoch=round(self.seen / len(self.photos), 2), px=IMAGE, val10000_top1=top[0], val10000_top5=top[1])

    def save(self):
        state = dict(
            model=self.model.state_dict(),
            average=self.average.state_dict(),
            optimisers=[optimiser.state_dict() for optimiser in self.optimisers],
            counters=(self.step, self.seen, self.started),
        )
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        export(self.options.export, self.average.state_dict(), self.shape)

    def resume(self):
        state = torch.load(self.checkpoint, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        self.step, self.seen, self.started = state["counters"]


if __name__ == "__main__":
    Training(read_options()).run()
