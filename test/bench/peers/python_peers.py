"""One measurement of timm's inference or of transformers' pipeline for peers.ts: prints milliseconds a photo.

Wheels: torch, timm, transformers, pillow, safetensors; nothing is downloaded. argv[1] is JSON:
{"peer": "timm" | "transformers", "model": timm's name, "weights": model.safetensors, "hf": a folder for ViTForImageClassification,
 "paths": [...], "threads": n, "batch": n, "workers": n}
"""

import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
request = json.loads(sys.argv[1])

import torch

torch.set_num_threads(request["threads"])
paths, batch, workers = request["paths"], request["batch"], request["workers"]


def timm_run():
    """The loop of timm's inference.py: its loader, its transforms, softmax and the five best classes."""
    import timm
    from timm.data import create_loader, resolve_data_config

    model = timm.create_model(request["model"], pretrained=False, checkpoint_path=request["weights"]).eval()
    config = resolve_data_config({}, model=model)

    class Files(torch.utils.data.Dataset):
        def __init__(self, files):
            self.files, self.transform = files, None

        def __len__(self):
            return len(self.files)

        def __getitem__(self, index):
            from PIL import Image

            return self.transform(Image.open(self.files[index]).convert("RGB")), index

    def run(files):
        loader = create_loader(
            Files(files),
            input_size=config["input_size"],
            batch_size=batch,
            is_training=False,
            use_prefetcher=False,
            interpolation=config["interpolation"],
            mean=config["mean"],
            std=config["std"],
            crop_pct=config["crop_pct"],
            num_workers=workers,
            device=torch.device("cpu"),
        )
        with torch.inference_mode():
            for pixels, _ in loader:
                model(pixels).softmax(-1).topk(5)

    return run


def transformers_run():
    from transformers import AutoImageProcessor, ViTConfig, ViTForImageClassification, ViTImageProcessor, pipeline

    sizes = {"vit_tiny": (192, 3, 768), "vit_small": (384, 6, 1536), "vit_base": (768, 12, 3072)}
    width, heads, mlp = next(size for name, size in sizes.items() if request["model"].startswith(name))
    if not os.path.exists(request["hf"]):
        config = ViTConfig(hidden_size=width, num_attention_heads=heads, intermediate_size=mlp, num_labels=1000)
        ViTForImageClassification(config).save_pretrained(request["hf"])
        ViTImageProcessor().save_pretrained(request["hf"])
    processor = AutoImageProcessor.from_pretrained(request["hf"], use_fast=request.get("fast", True))
    classify = pipeline("image-classification", model=request["hf"], image_processor=processor, device="cpu")

    def run(files):
        for _ in classify(iter_dataset(files), batch_size=batch, num_workers=workers, top_k=5):
            pass

    def iter_dataset(files):
        from torch.utils.data import Dataset

        class Paths(Dataset):
            def __len__(self):
                return len(files)

            def __getitem__(self, index):
                return files[index]

        return Paths()

    return run


run = timm_run() if request["peer"] == "timm" else transformers_run()
run(paths[: max(2, batch)])
started = time.perf_counter()
run(paths)
print(1000 * (time.perf_counter() - started) / len(paths))
