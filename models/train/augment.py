"""Augmentation of a whole batch at once, on whatever device the photos are."""

import math

import torch
import torch.nn.functional as F


def random_crop(photos: torch.Tensor, size: int, min_area: float) -> torch.Tensor:
    """Cuts out a random share of each photo (area from `min_area` to 1, sides 3:4 to 4:3), flips half, resizes."""
    count, device = len(photos), photos.device
    uniform = lambda low, high: torch.empty(count, device=device).uniform_(low, high)
    area = uniform(min_area, 1.0)
    stretch = torch.exp(uniform(math.log(3 / 4), math.log(4 / 3)) / 2)
    width = (area.sqrt() * stretch).clamp(max=1)
    height = (area.sqrt() / stretch).clamp(max=1)
    flip = torch.where(uniform(-1, 1) < 0, -1.0, 1.0)
    matrix = torch.zeros(count, 2, 3, device=device)
    matrix[:, 0, 0], matrix[:, 1, 1] = width * flip, height
    matrix[:, 0, 2] = uniform(-1, 1) * (1 - width)
    matrix[:, 1, 2] = uniform(-1, 1) * (1 - height)
    grid = F.affine_grid(matrix, [count, 3, size, size], align_corners=False)
    return F.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)


def jitter_colours(photos: torch.Tensor, strength: float) -> torch.Tensor:
    """Changes brightness, contrast and saturation of photos in -1..1 by up to this share."""
    factor = lambda: 1 + torch.empty(len(photos), 1, 1, 1, device=photos.device).uniform_(-strength, strength)
    photos = (photos + 1) * factor() - 1
    mean = photos.mean((1, 2, 3), keepdim=True)
    photos = mean + (photos - mean) * factor()
    grey = photos.mean(1, keepdim=True)
    return grey + (photos - grey) * factor()


def erase(photos: torch.Tensor, probability: float) -> torch.Tensor:
    """Covers a random rectangle of up to a third of some photos with noise."""
    box = random_boxes(len(photos), photos.shape[-1], 0.02, 0.33, photos.device)
    chosen = torch.rand(len(photos), 1, 1, 1, device=photos.device) < probability
    return torch.where(box & chosen, torch.randn_like(photos), photos)


def random_boxes(count: int, size: int, low: float, high: float, device) -> torch.Tensor:
    """A mask of one square for each photo, whose area is between these shares of it."""
    uniform = lambda a, b: torch.empty(count, 1, 1, 1, device=device).uniform_(a, b)
    side = (uniform(low, high).sqrt() * size).round()
    left, top = uniform(0, 1) * (size - side), uniform(0, 1) * (size - side)
    places = torch.arange(size, device=device, dtype=torch.float32) + 0.5
    across = (places > left) & (places < left + side)
    down = (places[:, None] > top) & (places[:, None] < top + side)
    return across & down


def mix(photos: torch.Tensor, targets: torch.Tensor, mixup: float, cutmix: float):
    """Mixes neighbours in the batch, whole (mixup) or by a square (cutmix); 0 turns either off."""
    if mixup == 0 and cutmix == 0:
        return photos, targets
    others, other_targets = photos.roll(1, 0), targets.roll(1, 0)
    if cutmix > 0 and (mixup == 0 or torch.rand(()) < 0.5):
        share = 1 - torch.distributions.Beta(cutmix, cutmix).sample().item()
        box = random_boxes(len(photos), photos.shape[-1], share, share + 1e-6, photos.device)
        photos = torch.where(box, others, photos)
        kept = 1 - box.float().mean((1, 2, 3))[:, None]
    else:
        kept = torch.distributions.Beta(mixup, mixup).sample().to(photos.device)
        photos = photos * kept + others * (1 - kept)
    return photos, targets * kept + other_targets * (1 - kept)
