"""Drawn pictures of one shape in one colour, and which of their combinations training never shows.

Each of 8 colours is held out with one shape, and each of 8 shapes with one colour; those 8 of 64 combinations are in no
picture and no sentence of the training. To know them, a model must have learned colours and shapes as such.
`test/toy-models/draw.ts` draws by the same rule.
"""
from __future__ import annotations

import numpy as np

COLOURS = {
    "red": (214, 40, 40),
    "orange": (240, 130, 30),
    "yellow": (240, 216, 40),
    "green": (46, 158, 68),
    "cyan": (50, 200, 215),
    "blue": (42, 82, 214),
    "purple": (135, 50, 180),
    "pink": (245, 135, 190),
}
SHAPES = ("circle", "square", "triangle", "star", "cross", "ring", "bar", "crescent")
COLOUR_NAMES = tuple(COLOURS)
RGB = np.array(list(COLOURS.values()), dtype=np.float32)
NONE = 8
"""As a colour: black or grey; as a shape: a blob of no name."""
SIDE = 48
HELD_OUT = tuple((i, (i + 3) % 8) for i in range(8))
TRAINED = tuple((colour, shape) for colour in range(8) for shape in range(8) if (colour, shape) not in HELD_OUT)
ALL = tuple((colour, shape) for colour in range(8) for shape in range(8))


def name(thing: tuple[int, int]) -> str:
    return f"{COLOUR_NAMES[thing[0]]} {SHAPES[thing[1]]}"


def distance(shape: int, x: np.ndarray, y: np.ndarray, waves: np.ndarray) -> np.ndarray:
    """How far outside of a shape of radius about 1 the points are; negative inside."""
    r = np.hypot(x, y)
    if shape == 0:
        return r - 0.95
    if shape == 1:
        return np.maximum(abs(x), abs(y)) - 0.82
    if shape == 2:
        return np.maximum.reduce([y, -0.5 * y + 0.866 * x, -0.5 * y - 0.866 * x]) - 0.58
    if shape == 3:
        fold = np.pi / 5
        angle = np.arctan2(x, -y)
        angle = abs((angle + fold) % (2 * fold) - fold)
        tip, dent = np.array([1.15, 0]), 0.48 * np.array([np.cos(fold), np.sin(fold)])
        along = (dent - tip) / np.hypot(*(dent - tip))
        return along[1] * (r * np.cos(angle) - tip[0]) - along[0] * r * np.sin(angle)
    if shape == 4:
        return np.minimum(np.maximum(abs(x) - 1, abs(y) - 0.3), np.maximum(abs(y) - 1, abs(x) - 0.3))
    if shape == 5:
        return abs(r - 0.74) - 0.22
    if shape == 6:
        return np.maximum(abs(x) - 1.1, abs(y) - 0.3)
    if shape == 7:
        return np.maximum(r - 1, 0.8 - np.hypot(x - 0.5, y))
    angle = np.arctan2(y, x)
    return r - 0.75 - 0.15 * np.cos(2 * angle + waves[:, 0, None, None]) - 0.12 * np.cos(3 * angle + waves[:, 1, None, None])


def draw(colours: np.ndarray, shapes: np.ndarray, rng: np.random.Generator, side: int = SIDE) -> np.ndarray:
    """uint8 [N, side, side, 3]; places, sizes, angles, shades and the paper that they lie on vary."""
    count = len(colours)
    pick = lambda low, high, *more: rng.uniform(low, high, (count, *more)).astype(np.float32)
    radius, turn = pick(0.3, 0.4), pick(-0.25, 0.25)
    centre_x, centre_y = (0.5 + pick(-1, 1) * (0.48 - 1.1 * radius) for _ in range(2))
    at = (np.arange(side, dtype=np.float32) + 0.5) / side
    dx = (at[None, None, :] - centre_x[:, None, None]) / radius[:, None, None]
    dy = (at[None, :, None] - centre_y[:, None, None]) / radius[:, None, None]
    cos, sin = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
    x, y = cos * dx + sin * dy, cos * dy - sin * dx
    waves, cover = pick(0, 6.28, 2), np.empty(x.shape, dtype=np.float32)
    for shape in range(NONE + 1):
        rows = np.flatnonzero(shapes == shape)
        if len(rows):
            edge = distance(shape, x[rows], y[rows], waves[rows]) * radius[rows, None, None] * side
            cover[rows] = np.clip(0.5 - edge, 0, 1)
    grey = rng.choice(np.array([20, 120], dtype=np.float32), count)
    base = np.where((colours == NONE)[:, None], grey[:, None], RGB[np.minimum(colours, NONE - 1)])
    fill = base + pick(-20, 20)[:, None] + pick(-10, 10, 3)
    ground = pick(220, 250)[:, None] + pick(-8, 8, 3)
    pixels = ground[:, None, None, :] + cover[..., None] * (fill - ground)[:, None, None, :]
    pixels += 3 * rng.standard_normal(pixels.shape, dtype=np.float32)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def draw_many(things: list[tuple[int, int]] | np.ndarray, rng: np.random.Generator) -> np.ndarray:
    chosen = np.asarray(things)
    parts = [draw(part[:, 0], part[:, 1], rng) for part in np.array_split(chosen, max(1, len(chosen) // 500))]
    return np.concatenate(parts)


def training_things(count: int, rng: np.random.Generator) -> np.ndarray:
    """[count, 2]: mostly trained combinations; one in eight a shape without a colour, one in eight a colour without a shape."""
    things = np.array(TRAINED)[rng.integers(len(TRAINED), size=count)]
    without = rng.random(count)
    things[without < 0.125, 0] = NONE
    things[without > 0.875, 1] = NONE
    return things


def might_be(things: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    For each thing the colours and the shapes [N, 8] that may be compared with its own. What is never drawn together is left
    out: otherwise a model learns of a colour which shape it never has.
    """
    colours, shapes = np.ones((2, len(things), 8), dtype=bool)
    for colour, shape in HELD_OUT:
        shapes[things[:, 0] == colour, shape] = False
        colours[things[:, 1] == shape, colour] = False
    return colours, shapes
