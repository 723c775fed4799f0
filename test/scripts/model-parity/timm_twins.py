"""Writes what timm computes with seeded twins of its ViTs: python timm_twins.py OUT.jsonl [--entries | NAME...]

--entries: every pretrained entry with a class head of vision_transformer, deit, eva and beit; without: every architecture.
A twin has the architecture's own arguments, with two blocks and 8 numbers a head. By hand, with torch, torchvision, timm.
"""
import copy
import sys
from collections import defaultdict

import torchvision_schemas  # noqa: F401, I001

import timm
import torch
from timm.models import _registry

from twins import fill, photos, shapes_of, size_record, write

MODULES = ("vision_transformer", "deit", "eva", "beit")
CLASSES = 5
#: ImageNet-1k, -12k and -21k; what else entries count as classes is the width of a projection.
CLASS_COUNTS = (1000, 11221, 11821, 21841, 21843)


def heads_of(name: str) -> tuple[int, int]:
    """Heads and patch size, from the model without weights."""
    with torch.device("meta"):
        model = timm.create_model(name, depth=1)
    block = model.blocks[0]
    attn = block.attns[0].attn if hasattr(block, "attns") else getattr(block, "attn", block)
    return attn.num_heads, model.patch_embed.patch_size[0]


def make(name: str, width: int, px: int):
    return timm.create_model(
        name, depth=2, embed_dim=width, img_size=px, num_classes=CLASSES, dynamic_img_size=False
    ) if not is_beit(name) else timm.create_model(name, depth=2, embed_dim=width, img_size=px, num_classes=CLASSES)


def is_beit(name: str) -> bool:
    return name.startswith("beit") and not name.startswith("beit3")


def resized(model, name: str, width: int, px: int):
    """The same weights at another size, as timm resizes them when it loads a checkpoint."""
    other = make(name, width, px)
    if is_beit(name):
        from timm.models.beit import checkpoint_filter_fn
        other.load_state_dict(checkpoint_filter_fn(model.state_dict(), other))
    else:
        other = copy.deepcopy(model)
        other.set_input_size(img_size=(px, px))
    return other.eval()


def run(model, pixels):
    features = model.forward_features(pixels)
    if hasattr(model, "head_dist"):
        logits = model(pixels)
        return logits, torch.cat([features[:, 0], features[:, 1]], dim=1)
    return model.forward_head(features), model.forward_head(features, pre_logits=True)


def record(name: str) -> dict:
    heads, patch = heads_of(name)
    width = heads * 8 * (2 if name.startswith(("vit_dlittle", "vit_dpwee")) else 1)
    px = 6 * patch
    model = fill(make(name, width, px))
    tensors = {n: p.detach() for n, p in model.named_parameters()}
    sizes = []
    with torch.no_grad():
        sizes.append(size_record(px, px, *run(model, photos(px, px))))
        sizes += [size_record(s, s, *run(resized(model, name, width, s), photos(s, s))) for s in (9 * patch, 4 * patch)]
    config = {
        "architecture": name,
        "num_classes": CLASSES,
        "num_features": width,
        "global_pool": model.global_pool,
        "model_args": {"depth": 2, "embed_dim": width, "img_size": px},
        "pretrained_cfg": {"input_size": [3, px, px], "num_classes": CLASSES},
    }
    return {"name": name, "files": {"config.json": config}, "tensors": shapes_of(tensors), "sizes": sizes}


def entries() -> list[tuple[str, str]]:
    """(architecture, entry) of those pretrained with a class head."""
    names = {name for module in MODULES for name in timm.list_models(module=module)}
    configs = _registry._model_pretrained_cfgs
    return [(entry.split(".")[0], entry) for entry in timm.list_pretrained()
            if entry.split(".")[0] in names and configs[entry].num_classes in CLASS_COUNTS]


def main(out: str, *wanted: str) -> None:
    if wanted == ("--entries",):
        pairs = entries()
    else:
        names = wanted or [name for module in MODULES for name in timm.list_models(module=module)]
        pairs = [(name, name) for name in names]
    entries_of = defaultdict(list)
    for name, entry in pairs:
        entries_of[name].append(entry)
    records = []
    for name, of_name in entries_of.items():
        try:
            records.append({**record(name), "entries": of_name})
        except Exception as error:  # a twin that cannot be made is told, and not compared
            print(f"{name}: {type(error).__name__} {error}", file=sys.stderr)
    write(records, out)
    print(len(pairs), "entries,", len(records), "of", len(entries_of), "twins", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
