"""Drawn shapes and the sentences that describe them, with combinations of shape and colour that training never shows.

A scene is one object ("a red circle") or two with a relation ("a red circle left of a blue square"). Every shape and every
colour is in training; a quarter of their combinations is not, in no scene. To know those, a model must have learned
shapes and colours as such.
"""
from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

COLOURS = {
    "red": (214, 40, 40),
    "green": (46, 158, 68),
    "blue": (42, 82, 214),
    "yellow": (240, 208, 32),
    "purple": (140, 52, 180),
    "orange": (240, 130, 30),
}
SHAPES = ("circle", "square", "triangle", "star", "cross", "ring")
RELATIONS = ("left of", "right of", "above", "below")
INVERSE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}

Thing = tuple[str, str]
"""A colour and a shape."""

ALL: tuple[Thing, ...] = tuple((colour, shape) for colour in COLOURS for shape in SHAPES)
HELD_OUT: frozenset[Thing] = frozenset(
    (colour, shape) for at, colour in enumerate(COLOURS) for row, shape in enumerate(SHAPES) if (row - at) % 6 == 2 or ((row - at) % 6 == 4 and at % 2 == 0)
)
TRAINED: tuple[Thing, ...] = tuple(thing for thing in ALL if thing not in HELD_OUT)


@dataclass(frozen=True)
class Scene:
    first: Thing
    relation: str | None = None
    second: Thing | None = None

    @property
    def things(self) -> tuple[Thing, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)

    def swapped(self) -> Scene:
        """The same things the other way round: another picture with the same words."""
        return Scene(self.second, self.relation, self.first) if self.second else self


def name(thing: Thing) -> str:
    article = "an" if thing[0] == "orange" else "a"
    return f"{article} {thing[0]} {thing[1]}"


def sentence(scene: Scene) -> str:
    return name(scene.first) if scene.second is None else f"{name(scene.first)} {scene.relation} {name(scene.second)}"


def random_scene(random: Random, things: tuple[Thing, ...], pairs: float = 0.5) -> Scene:
    """One of `things`, or with the probability `pairs` two different ones."""
    first = random.choice(things)
    if random.random() >= pairs:
        return Scene(first)
    second = random.choice([thing for thing in things if thing != first])
    return Scene(first, random.choice(RELATIONS), second)


def draw(scene: Scene, side: int, random: Random) -> Image.Image:
    """A square RGB picture; places, sizes, angles, shades and the ground vary."""
    scale = 3
    size = side * scale
    grey = random.randint(120, 245)
    image = Image.new("RGB", (size, size), tuple(max(0, min(255, grey + random.randint(-18, 18))) for _ in range(3)))
    canvas = ImageDraw.Draw(image)
    for place, thing in zip(_places(scene, random), scene.things):
        radius = random.uniform(0.13, 0.19) if scene.second else random.uniform(0.22, 0.38)
        _draw_thing(canvas, thing, place[0] * size, place[1] * size, radius * size, random)
    return image.resize((side, side), Image.Resampling.BOX)


def _places(scene: Scene, random: Random) -> list[tuple[float, float]]:
    if scene.second is None:
        return [(random.uniform(0.36, 0.64), random.uniform(0.36, 0.64))]
    near, far = random.uniform(0.2, 0.28), random.uniform(0.72, 0.8)
    across = (random.uniform(0.3, 0.7), random.uniform(0.3, 0.7))
    first, second = (near, far) if scene.relation in ("left of", "above") else (far, near)
    if scene.relation in ("left of", "right of"):
        return [(first, across[0]), (second, across[1])]
    return [(across[0], first), (across[1], second)]


def _draw_thing(canvas: ImageDraw.ImageDraw, thing: Thing, x: float, y: float, radius: float, random: Random) -> None:
    colour, shape = thing
    shade = random.uniform(-22, 22)
    fill = tuple(max(0, min(255, round(value + shade + random.uniform(-10, 10)))) for value in COLOURS[colour])
    turn = random.uniform(-0.25, 0.25)
    box = (x - radius, y - radius, x + radius, y + radius)

    def polygon(corners: list[tuple[float, float]]) -> None:
        """Corners as distance and angle."""
        canvas.polygon([(x + r * radius * math.cos(a + turn), y + r * radius * math.sin(a + turn)) for r, a in corners], fill=fill)

    up = -math.pi / 2
    if shape == "circle":
        canvas.ellipse(box, fill=fill)
    elif shape == "ring":
        canvas.ellipse(box, outline=fill, width=round(radius * 0.38))
    elif shape == "square":
        polygon([(1.1, math.pi / 4 + k * math.pi / 2) for k in range(4)])
    elif shape == "triangle":
        polygon([(1.15, up + k * 2 * math.pi / 3) for k in range(3)])
    elif shape == "star":
        polygon([(1.15 if k % 2 == 0 else 0.48, up + k * math.pi / 5) for k in range(10)])
    else:
        arm, corner = math.hypot(1.05, 0.33), math.hypot(0.33, 0.33)
        tilt = math.atan2(0.33, 1.05)
        polygon([edge for k in range(4) for edge in ((arm, k * math.pi / 2 - tilt), (arm, k * math.pi / 2 + tilt), (corner, k * math.pi / 2 + math.pi / 4))])

def main() -> None:
    """A sheet of drawn tiles, a row for each of ALL; or with --folders a folder for each, as a library has them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--folders", action="store_true")
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = Random(options.seed)
    sheet = Image.new("RGB", (options.each * options.side, len(ALL) * options.side))
    for row, thing in enumerate(ALL):
        for column in range(options.each):
            tile = draw(Scene(thing), options.side, random)
            sheet.paste(tile, (column * options.side, row * options.side))
            if options.folders:
                folder = options.out / " ".join(thing)
                folder.mkdir(parents=True, exist_ok=True)
                tile.save(folder / f"{column}.png")
    if not options.folders:
        sheet.save(options.out, optimize=True)


if __name__ == "__main__":
    main()
