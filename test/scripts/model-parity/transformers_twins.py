"""Writes what transformers computes with seeded twins of its image models: python transformers_twins.py OUT.jsonl [NAME...]

By hand, with torch, torchvision and transformers 5.
"""
import json
import sys
import tempfile
from pathlib import Path

import torchvision_schemas  # noqa: F401, I001

import torch
from safetensors.torch import load_file
from transformers import (
    BeitConfig, BeitForImageClassification, CLIPConfig, CLIPForImageClassification, CLIPModel, CLIPVisionConfig,
    CLIPVisionModelWithProjection, Data2VecVisionConfig, Data2VecVisionForImageClassification, DeiTConfig,
    DeiTForImageClassification, DeiTForImageClassificationWithTeacher, DINOv3ViTConfig, DINOv3ViTModel, Dinov2Config,
    Dinov2ForImageClassification, Dinov2Model, Dinov2WithRegistersConfig, Dinov2WithRegistersForImageClassification,
    IJepaConfig, IJepaForImageClassification, SiglipConfig, SiglipForImageClassification, SiglipModel, ViTConfig,
    ViTForImageClassification, ViTMAEConfig, ViTMAEModel, ViTModel, ViTMSNConfig, ViTMSNForImageClassification,
)

from twins import fill, photos, shapes_of, size_record, write

BASE = dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=12, image_size=32, patch_size=8)
COMMON = dict(BASE, intermediate_size=96)
TEXT = dict(hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, vocab_size=60,
            bos_token_id=0, eos_token_id=1, pad_token_id=0, max_position_embeddings=8)
LABELS = dict(num_labels=5)


def head_input(model, run):
    """What the classifier reads, and what it answers."""
    seen = []
    heads = [m for n, m in model.named_modules() if n in ("classifier", "cls_classifier", "distillation_classifier")]
    hooks = [head.register_forward_hook(lambda _m, inputs, _out: seen.append(inputs[0])) for head in heads]
    logits = run().logits
    for hook in hooks:
        hook.remove()
    return logits, torch.cat(seen, dim=1)


def classify(model, pixels, resized):
    return head_input(model, lambda: model(pixels, **resized))


def backbone(output):
    return lambda model, pixels, resized: (None, output(model(pixels, **resized)))


def tower(model, pixels, resized):
    features = model.get_image_features(pixels, **resized)
    features = getattr(features, "pooler_output", features)
    return None, features / features.norm(dim=-1, keepdim=True)


def projected(model, pixels, resized):
    embeds = model(pixels, **resized).image_embeds
    return None, embeds / embeds.norm(dim=-1, keepdim=True)


CASES = {
    "vit": (lambda: ViTForImageClassification(ViTConfig(**COMMON, **LABELS)), classify),
    "vit, 3 heads, gelu_new": (
        lambda: ViTForImageClassification(
            ViTConfig(**dict(COMMON, num_attention_heads=3), hidden_act="gelu_new", qkv_bias=False, **LABELS)), classify),
    "vit, no head": (lambda: ViTModel(ViTConfig(**COMMON)), backbone(lambda o: o.last_hidden_state[:, 0])),
    "deit": (lambda: DeiTForImageClassification(DeiTConfig(**COMMON, **LABELS)), classify),
    "deit, two heads": (lambda: DeiTForImageClassificationWithTeacher(DeiTConfig(**COMMON, **LABELS)), classify),
    "vit_msn": (lambda: ViTMSNForImageClassification(ViTMSNConfig(**COMMON, **LABELS)), classify),
    "vit_mae": (lambda: ViTMAEModel(ViTMAEConfig(**COMMON, mask_ratio=0.0)),
                backbone(lambda o: o.last_hidden_state[:, 0])),
    "ijepa": (lambda: IJepaForImageClassification(IJepaConfig(**COMMON, **LABELS)), classify),
    "dinov2": (lambda: Dinov2ForImageClassification(Dinov2Config(**BASE, mlp_ratio=2, **LABELS)), classify),
    "dinov2, swiglu": (
        lambda: Dinov2ForImageClassification(Dinov2Config(**BASE, use_swiglu_ffn=True, **LABELS)), classify),
    "dinov2, no head": (lambda: Dinov2Model(Dinov2Config(**BASE)), backbone(lambda o: o.last_hidden_state[:, 0])),
    "dinov2_with_registers": (
        lambda: Dinov2WithRegistersForImageClassification(
            Dinov2WithRegistersConfig(**BASE, num_register_tokens=4, **LABELS)), classify),
    "dinov3": (lambda: DINOv3ViTModel(DINOv3ViTConfig(**COMMON, num_register_tokens=4)),
               backbone(lambda o: o.last_hidden_state[:, 0])),
    "dinov3, gated": (
        lambda: DINOv3ViTModel(
            DINOv3ViTConfig(**COMMON, num_register_tokens=4, use_gated_mlp=True, hidden_act="silu")),
        backbone(lambda o: o.last_hidden_state[:, 0])),
    "beit": (
        lambda: BeitForImageClassification(BeitConfig(**COMMON, use_relative_position_bias=True, **LABELS)), classify),
    "beit, cls, shared positions": (
        lambda: BeitForImageClassification(
            BeitConfig(**COMMON, use_mean_pooling=False, use_shared_relative_position_bias=True,
                       use_absolute_position_embeddings=True, **LABELS)), classify),
    "data2vec": (
        lambda: Data2VecVisionForImageClassification(
            Data2VecVisionConfig(**COMMON, use_relative_position_bias=True, **LABELS)), classify),
    "clip, classifier": (
        lambda: CLIPForImageClassification(
            CLIPConfig(text_config=TEXT, vision_config=COMMON, projection_dim=20, **LABELS)), classify),
    "clip": (lambda: CLIPModel(CLIPConfig(text_config=TEXT, vision_config=COMMON, projection_dim=20)), tower),
    "clip, image tower, gelu": (
        lambda: CLIPVisionModelWithProjection(CLIPVisionConfig(**COMMON, hidden_act="gelu", projection_dim=20)),
        projected),
    "siglip, classifier": (
        lambda: SiglipForImageClassification(SiglipConfig(text_config=TEXT, vision_config=COMMON, **LABELS)), classify),
    "siglip": (lambda: SiglipModel(SiglipConfig(text_config=TEXT, vision_config=COMMON)), tower),
}
#: These take any size as they are.
ANY_SIZE = ("dinov2", "dinov3")
#: transformers has no way to run them at another size.
FIXED_SIZE = ("ijepa", "vit_mae")


def record(name: str, make, run, in_new_names: bool) -> dict:
    model = fill(make())
    folder = Path(tempfile.mkdtemp())
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    stored = load_file(folder / "model.safetensors")
    tensors = dict(model.state_dict()) if in_new_names else stored
    sizes = []
    with torch.no_grad():
        for px in (32,) if name.startswith(FIXED_SIZE) else (32, 48, 24):
            resized = {} if px == 32 or name.startswith(ANY_SIZE) else {"interpolate_pos_encoding": True}
            logits, embedding = run(model, photos(px, px), resized)
            sizes.append(size_record(px, px, logits, embedding))
    return {
        "name": f"{name} (names of transformers 5)" if in_new_names else name,
        "files": {
            "config.json": config,
            "preprocessor_config.json": {"size": {"height": 32, "width": 32}},
        },
        "tensors": {n: list(t.shape) for n, t in tensors.items() if t.dtype == torch.float32},
        "seededAs": seeded_as(model, tensors),
        "sizes": sizes,
    }


def seeded_as(model, tensors) -> dict[str, str | list]:
    """Which parameter a stored tensor is, where it has another name; of one that is several, all."""
    own = {n: p.detach() for n, p in model.named_parameters()}
    names = {}
    for name, tensor in tensors.items():
        if name in own or tensor.dtype != torch.float32:
            continue
        same = [n for n, p in own.items() if p.shape == tensor.shape and torch.equal(p, tensor)]
        if same:
            names[name] = same[0]
            continue
        parts = [n for n, p in own.items() if p.ndim == tensor.ndim and any(
            torch.equal(p, tensor[i:i + p.shape[0]]) for i in (0, tensor.shape[0] - p.shape[0]))]
        names[name] = sorted(parts, key=lambda n: 0 if torch.equal(own[n], tensor[:own[n].shape[0]]) else 1)
    return names


if __name__ == "__main__":
    out, *wanted = sys.argv[1:]
    records = []
    for name, (make, run) in CASES.items():
        if wanted and name not in wanted:
            continue
        print(name, file=sys.stderr)
        records.append(record(name, make, run, in_new_names=False))
        if name in ("vit", "dinov2, swiglu", "beit"):
            records.append(record(name, make, run, in_new_names=True))
    write(records, out)
