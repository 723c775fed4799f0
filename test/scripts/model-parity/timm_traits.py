"""Writes models/config/timm-architectures.json: what of each ViT of timm shows in no tensor. By hand, with torch and timm.

Read from the models themselves, made without weights: heads, norms, activation, pooling, rotary positions, block layout.
"""
import json
import sys
from collections import defaultdict

import torchvision_schemas  # noqa: F401, I001

import timm
import torch
from timm.models import _registry

MODULES = ("vision_transformer", "deit", "eva", "beit")
ACTIVATIONS = {"GELU": "gelu", "GELUTanh": "gelu_tanh", "QuickGELU": "quick_gelu", "SiLU": "silu", "ReLU": "relu"}
LAYOUTS = {
    "Block": None, "EvaBlock": None, "ResPostBlock": "post-norm", "EvaBlockPostNorm": "post-norm",
    "ParallelScalingBlock": "parallel", "ParallelThingsBlock": "multiple",
}


def kind(module) -> str:
    return type(module).__name__


def traits_of(name: str) -> dict:
    with torch.device("meta"):
        model = timm.create_model(name, depth=1)  # as all its blocks are alike
    block = model.blocks[0]
    layout = LAYOUTS.get(kind(block))
    if kind(block) not in LAYOUTS:
        return {"unsupported": kind(block)}
    attn = block.attns[0].attn if layout == "multiple" else block if layout == "parallel" else block.attn
    if kind(attn) == "DiffAttention":
        return {"unsupported": "DiffAttention"}
    norm = block.attns[0].norm if layout == "multiple" else block.in_norm if layout == "parallel" else block.norm1
    act = block.ffns[0].mlp.act if layout == "multiple" else block.mlp_act if layout == "parallel" else block.mlp.act
    traits = {"heads": attn.num_heads, "pool": model.global_pool}
    if kind(norm) not in ("LayerNorm", "LayerNormFp32"):
        traits["norm"] = {"RmsNorm": "rms"}[kind(norm)]
    if norm.eps != 1e-6:
        traits["epsilon"] = norm.eps
    if ACTIVATIONS[kind(act)] != "gelu":
        traits["activation"] = ACTIVATIONS[kind(act)]
    if layout:
        traits["layout"] = layout
    if kind(getattr(model, "norm", None)) == "Identity" and kind(getattr(model, "fc_norm", torch.nn.Identity())) == "Identity":
        traits["finalNorm"] = False
    pool = getattr(model, "attn_pool", None)
    if getattr(model, "pool_include_prefix", False) or (pool is not None and kind(model) == "Eva"):
        traits["poolsPrefix"] = True
    if pool is not None and pool.num_heads != attn.num_heads:
        traits["poolHeads"] = pool.num_heads
    rope = getattr(model, "rope", None)
    if rope is not None:
        traits["rotary"] = rotary_of(rope, attn)
    return traits


def rotary_of(rope, attn) -> dict:
    half = bool(getattr(attn, "rotate_half", False))
    columns_first = rope.grid_indexing == "xy"
    if kind(rope) == "RotaryEmbeddingMixed":
        assert not half
        found = {"kind": "mixed"}
    elif kind(rope) == "RotaryEmbeddingDinoV3":
        assert rope.normalize_coords == "separate" and rope.min_period is None and rope.rotate_half == half
        found = {"kind": "centred", "temperature": rope.temperature}
        columns_first = False
    else:
        assert kind(rope) == "RotaryEmbeddingCat" and not rope.in_pixels and not half
        found = {"kind": "axial", "temperature": rope.temperature}
        if rope.ref_feat_shape is not None:
            found["reference"] = list(rope.ref_feat_shape)
    if half:
        found["pairs"] = "halves"
    if columns_first:
        found["axes"] = "columns-first"
    if getattr(rope, "grid_offset", 0):
        found["offset"] = rope.grid_offset
    return found


def main(out: str) -> None:
    groups = defaultdict(list)
    known = {}
    for module in MODULES:
        for name in timm.list_models(module=module):
            known[name] = json.dumps(traits_of(name), sort_keys=True)
    for old, new in _registry._deprecated_models.items():
        target = (new or "").split(".")[0]
        if target in known and old not in known:
            known[old] = known[target]
    for name, traits in known.items():
        groups[traits].append(name)
    with open(out, "w") as file:
        rows = [json.dumps({**json.loads(traits), "names": sorted(names)}) for traits, names in sorted(groups.items())]
        file.write("[\n" + ",\n".join(rows) + "\n]\n")
    print(len(known), "architectures in", len(groups), "groups")


if __name__ == "__main__":
    main(sys.argv[1])
