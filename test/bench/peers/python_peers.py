"""One measurement for peers.ts: prints milliseconds a photo of timm's inference or of transformers' pipeline, or, of the
peer "sgemm", how many GFLOP a second the matrix products of a ViT's layers reach with torch's library alone.

Wheels: torch, timm, transformers, pillow, safetensors; nothing is downloaded. argv[1] is JSON:
{"peer": "timm" | "transformers", "model": timm's name, "weights": model.safetensors, "hf": a folder for ViTForImageClassification,
 "paths": [...], "threads": n, "batch": n, "workers": n}; of "sgemm": {"threads": n, "width": n, "tokens": n}
"""

import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
request = json.loads(sys.argv[1])

import torch

torch.set_num_threads(request["threads"])


def sgemm_gflops(width, tokens):
    """Of the fastest shape, at its fastest: what no fp32 program on these cores is likely to exceed."""
    best = 0.0
    for inputs, outputs in ((width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)):
        rows, weights = torch.randn(8 * tokens, inputs), torch.randn(inputs, outputs)
        for repeat in range(60):
            started = time.perf_counter()
            rows @ weights
            seconds = time.perf_counter() - started
            if repeat >= 10:
                best = max(best, 2 * rows.numel() * outputs / seconds / 1e9)
    return best


if request["peer"] == "sgemm":
    print(sgemm_gflops(request["width"], request["tokens"]))
    sys.exit()

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
