"""Gathers the held-out photos in one folder with a table of their labels, for `npm run check:accuracy`.

python held_out.py PHOTO_FOLDER OUT_FOLDER LABELS

LABELS is classes.json, or the labels.json of a model. The table, labels.csv, has the columns file_name, label and source;
photos are hard links.
"""

import csv
import json
import os
import sys
from pathlib import Path

from sources import list_photos


def main(folder: Path, out: Path, labels: Path) -> None:
    classes: list[str] = json.loads((Path(__file__).parent / "classes.json").read_text())
    label_of = dict(zip(classes, json.loads(labels.read_text()), strict=True))
    out.mkdir(parents=True, exist_ok=True)
    with (out / "labels.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file_name", "label", "source"])
        for photo in list_photos(folder):
            if not photo.is_held_out:
                continue
            target = out / photo.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                os.link(os.path.realpath(folder / photo.path), target)
            table.writerow([photo.path, label_of[photo.name], photo.source])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
