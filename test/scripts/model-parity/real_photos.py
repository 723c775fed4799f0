"""Labels photos with a real ViT-Ti by timm's own code: python real_photos.py MODEL_FOLDER PHOTOS OUT.csv SIZE...

Each photo is fed upright and in sRGB. For each photo and input size the CSV has the best class and its lead in probability
over the next: what `npm run check:real-photos` compares. By hand, with torch, torchvision, timm.
"""
import csv
import io
import sys
from pathlib import Path

import torchvision_schemas  # noqa: F401, I001

import timm
import torch
from PIL import Image, ImageCms, ImageOps
from timm.data import create_transform, resolve_data_config

SRGB = ImageCms.createProfile("sRGB")


def open_photo(file: Path) -> Image.Image:
    image = ImageOps.exif_transpose(Image.open(file))
    profile = image.info.get("icc_profile")
    if profile and image.mode == "RGB":
        image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), SRGB)
    return image.convert("RGB")


def main(folder: str, photos: str, out: str, sizes: list[int]) -> None:
    files = sorted(file for file in Path(photos).iterdir() if file.suffix.lower() in (".jpg", ".jpeg", ".png"))
    overlay = {"file": str(Path(folder) / "model.safetensors"), "custom_load": False}
    with open(out, "w", newline="", encoding="utf-8") as target:
        rows = csv.writer(target)
        rows.writerow(["size", "file_name", "class", "score", "lead"])
        for size in sizes:
            model = timm.create_model(
                "vit_tiny_patch16_224", pretrained=True, pretrained_cfg_overlay=overlay, img_size=size
            ).eval()
            config = resolve_data_config({"img_size": size}, pretrained_cfg=model.pretrained_cfg)
            transform = create_transform(**config)
            for file in files:
                with torch.inference_mode():
                    scores = model(transform(open_photo(file))[None]).softmax(1)[0]
                best, next_best = scores.topk(2).values.tolist()
                rows.writerow([size, file.name, scores.argmax().item(), f"{best:.6f}", f"{best - next_best:.6f}"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], [int(size) for size in sys.argv[4:]])
