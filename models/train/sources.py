"""The photo collections of the bundled model: where their photos lie, what class each is, and which are held out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TINY = "IMagenet/tiny-imagenet-200"
MINI = "split_minidataset"
INTEL = "Intel-Image-Classifier"
HOUSES = "Houses-dataset/Houses Dataset"
WEATHER = "Image-Classification-Using-Pretrained-models/dataset2"

# Of the classes that only mini-ImageNet has, so many of the validation photos are held out.
HELD_OUT_OF_MINI = 20
# Of houses and weather, every so many-th is held out.
HELD_OUT_STRIDE = 7


@dataclass(frozen=True)
class Photo:
    """A photo of a collection; `name` is that of a class in classes.json, `path` is relative to the photo folder."""

    path: str
    name: str
    source: str
    is_held_out: bool


def list_photos(folder: Path) -> list[Photo]:
    """All photos of the five collections below `folder`, in an order that is always the same."""
    return [*_tiny(folder), *_mini(folder), *_intel(folder), *_houses(folder), *_weather(folder)]


def tiny_classes(folder: Path) -> list[str]:
    return (folder / TINY / "wnids.txt").read_text().split()


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _tiny(folder: Path) -> Iterator[Photo]:
    root = folder / TINY
    for path in _files(root, "train/*/images/*.JPEG"):
        yield Photo(str(path.relative_to(folder)), path.parent.parent.name, "tiny", False)
    for line in (root / "val/val_annotations.txt").read_text().splitlines():
        file, name, *_ = line.split("\t")
        yield Photo(f"{TINY}/val/images/{file}", name, "tiny", True)


def _mini(folder: Path) -> Iterator[Photo]:
    known = set(tiny_classes(folder))
    for part in ("train", "val"):
        for group in _files(folder / MINI / part, "*"):
            paths = _files(group, "*.jpg")
            is_measured = part == "val" and group.name not in known
            first = len(paths) - HELD_OUT_OF_MINI if is_measured else len(paths)
            for at, path in enumerate(paths):
                yield Photo(str(path.relative_to(folder)), group.name, "mini", at >= first)


def _intel(folder: Path) -> Iterator[Photo]:
    for part in ("train", "test"):
        for path in _files(folder / INTEL / part, "*/*.jpg"):
            yield Photo(str(path.relative_to(folder)), f"scene:{path.parent.name}", "intel", part == "test")


def _houses(folder: Path) -> Iterator[Photo]:
    for path in _files(folder / HOUSES, "*.jpg"):
        number, room = path.stem.split("_")
        yield Photo(str(path.relative_to(folder)), f"house:{room}", "houses", int(number) % HELD_OUT_STRIDE == 0)


def _weather(folder: Path) -> Iterator[Photo]:
    for at, path in enumerate(_files(folder / WEATHER, "*.jpg")):
        name = f"sky:{path.stem.rstrip('0123456789')}"
        yield Photo(str(path.relative_to(folder)), name, "weather", at % HELD_OUT_STRIDE == 0)
