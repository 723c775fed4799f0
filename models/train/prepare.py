"""Decodes Tiny-ImageNet-200 once into arrays: python prepare.py DATASET_FOLDER ARRAY_FOLDER

Also writes labels.csv beside the validation photos, by which `npm run accuracy` measures Labelroom itself.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image


def decode(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def save(folder: Path, name: str, photos: list[Path], classes: list[int]) -> None:
    pixels = np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.uint8, (len(photos), 3, 64, 64))
    for index, photo in enumerate(photos):
        pixels[index] = decode(photo).transpose(2, 0, 1)
    pixels.flush()
    np.save(folder / f"{name}-classes.npy", np.array(classes, np.int64))
    print(f"{name}: {len(photos)} photos")


def main(dataset: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wnids = (dataset / "wnids.txt").read_text().split()
    number_of = {wnid: number for number, wnid in enumerate(wnids)}
    train = sorted((dataset / "train").glob("*/images/*.JPEG"))
    save(folder, "train", train, [number_of[photo.parent.parent.name] for photo in train])
    rows = [line.split("\t") for line in (dataset / "val" / "val_annotations.txt").read_text().splitlines()]
    names = json.loads((Path(__file__).parent.parent / "bundled" / "labels.json").read_text())
    with (dataset / "val" / "images" / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["file_name", "label"], *([row[0], names[number_of[row[1]]]] for row in rows)])
    save(folder, "val", [dataset / "val" / "images" / row[0] for row in rows], [number_of[row[1]] for row in rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
