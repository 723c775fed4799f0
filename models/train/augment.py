"""Augmentation of a whole batch at once: crops, flips, colours, cutmix."""

import math

import torch
import torch.nn.functional as F


def random_crop(photos: torch.Tensor, size_px: int, min_area: torch.Tensor) -> torch.Tensor:
    """
    Cuts out a random part of each photo, with an area from its own `min_area` to 1 and sides up to 4:3, flips half of
    them, and scales them to `size_px`.
    """
    count = len(photos)
    uniform = lambda low, high: torch.empty(count).uniform_(0, 1) * (high - low) + low
    area, stretch = uniform(min_area, 1.0), torch.exp(uniform(-0.15, 0.15))
    width = (area.sqrt() * stretch).clamp(max=1)
    height = (area.sqrt() / stretch).clamp(max=1)
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0] = width * torch.where(uniform(-1, 1) < 0, -1.0, 1.0)
    matrix[:, 1, 1] = height
    matrix[:, 0, 2] = uniform(-1, 1) * (1 - width)
    matrix[:, 1, 2] = uniform(-1, 1) * (1 - height)
    # Sampling looks at four pixels only: to half its size a photo is scaled down before.
    if size_px * 2 <= photos.shape[-1]:
        photos = F.interpolate(photos, size_px + size_px // 4, mode="area")
    grid = F.affine_grid(matrix, [count, 3, size_px, size_px], align_corners=False)
    return F.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)


def jitter_colours(photos: torch.Tensor, strength: float = 0.25) -> torch.Tensor:
    """Changes brightness, contrast and saturation of photos in -1..1 by up to this share."""
    factor = lambda: 1 + torch.empty(len(photos), 1, 1, 1).uniform_(-strength, strength)
    photos = (photos + 1) * factor() - 1
    mean = photos.mean((1, 2, 3), keepdim=True)
    photos = mean + (photos - mean) * factor()
    grey = photos.mean(1, keepdim=True)
    return grey + (photos - grey) * factor()


def cutmix(photos: torch.Tensor, *targets: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Puts a square of its neighbour in the batch on each photo; targets are mixed by the areas."""
    size = photos.shape[-1]
    side = round(size * math.sqrt(torch.rand(()).item()))
    left, top = (int(torch.randint(0, size - side + 1, ())) for _ in range(2))
    mixed = photos.clone()
    mixed[:, :, top : top + side, left : left + side] = photos.roll(1, 0)[:, :, top : top + side, left : left + side]
    kept = 1 - side * side / (size * size)
    return mixed, *(target * kept + target.roll(1, 0) * (1 - kept) for target in targets)
