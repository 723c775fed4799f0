"""Drawn scenes of one or two shapes, and sentences, questions and answers about them."""

import random

from PIL import Image, ImageDraw

COLOURS = {"red": (210, 40, 40), "green": (40, 160, 60), "blue": (50, 80, 210), "yellow": (235, 200, 40),
           "black": (20, 20, 20), "white": (240, 240, 240)}
SHAPES = ("circle", "square", "triangle", "cross")
# Never drawn in training: the model knows each colour and each shape, but not these together.
HELD_OUT = (("red", "triangle"), ("blue", "circle"), ("green", "square"), ("white", "cross"))
KNOWN = tuple((colour, shape) for colour in COLOURS for shape in SHAPES if (colour, shape) not in HELD_OUT)
SIDES = ("left", "right")
ANSWERS = (*COLOURS, *SHAPES, "1", "2", "yes", "no")


def scene(things, rng: random.Random):
    """(first, side, second) or (only,): what a scene is, drawn from these pairs of colour and shape."""
    first = rng.choice(things)
    if rng.random() < 0.4:
        return (first,)
    return first, rng.choice(SIDES), rng.choice([thing for thing in things if thing != first])


def sentence(what) -> str:
    if len(what) == 1:
        return f"a {what[0][0]} {what[0][1]}"
    (colour, shape), side, (other_colour, other_shape) = what
    return f"a {colour} {shape} {side} of a {other_colour} {other_shape}"


def meaning(what):
    """Equal for sentences that are true of the same scene: `a left of b` is `b right of a`."""
    if len(what) == 1 or what[1] == "left":
        return what
    return what[2], "left", what[0]


def changed(what, things, rng: random.Random):
    """The same with one colour, shape or side changed, or two things swapped, so that it is no longer true."""
    while True:
        parts = list(what)
        which = rng.choice((0, 2)) if len(parts) == 3 else 0
        kind = rng.random()
        if len(parts) == 3 and kind < 0.25:
            parts[0], parts[2] = parts[2], parts[0]
        elif len(parts) == 3 and kind < 0.4:
            parts[1] = "right" if parts[1] == "left" else "left"
        else:
            colour, shape = parts[which]
            parts[which] = (rng.choice(tuple(COLOURS)), shape) if rng.random() < 0.5 else (colour, rng.choice(SHAPES))
        new = tuple(parts)
        fits = all(part in things for part in new if part not in SIDES)
        if fits and meaning(new) != meaning(what) and (len(new) == 1 or new[0] != new[2]):
            return new


def draw(what, width: int, height: int, rng: random.Random):
    """
    The scene, width x height pixels, and the box of each thing in it in shares of the width and height. Things lie in cells,
    two in height and three in width, so that a patch of the model sees a whole one.
    """
    grey = rng.randint(105, 165)
    ground = tuple(min(255, max(0, grey + rng.randint(-12, 12))) for _ in range(3))
    image = Image.new("RGB", (2 * width, 2 * height), ground)
    brush = ImageDraw.Draw(image)
    if len(what) == 1:
        places = [(what[0], rng.randrange(3))]
    else:
        left, right = (what[0], what[2]) if what[1] == "left" else (what[2], what[0])
        first, second = rng.choice(((0, 1), (0, 2), (1, 2)))
        places = [(left, first), (right, second)]
    boxes = []
    for (colour, shape), column in places:
        radius = rng.uniform(0.17, 0.2) * 2 * height
        cx = 2 * width * (column + 0.5 + rng.uniform(-0.06, 0.06)) / 3
        cy = 2 * height * (rng.randrange(2) + 0.5 + rng.uniform(-0.06, 0.06)) / 2
        fill = tuple(min(255, max(0, value + rng.randint(-14, 14))) for value in COLOURS[colour])
        box = (cx - radius, cy - radius, cx + radius, cy + radius)
        boxes.append(((colour, shape), tuple(v / (2 * (width, height)[i % 2]) for i, v in enumerate(box))))
        if shape == "circle":
            brush.ellipse(box, fill=fill)
        elif shape == "square":
            brush.rectangle(box, fill=fill)
        elif shape == "cross":
            arm = radius / 3
            brush.rectangle((cx - arm, cy - radius, cx + arm, cy + radius), fill=fill)
            brush.rectangle((cx - radius, cy - arm, cx + radius, cy + arm), fill=fill)
        else:
            brush.polygon([(cx, cy - radius), (cx - radius, cy + radius), (cx + radius, cy + radius)], fill=fill)
    return image.resize((width, height), Image.Resampling.BOX), boxes


def question(what, rng: random.Random):
    """A question about the scene and its answer."""
    things = [part for part in what if part not in SIDES]
    colour, shape = rng.choice(things)
    kind = rng.random()
    if kind < 0.3 and sum(s == shape for _, s in things) == 1:
        return f"what colour is the {shape}?", colour
    if kind < 0.6 and sum(c == colour for c, _ in things) == 1:
        return f"what shape is the {colour} thing?", shape
    if kind < 0.75:
        return "how many shapes are there?", str(len(things))
    if rng.random() < 0.5:
        return f"is there a {colour} {shape}?", "yes"
    other = rng.choice([(c, s) for c in COLOURS for s in SHAPES if (c, s) not in things and (c, s) in KNOWN])
    return f"is there a {other[0]} {other[1]}?", "no"
