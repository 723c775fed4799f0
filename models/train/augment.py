"""Augmentation of a whole batch at once: crops, flips, colours, cutmix, mixup."""

import math

import torch
import torch.nn.functional as F


def random_crop(photos: torch.Tensor, size_px: int, min_area: float) -> torch.Tensor:
    """
    Cuts out a random part of each photo, with an area from `min_area` to 1 and sides up to 4:3, flips half of them, and
    scales them to `size_px`.
    """
    count = len(photos)
    uniform = lambda low, high: torch.empty(count, device=photos.device).uniform_(low, high)
    area, stretch = uniform(min_area, 1.0), torch.exp(uniform(-0.15, 0.15))
    width = (area.sqrt() * stretch).clamp(max=1)
    height = (area.sqrt() / stretch).clamp(max=1)
    matrix = torch.zeros(count, 2, 3, device=photos.device)
    matrix[:, 0, 0] = width * torch.where(uniform(-1, 1) < 0, -1.0, 1.0)
    matrix[:, 1, 1] = height
    matrix[:, 0, 2] = uniform(-1, 1) * (1 - width)
    matrix[:, 1, 2] = uniform(-1, 1) * (1 - height)
    grid = F.affine_grid(matrix, [count, 3, size_px, size_px], align_corners=False)
    return F.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)


def jitter_colours(photos: torch.Tensor, strength: float = 0.3) -> torch.Tensor:
    """Changes brightness, contrast and saturation of photos in -1..1 by up to this share."""
    factor = lambda: 1 + torch.empty(len(photos), 1, 1, 1, device=photos.device).uniform_(-strength, strength)
    photos = (photos + 1) * factor() - 1
    mean = photos.mean((1, 2, 3), keepdim=True)
    photos = mean + (photos - mean) * factor()
    grey = photos.mean(1, keepdim=True)
    return grey + (photos - grey) * factor()


def cutmix(photos: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Puts a square of its neighbour in the batch on each photo; targets are mixed by the areas (Yun et al., 2019)."""
    size = photos.shape[-1]
    side = round(size * math.sqrt(torch.rand(()).item()))
    left, top = (int(torch.randint(0, size - side + 1, ())) for _ in range(2))
    mixed = photos.clone()
    mixed[:, :, top : top + side, left : left + side] = photos.roll(1, 0)[:, :, top : top + side, left : left + side]
    kept = 1 - side * side / (size * size)
    return mixed, targets * kept + targets.roll(1, 0) * (1 - kept)


def mixup(photos: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Blends each photo and its target with its neighbour in the batch, evenly distributed shares (Zhang et al., 2018)."""
    kept = torch.rand(()).item()
    blend = lambda values: values * kept + values.roll(1, 0) * (1 - kept)
    return blend(photos), blend(targets)


def mix(photos: torch.Tensor, targets: torch.Tensor, cutmix_share: float, mixup_share: float):
    """One of the two, or neither, for the whole batch; the shares are those of all batches."""
    dice = torch.rand(()).item()
    if dice < cutmix_share:
        return cutmix(photos, targets)
    return mixup(photos, targets) if dice < cutmix_share + mixup_share else (photos, targets)
