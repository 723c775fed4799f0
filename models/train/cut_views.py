"""Decodes every photo once into arrays of 64 px views.

python cut_views.py PHOTO_FOLDER near-duplicates.txt ARRAY_FOLDER

Writes photos.json (path, class index and source of each row), and uint8 [photos, 64, 64, 3]:
train-views.npy, a random part of each photo, which the teacher sees too (train-boxes.npy: left, top, right, bottom in
px of the decoded photo); train-squares.npy, the largest square; held-out.npy, the central square. Training photos are in
a random order, so that any number of the first ones is a fair sample.
"""

import json
import math
import random
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image

from sources import Photo, list_photos

SIZE_PX = 64
# Larger photos are scaled down to it first, here and for the teacher: boxes are in px of that.
LARGEST_PX = 400
Box = tuple[int, int, int, int]


def decode(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("RGB", (LARGEST_PX, LARGEST_PX))
        photo = image.convert("RGB")
    if max(photo.size) > LARGEST_PX:
        photo.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.BICUBIC)
    return photo


def scale(photo: Image.Image, box: Box, size_px: int) -> np.ndarray:
    return np.asarray(photo.resize((size_px, size_px), Image.Resampling.BICUBIC, box=box))


def square(photo: Image.Image, place: float) -> Box:
    """The largest square, at this place (0..1) along the long side; 0.5 is the centre."""
    side = min(photo.size)
    left, top = (int(place * (length - side)) for length in photo.size)
    return left, top, left + side, top + side


def random_view(photo: Image.Image, dice: random.Random) -> Box:
    """A part of 35 to 100 % of the photo's area with sides from 3:4 to 4:3."""
    width, height = photo.size
    for _ in range(10):
        area = dice.uniform(0.35, 1) * width * height
        ratio = math.exp(dice.uniform(math.log(3 / 4), math.log(4 / 3)))
        wide, high = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if wide <= width and high <= height:
            left, top = dice.randint(0, width - wide), dice.randint(0, height - high)
            return left, top, left + wide, top + high
    return square(photo, 0.5)


def cut(job: tuple[int, Path, bool]) -> tuple[int, Box, list[np.ndarray]]:
    row, path, is_held_out = job
    photo = decode(path)
    if is_held_out:
        box = square(photo, 0.5)
        return row, box, [scale(photo, box, SIZE_PX)]
    dice = random.Random(row)
    box = random_view(photo, dice)
    return row, box, [scale(photo, box, SIZE_PX), scale(photo, square(photo, dice.random()), SIZE_PX)]


def cut_all(folder: Path, photos: list[Photo], files: list[Path]) -> np.ndarray:
    """Fills one array per file with the views of all photos; the boxes, int32 [photos, 4]."""
    shape = (len(photos), SIZE_PX, SIZE_PX, 3)
    arrays = [np.lib.format.open_memmap(file, "w+", np.uint8, shape) for file in files]
    boxes = np.zeros((len(photos), 4), np.int32)
    jobs = [(row, folder / photo.path, photo.is_held_out) for row, photo in enumerate(photos)]
    with Pool(2) as pool:
        for row, box, views in pool.imap_unordered(cut, jobs, chunksize=128):
            boxes[row] = box
            for array, view in zip(arrays, views, strict=True):
                array[row] = view
    for array in arrays:
        array.flush()
    return boxes


def main(folder: Path, near_duplicates: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    classes: list[str] = json.loads((Path(__file__).parent / "classes.json").read_text())
    number = {name: at for at, name in enumerate(classes)}
    left_out = set(near_duplicates.read_text().splitlines())
    photos = list_photos(folder)
    train = [photo for photo in photos if not photo.is_held_out and photo.path not in left_out]
    random.Random(0).shuffle(train)
    held_out = [photo for photo in photos if photo.is_held_out]
    rows = {
        part: [(photo.path, number[photo.name], photo.source) for photo in some]
        for part, some in (("train", train), ("held-out", held_out))
    }
    (out / "photos.json").write_text(json.dumps(rows))
    print(f"{len(classes)} classes, {len(train)} photos to learn from, {len(held_out)} held out", flush=True)
    cut_all(folder, held_out, [out / "held-out.npy"])
    boxes = cut_all(folder, train, [out / "train-views.npy", out / "train-squares.npy"])
    np.save(out / "train-boxes.npy", boxes)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
