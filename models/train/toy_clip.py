"""Trains a toy CLIP on drawn shapes and writes it as a transformers folder: for tests of the path from words to labels.

usage: python3 models/train/toy_clip.py OUT_FOLDER [--steps 1500] [--seed 0] [--start FOLDER]
Takes some minutes on one core. Needs torch, transformers, tokenizers and pillow. Combinations of shape and colour in
shapes.HELD_OUT are in no picture and no sentence of the training; the accuracy on them is printed at the end.
"""
from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPConfig, CLIPModel

from shapes import ALL, COLOURS, HELD_OUT, SHAPES, TRAINED, Scene, draw

SIDE = 64
MEAN, STD = 0.5, 0.25
TEMPLATES = ("{}", "a photo of {}.", "a photo of a {}.", "a photo of the {}.")
BATCH = 64


def clip_tokenizer(corpus: list[str], size: int) -> Tokenizer:
    """CLIP's tokenizer with a vocabulary of its own."""
    pattern = r"""<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
    start, end = "<|startoftext|>", "<|endoftext|>"
    tokenizer = Tokenizer(models.BPE(unk_token=end, continuing_subword_prefix="", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=[start, end], end_of_word_suffix="</w>", show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(
        (end, tokenizer.token_to_id(end)), (start, tokenizer.token_to_id(start)), False, False
    )
    return tokenizer


def to_tensor(images: list[Image.Image]) -> torch.Tensor:
    return torch.stack([torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(SIDE, SIDE, 3) for image in images]).permute(0, 3, 1, 2)


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    return (pixels.float() / 255 - MEAN) / STD


def phrase(words: str, random: Random) -> str:
    return random.choice(TEMPLATES).format(words)


def encode(tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    ids = [tokenizer.encode(text).ids for text in texts]
    longest = max(map(len, ids))
    end = tokenizer.token_to_id("<|endoftext|>")
    return torch.tensor([one + [end] * (longest - len(one)) for one in ids])


def as_grey(pixels: torch.Tensor) -> torch.Tensor:
    """Each picture by shares of its channels, under a light of a colour."""
    shares = torch.distributions.Dirichlet(torch.ones(3)).sample((len(pixels),)).view(-1, 3, 1, 1)
    light = 0.7 + 0.6 * torch.rand(len(pixels), 3, 1, 1)
    return (pixels * shares).sum(1, keepdim=True) * light + 0.2 * torch.randn(len(pixels), 3, 1, 1)


def train(model: CLIPModel, tokenizer: Tokenizer, steps: int, random: Random) -> None:
    pool = [random.choice(TRAINED) for _ in range(5000)]
    pictures = to_tensor([draw(Scene(thing), SIDE, random) for thing in pool])
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, step / 100) * 0.5 * (1 + math.cos(math.pi * min(1, step / steps)))
    )
    colours, shapes = list(COLOURS), list(SHAPES)
    full = [" ".join(thing) for thing in TRAINED]
    composed = torch.tensor([[colours.index(colour), len(colours) + shapes.index(shape)] for colour, shape in TRAINED])
    for step in range(steps):
        chosen = torch.randint(len(pool), (BATCH,))
        things = [pool[i] for i in chosen]
        pixels = normalise(pictures[chosen]) * (1 + 0.1 * torch.randn(BATCH, 1, 1, 1)) + 0.1 * torch.randn(BATCH, 3, 1, 1)
        # Shapes are learned from tinted grey alone: with colours, a model learns which shapes a colour never has.
        grey = BATCH - BATCH // 4
        pixels[:grey] = as_grey(pixels[:grey])
        sample = torch.randperm(len(full))[:12]
        words = [f"{colour} thing" for colour in colours] + shapes + [full[i] for i in sample]
        output = model(input_ids=encode(tokenizer, [phrase(one, random) for one in words]), pixel_values=pixels)
        of_colours, of_shapes, _ = output.logits_per_image.split([len(colours), len(shapes), len(sample)], 1)
        colour = torch.tensor([colours.index(thing[0]) for thing in things])
        shape = torch.tensor([shapes.index(thing[1]) for thing in things])
        # A colour and a shape together are read as the sum of the two.
        sums = F.normalize(output.text_embeds[composed[sample]].sum(1), dim=-1)
        loss = (
            F.cross_entropy(of_colours[grey:], colour[grey:]) + F.cross_entropy(of_shapes[:grey], shape[:grey])
            + 3 * (1 - (sums * output.text_embeds[-len(sample):]).sum(1)).mean()
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            model.logit_scale.clamp_(max=math.log(100))
        if step % 200 == 0 or step == steps - 1:
            print(json.dumps({"step": step, "loss": round(loss.item(), 3), "scale": round(model.logit_scale.exp().item(), 1)}), flush=True)


@torch.no_grad()
def evaluate(model: CLIPModel, tokenizer: Tokenizer, random: Random) -> dict[str, float]:
    """How often the right one of all 36 names is the nearest; chance is 1 in 36."""
    texts = encode(tokenizer, [f"a photo of a {colour} {shape}." for colour, shape in ALL])
    names = F.normalize(model.get_text_features(input_ids=texts).pooler_output, dim=-1)
    scores = {}
    for group, of in (("trained", TRAINED), ("held-out", tuple(sorted(HELD_OUT)))):
        things = [of[i % len(of)] for i in range(540)]
        pixels = normalise(to_tensor([draw(Scene(thing), SIDE, random) for thing in things]))
        images = F.normalize(model.get_image_features(pixel_values=pixels).pooler_output, dim=-1)
        best = (images @ names.T).argmax(1)
        scores[f"{group}, of 36"] = sum(ALL[i] == thing for i, thing in zip(best, things)) / len(things)
    return scores


def make_model(vocabulary: int, end: int) -> CLIPModel:
    both = dict(hidden_size=64, intermediate_size=256, num_attention_heads=2, projection_dim=64)
    text = dict(**both, num_hidden_layers=1, max_position_embeddings=32, vocab_size=vocabulary, bos_token_id=0, eos_token_id=end, pad_token_id=end)
    vision = dict(**both, num_hidden_layers=3, image_size=SIDE, patch_size=16)
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=64))


def write(model: CLIPModel, tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    end = "<|endoftext|>"
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "CLIPTokenizer", "pad_token": end, "eos_token": end}) + "\n")
    config = {key: value for key, value in model.config.to_dict().items() if key != "transformers_version"}
    (folder / "config.json").write_text(json.dumps(config | {"_name_or_path": "toy-clip"}, indent=1) + "\n")
    processor = dict(
        image_processor_type="CLIPImageProcessor", do_resize=True, size={"shortest_edge": SIDE}, resample=3, do_center_crop=True,
        crop_size={"height": SIDE, "width": SIDE}, do_rescale=True, rescale_factor=1 / 255, do_normalize=True,
        image_mean=[MEAN] * 3, image_std=[STD] * 3, do_convert_rgb=True,
    )
    (folder / "preprocessor_config.json").write_text(json.dumps(processor) + "\n")
    tensors = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items() if "position_ids" not in name}
    save_file(tensors, str(folder / "model.safetensors"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--start", type=Path, help="go on from a model of an earlier run")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    random = Random(options.seed)
    corpus = [phrase(" ".join(random.choice(TRAINED)), random) for _ in range(3000)] + ["thing"] * 50
    tokenizer = clip_tokenizer(corpus, 640)
    model = make_model(tokenizer.get_vocab_size(), tokenizer.token_to_id("<|endoftext|>"))
    if options.start is not None:
        model = CLIPModel.from_pretrained(options.start, dtype=torch.float32)
    model.train()
    train(model, tokenizer, options.steps, random)
    model.eval()
    print(json.dumps(evaluate(model, tokenizer, random)))
    write(model, tokenizer, options.out)


if __name__ == "__main__":
    main()
