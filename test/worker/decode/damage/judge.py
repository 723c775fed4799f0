# Judges damaged photos by Pillow, for verdicts.json. Run by hand; tests need no Python.
# usage: node test/scripts/write-damages.ts FOLDER && python3 judge.py FOLDER > verdicts.json
# FOLDER holds one folder a photo, with `whole` and one file a seed. Of HEIC, heif-convert judges, of JPEG XL djxl.
# One letter a seed: r refused, s opened with the same pixels, c opened with changed pixels.
import json
import subprocess
import sys
import warnings
from pathlib import Path

from PIL import Image

warnings.simplefilter("ignore")


converters = {".heic": "heif-convert", ".jxl": "djxl"}


def pixels(path, converter):
    if converter is not None:
        png = path.with_suffix(".png")
        png.unlink(missing_ok=True)
        subprocess.run([converter, path, png], capture_output=True, timeout=60)
        path = png
    try:
        with Image.open(path) as image:
            image.load()
            return image.size, image.convert("RGBA").tobytes()
    except Exception:
        return None


def verdict(path, whole, converter):
    found = pixels(path, converter)
    return "r" if found is None else "s" if found == whole else "c"


verdicts = {}
for folder in sorted(Path(sys.argv[1]).iterdir()):
    converter = converters.get(folder.suffix)
    whole = pixels(folder / "whole", converter)
    assert whole is not None, folder
    seeds = sorted((path for path in folder.iterdir() if path.name.isdigit()), key=lambda path: int(path.name))
    verdicts[folder.name] = "".join(verdict(path, whole, converter) for path in seeds)
print(json.dumps(verdicts, indent=2))
