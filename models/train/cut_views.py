"""Decodes every photo once into arrays of 64 px.

python cut_views.py PHOTO_FOLDER near-duplicates.txt ARRAY_FOLDER

Writes photos.json (path, class index and source of each row), and uint8 [photos, 64, 64, 3]: train.npy, the largest square
of each photo at a random place, and held-out.npy, the central square. Training photos are in a random order, so that any
number of the first ones is a fair sample.
"""

import json
import random
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image

from sources import Photo, list_photos

SIZE_PX = 64
# Larger photos are scaled down to it first.
LARGEST_PX = 400
Box = tuple[int, int, int, int]


def decode(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("RGB", (LARGEST_PX, LARGEST_PX))
        photo = image.convert("RGB")
    if max(photo.size) > LARGEST_PX:
        photo.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.BICUBIC)
    return photo


def square(photo: Image.Image, place: float) -> Box:
    """The largest square, at this place (0..1) along the long side; 0.5 is the centre."""
    side = min(photo.size)
    left, top = (int(place * (length - side)) for length in photo.size)
    return left, top, left + side, top + side


def cut(job: tuple[int, Path, bool]) -> tuple[int, np.ndarray]:
    row, path, is_held_out = job
    photo = decode(path)
    place = 0.5 if is_held_out else random.Random(row).random()
    return row, np.asarray(photo.resize((SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC, box=square(photo, place)))


def cut_all(folder: Path, photos: list[Photo], file: Path) -> None:
    """Fills an array with the views of all photos."""
    array = np.lib.format.open_memmap(file, "w+", np.uint8, (len(photos), SIZE_PX, SIZE_PX, 3))
    jobs = [(row, folder / photo.path, photo.is_held_out) for row, photo in enumerate(photos)]
    with Pool() as pool:
        for row, view in pool.imap_unordered(cut, jobs, chunksize=128):
            array[row] = view
    array.flush()


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
    cut_all(folder, held_out, out / "held-out.npy")
    cut_all(folder, train, out / "train.npy")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
