"""Measures a model folder on the held-out photos, with its classes and with its labels, and fits its temperature.

python evaluate.py MODEL_FOLDER ARRAY_FOLDER [--choose]

Scores of classes with one label are added, as Labelroom does. The temperature, with which the calibration error is least,
and the score from which seven of ten are right, come from one half of the photos; the calibration error that is printed
comes from the other half. With --choose only every tenth photo
is measured: by these photos runs are compared, so that all others stay untouched until the end.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from batches import to_input
from export import load_safetensors, read_shape
from vit import VisionTransformer

CHOOSE_STRIDE = 10
# As many bins as in Guo et al., 2017.
BINS = 15
TINY_CLASSES = 200
WANTED_SHARE = 0.7


def read_model(folder: Path) -> VisionTransformer:
    model = VisionTransformer(**read_shape(folder))
    model.load_state_dict(load_safetensors(folder / "model.safetensors"))
    return model.eval()


@torch.no_grad()
def run_model(model: VisionTransformer, photos: np.ndarray) -> torch.Tensor:
    """Logits, float32 [photos, classes], of uint8 [photos, 64, 64, 3]."""
    device = next(model.parameters()).device
    batches = [torch.from_numpy(np.array(photos[at : at + 256])).to(device) for at in range(0, len(photos), 256)]
    return torch.cat([model(to_input(batch)).cpu() for batch in batches])


def accuracy(scores: torch.Tensor, truth: torch.Tensor, k: int) -> float:
    """In percent: how often the truth is among the k best."""
    hits = (scores.topk(k).indices == truth[:, None]).any(1)
    return round(100 * hits.float().mean().item(), 2)


def calibration_error(scores: torch.Tensor, truth: torch.Tensor) -> float:
    """The expected calibration error of the best label, in percent."""
    best, found = scores.max(1)
    error = 0.0
    for low in torch.linspace(0, 1, BINS + 1)[:-1]:
        chosen = (best > low) & (best <= low + 1 / BINS)
        if chosen.any():
            right = (found == truth)[chosen].float().mean()
            error += (right - best[chosen].mean()).abs().item() * chosen.float().mean().item()
    return round(100 * error, 2)


def score_from_which(scores: torch.Tensor, truth: torch.Tensor, share: float) -> float:
    """The lowest score, in hundredths from 30, such that this share of the photos that reach it has the right best label."""
    best, found = scores.max(1)
    is_right = (found == truth).float()
    return next(s / 100 for s in range(30, 100) if is_right[best >= s / 100].mean() >= share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("arrays", type=Path)
    parser.add_argument("--labels", type=Path, help="labels.json; that of the model folder where left out")
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    rows = json.loads((options.arrays / "photos.json").read_text())["held-out"]
    step = CHOOSE_STRIDE if options.choose else 1
    classes = torch.tensor([number for _, number, _ in rows])[::step]
    sources = np.array([source for _, _, source in rows])[::step]
    logits = run_model(read_model(options.model), np.load(options.arrays / "held-out.npy", mmap_mode="r")[::step])
    labels: list[str] = json.loads((options.labels or options.model / "labels.json").read_text())
    names = sorted(set(labels))
    label_of = torch.tensor([names.index(label) for label in labels])
    truth = label_of[classes]
    to_scores = lambda t: (logits / t).softmax(1) @ F.one_hot(label_of).float()

    is_fitted = torch.from_numpy(np.random.default_rng(0).permutation(len(classes)) % 2 == 0)
    temperature = min(
        np.arange(0.5, 2.01, 0.02).round(2).tolist(),
        key=lambda t: calibration_error(to_scores(t)[is_fitted], truth[is_fitted]),
    )
    scores = to_scores(temperature)
    suggested_at = score_from_which(scores[is_fitted], truth[is_fitted], WANTED_SHARE)
    tiny = torch.from_numpy(sources == "tiny")
    result: dict[str, object] = {
        "Tiny-ImageNet, its own classes": {
            "top-1": accuracy(logits[tiny][:, :TINY_CLASSES], classes[tiny], 1),
            "top-5": accuracy(logits[tiny][:, :TINY_CLASSES], classes[tiny], 5),
        }
    }
    for name in [*dict.fromkeys(sources.tolist()), "all"]:
        chosen = torch.from_numpy((sources == name) | (name == "all"))
        result[name] = {
            "photos": int(chosen.sum()),
            "class, top-1": accuracy(logits[chosen], classes[chosen], 1),
            "class, top-5": accuracy(logits[chosen], classes[chosen], 5),
            "label, top-1": accuracy(scores[chosen], truth[chosen], 1),
            "label, top-3": accuracy(scores[chosen], truth[chosen], 3),
        }
    best, found = scores[~is_fitted].max(1)
    reaches = best >= suggested_at
    result["temperature"] = temperature
    result["calibration error on the other half"] = {
        "without": calibration_error(to_scores(1.0)[~is_fitted], truth[~is_fitted]),
        "with": calibration_error(scores[~is_fitted], truth[~is_fitted]),
    }
    result["seven of ten are right"] = {
        "from a score of": suggested_at,
        "share of the other half": round(100 * reaches.float().mean().item(), 1),
        "right there": round(100 * (found == truth[~is_fitted])[reaches].float().mean().item(), 1),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
