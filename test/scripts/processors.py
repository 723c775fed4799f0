"""What the image processors of transformers and timm, and those of taggers, make of photos: see processors.ts.

usage: python3 test/scripts/processors.py PHOTOS_FOLDER > test/models/config/processors.json
Needs torch, torchvision, timm and transformers. With torchvision built for CUDA beside the CPU's torch, the operators
that it lacks are declared first. Photos are turned upright and converted to sRGB, as Labelroom does, before they are
handed to the processors. Of each result a grid of GRID x GRID pixels is kept, as float16.
"""
import base64
import io
import json
import pathlib
import sys

import numpy as np
import torch

library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm.data
import transformers
from PIL import Image, ImageCms, ImageOps

GRID = 16
CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
CLIP_STD = [0.26862954, 0.26130258, 0.27577711]
IMAGENET_MEAN = [0.485, 0.456, 0.406]
IMAGENET_STD = [0.229, 0.224, 0.225]

# Name, files of the model folder, and whose code makes the pixels.
CASES = []


def transformers_case(name, processor, **config):
    CASES.append((name, {"preprocessor_config.json": {"image_processor_type": f"{processor}ImageProcessor", **config}}, processor))


def timm_case(name, **pretrained):
    CASES.append((name, {"config.json": {"architecture": "vit", "pretrained_cfg": pretrained}}, "timm"))


def tagger_case(name, files, make):
    CASES.append((name, files, make))


transformers_case("vit", "ViT")
transformers_case("vit with its fields", "ViT", do_resize=True, size={"height": 192, "width": 256}, resample=2, image_mean=[0.4], image_std=[0.25])
transformers_case("vit of an old file", "ViT", size=224, resample=3)
transformers_case("vit, size null", "ViT", size=None)
transformers_case("deit", "DeiT")
transformers_case("deit 384", "DeiT", size={"height": 438, "width": 438}, crop_size=384, resample="bicubic")
transformers_case("beit, old", "Beit", size={"height": 256, "width": 256}, do_center_crop=True, crop_size={"height": 224, "width": 224}, resample=2)
transformers_case("beit", "Beit", size={"height": 224, "width": 224})
transformers_case("bit", "Bit", size={"shortest_edge": 256}, image_mean=IMAGENET_MEAN, image_std=IMAGENET_STD)
transformers_case("bit, odd", "Bit", size={"shortest_edge": 235}, crop_size=224)
transformers_case("bit, smaller than its crop", "Bit", size={"shortest_edge": 160}, crop_size=225)
transformers_case("clip", "CLIP")
transformers_case("clip, size a number", "CLIP", size=224, crop_size=224)
transformers_case("convnext 224", "ConvNext", size={"shortest_edge": 224}, crop_pct=0.875)
transformers_case("convnext 384", "ConvNext")
transformers_case("levit", "Levit")
transformers_case("mobilevit", "MobileViT", size={"shortest_edge": 288}, crop_size={"height": 256, "width": 256})
transformers_case("mobilevit, not flipped", "MobileViT", do_flip_channel_order=False)
transformers_case("mobilenet v1", "MobileNetV1")
transformers_case("mobilenet v2", "MobileNetV2")
transformers_case("efficientnet b0", "EfficientNet", size={"height": 224, "width": 224}, image_mean=IMAGENET_MEAN, image_std=[0.47853944, 0.4732864, 0.47434163])
transformers_case("efficientnet with offset", "EfficientNet", size={"height": 224, "width": 224}, rescale_offset=True, rescale_factor=1 / 127.5, include_top=False)
transformers_case("poolformer", "PoolFormer")
transformers_case("poolformer, square", "PoolFormer", size={"height": 224, "width": 224}, crop_pct=0.95)
transformers_case("pvt", "Pvt")
transformers_case("segformer", "Segformer", size={"height": 224, "width": 224})
transformers_case("siglip", "Siglip")
transformers_case("dinov3", "DINOv3ViT")
transformers_case("lanczos", "ViT", resample=1)
transformers_case("not resized, cropped", "Bit", do_resize=False, crop_size={"height": 200, "width": 200})
timm_case("timm", input_size=[3, 224, 224], crop_pct=0.9, interpolation="bicubic", mean=[0.5] * 3, std=[0.5] * 3)
timm_case("timm defaults", input_size=[3, 224, 224])
timm_case("timm 256", input_size=[3, 256, 256], crop_pct=0.9, interpolation="bicubic")
timm_case("timm, bilinear and odd", input_size=[3, 224, 224], crop_pct=0.95, interpolation="bilinear")
timm_case("timm, crop_pct above 1", input_size=[3, 224, 224], crop_pct=1.2)
timm_case("timm, rectangle", input_size=[3, 192, 320], crop_pct=0.9)
timm_case("timm, squash", input_size=[3, 224, 224], crop_pct=1.0, crop_mode="squash")
timm_case("timm, squash and crop", input_size=[3, 224, 224], crop_pct=0.95, crop_mode="squash")
timm_case("timm, border", input_size=[3, 224, 224], crop_pct=1.0, crop_mode="border", mean=CLIP_MEAN, std=CLIP_STD)
timm_case("timm, border and crop", input_size=[3, 224, 224], crop_pct=0.9, crop_mode="border")


def upright_srgb(path):
    photo = ImageOps.exif_transpose(Image.open(path))
    profile = photo.info.get("icc_profile")
    if profile is not None:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        photo = ImageCms.profileToProfile(photo, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return photo.convert("RGB")


def padded_square(photo, colour):
    side = max(photo.size)
    square = Image.new("RGB", (side, side), colour)
    square.paste(photo, ((side - photo.width) // 2, (side - photo.height) // 2))
    return square


def wd_tagger(photo):
    """SmilingWolf's taggers: a white square, bicubic, BGR, 0..255."""
    square = padded_square(photo, (255, 255, 255)).resize((448, 448), Image.BICUBIC)
    return torch.from_numpy(np.asarray(square, dtype=np.float32)[:, :, ::-1].copy()).permute(2, 0, 1)


def wd_timm(photo):
    """The same with timm's weights: BGR too, mean and deviation 0.5."""
    return (wd_tagger(photo) / 255 - 0.5) / 0.5


def joytag(photo):
    """fancyfeast's JoyTag: a white square, bicubic, the mean of CLIP."""
    square = padded_square(photo, (255, 255, 255)).resize((448, 448), Image.BICUBIC)
    pixels = torch.from_numpy(np.asarray(square, dtype=np.float32) / 255).permute(2, 0, 1)
    return (pixels - torch.tensor(CLIP_MEAN).view(3, 1, 1)) / torch.tensor(CLIP_STD).view(3, 1, 1)


wd_files = {"selected_tags.csv": "tag_id,name,category,count\n1,general,9,1\n2,1girl,0,1\n"}
tagger_case("wd tagger, weights", {**wd_files, "config.json": {"architecture": "vit_base_patch16_224", "pretrained_cfg": {"input_size": [3, 448, 448], "mean": [0.5] * 3, "std": [0.5] * 3}}}, wd_timm)
tagger_case("joytag", {"top_tags.txt": "1girl\nsolo\n", "config.json": {"class": "ViT", "image_size": 448}}, joytag)


def make(case, photo):
    _, files, maker = case
    if callable(maker):
        return maker(photo)
    if maker == "timm":
        config = timm.data.resolve_data_config({}, pretrained_cfg=files["config.json"]["pretrained_cfg"])
        return timm.data.create_transform(**config)(photo)
    config = {key: value for key, value in files["preprocessor_config.json"].items() if key != "image_processor_type" and value is not None}
    # transformers wants the number of the filter; files with its name exist.
    if config.get("resample") == "bicubic":
        config["resample"] = 3
    return getattr(transformers, f"{maker}ImageProcessor")(**config)(photo, return_tensors="pt")["pixel_values"][0]


def main(folder):
    photos = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    loaded = [(path.relative_to(folder).as_posix(), upright_srgb(path)) for path in photos]
    cases = []
    for case in CASES:
        results = {}
        for name, photo in loaded:
            tensor = make(case, photo)
            _, height, width = tensor.shape
            rows = (np.arange(GRID) * (height - 1) / (GRID - 1)).astype(int)
            columns = (np.arange(GRID) * (width - 1) / (GRID - 1)).astype(int)
            grid = tensor.numpy()[:, rows][:, :, columns].astype("<f2")
            results[name] = base64.b64encode(grid.tobytes()).decode()
        cases.append({"name": case[0], "files": case[1], "height": height, "width": width, "photos": results})
    json.dump({"grid": GRID, "cases": cases}, sys.stdout)


main(sys.argv[1])
