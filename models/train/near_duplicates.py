"""Lists training photos that look like held-out ones, so that none of them is learned by heart.

python near_duplicates.py PHOTO_FOLDER near-duplicates.txt
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

from sources import Photo, list_photos

# Cosine of two thumbnails without their mean, from which photos count as near-duplicates. Scenes resemble each other
# more than things do.
MINI_COSINE, INTEL_COSINE = 0.93, 0.97
THUMBNAIL_PX = 12


def thumbnail(path: Path) -> np.ndarray:
    """The photo as a unit vector without its mean, float32 [432]."""
    with Image.open(path) as image:
        image.draft("RGB", (4 * THUMBNAIL_PX, 4 * THUMBNAIL_PX))
        small = image.convert("RGB").resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BILINEAR)
    vector = np.asarray(small, np.float32).ravel()
    vector -= vector.mean()
    return vector / (np.linalg.norm(vector) + 1e-6)


def near(folder: Path, learned: list[Photo], held_out: list[Photo], cosine: float) -> list[str]:
    """The paths of the photos in `learned` that are near-duplicates of any in `held_out`."""
    if not learned or not held_out:
        return []
    vectors = np.stack([thumbnail(folder / photo.path) for photo in learned])
    others = np.stack([thumbnail(folder / photo.path) for photo in held_out])
    hits = (vectors @ others.T > cosine).any(1)
    return [photo.path for photo, hit in zip(learned, hits, strict=True) if hit]


def main(folder: Path, out: Path) -> None:
    groups: dict[tuple[str, bool], list[Photo]] = defaultdict(list)
    for photo in list_photos(folder):
        groups[photo.source, photo.is_held_out].append(photo)
    found = near(folder, groups["intel", False], groups["intel", True], INTEL_COSINE)
    # The same things are in Tiny-ImageNet and mini-ImageNet, so only photos of one class are compared.
    by_class: dict[str, tuple[list[Photo], list[Photo]]] = defaultdict(lambda: ([], []))
    for photo in groups["mini", False]:
        by_class[photo.name][0].append(photo)
    for photo in groups["tiny", True]:
        by_class[photo.name][1].append(photo)
    for learned, held_out in by_class.values():
        found += near(folder, learned, held_out, MINI_COSINE)
    out.write_text("".join(f"{path}\n" for path in sorted(found)))
    print(f"{len(found)} near-duplicates")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
