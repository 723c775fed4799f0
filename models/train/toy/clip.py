"""Trains a toy CLIP on drawn shapes and writes it as a transformers folder: for tests of the path from words to labels.

usage: python3 models/train/toy/clip.py OUT_FOLDER [--steps 2500] [--pictures 5000] [--seed 0]
Prints the accuracy on combinations of colour and shape that training never showed.
"""
from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from random import Random

import numpy as np
import torch
import torch.nn.functional as F
import without_torchvision  # noqa: F401
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPConfig, CLIPModel

from shapes import ALL, COLOUR_NAMES, HELD_OUT, NONE, SHAPES, SIDE, TRAINED, draw_many, might_be, name, training_things

MEAN, STD = 0.5, 0.25
TEMPLATES = ("{}", "a {}", "a photo of {}.", "a photo of a {}.", "a photo of the {}.")
COLOUR_TEMPLATES = ("{}", "something {}", "a {} thing", "a photo of something {}.")
BATCH, PATCH = 64, 12


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


def to_input(pixels: np.ndarray) -> torch.Tensor:
    return (torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255 - MEAN) / STD


def encode(tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    ids = [tokenizer.encode(text).ids for text in texts]
    longest = max(map(len, ids))
    end = tokenizer.token_to_id("<|endoftext|>")
    return torch.tensor([one + [end] * (longest - len(one)) for one in ids])


def sentences(random: Random) -> list[str]:
    """The 8 colours, the 8 shapes and the trained combinations, each as one of several sentences."""
    colours = [random.choice(COLOUR_TEMPLATES).format(colour) for colour in COLOUR_NAMES]
    return colours + [random.choice(TEMPLATES).format(words) for words in [*SHAPES, *map(name, TRAINED)]]


def loss_of(model: CLIPModel, tokenizer: Tokenizer, pixels: torch.Tensor, things: np.ndarray, random: Random) -> torch.Tensor:
    """
    Each picture chooses among the colours, among the shapes and among the combinations that training knows; the sentence of a
    combination is to be the sum of its colour's and its shape's.
    """
    output = model(input_ids=encode(tokenizer, sentences(random)), pixel_values=pixels)
    of_colours, of_shapes, of_both = output.logits_per_image.split([8, 8, len(TRAINED)], 1)
    colours_allowed, shapes_allowed = map(torch.from_numpy, might_be(things))
    colour, shape = torch.from_numpy(things).unbind(1)
    both = torch.tensor([TRAINED.index(tuple(thing)) if NONE not in thing else -100 for thing in things.tolist()])
    named = lambda target: torch.where(target == NONE, -100, target)
    loss = F.cross_entropy(of_colours.masked_fill(~colours_allowed, -1e4), named(colour))
    loss = loss + F.cross_entropy(of_shapes.masked_fill(~shapes_allowed, -1e4), named(shape))
    loss = loss + F.cross_entropy(of_both, both)
    texts = output.text_embeds
    sums = torch.stack([texts[colour] + texts[8 + shape] for colour, shape in TRAINED])
    return loss + 3 * (1 - F.cosine_similarity(sums, texts[16:])).mean()


def train(model: CLIPModel, tokenizer: Tokenizer, pictures: int, steps: int, random: Random, rng: np.random.Generator) -> None:
    things = training_things(pictures, rng)
    pool = draw_many(things, rng)
    print(json.dumps({"pictures": pictures}), flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, step / 60) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, step / steps))))
    )
    for step in range(steps):
        chosen = rng.integers(pictures, size=BATCH)
        turned = slice(None, None, random.choice((1, -1)))
        pixels = to_input(pool[chosen, :, turned]) * (1 + 0.1 * torch.randn(BATCH, 1, 1, 1)) + 0.1 * torch.randn(BATCH, 3, 1, 1)
        loss = loss_of(model, tokenizer, pixels, things[chosen], random)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            model.logit_scale.clamp_(max=math.log(100))
        if step % 100 == 99:
            scores = evaluate(model, tokenizer, 200)
            print(json.dumps({"step": step + 1, "loss": round(loss.item(), 3), "scale": round(model.logit_scale.exp().item(), 1)} | scores), flush=True)


@torch.no_grad()
def evaluate(model: CLIPModel, tokenizer: Tokenizer, count: int) -> dict[str, float]:
    """How often the right one of all 64 names is the nearest; chance is 1 in 64."""
    model.eval()
    rng = np.random.default_rng(12345)
    texts = encode(tokenizer, [f"a photo of a {name(thing)}." for thing in ALL])
    names = F.normalize(model.get_text_features(input_ids=texts).pooler_output, dim=-1)
    scores = {}
    for group, of in (("trained", TRAINED), ("held out", HELD_OUT)):
        things = [of[i % len(of)] for i in range(count)]
        images = F.normalize(model.get_image_features(pixel_values=to_input(draw_many(things, rng))).pooler_output, dim=-1)
        best = (images @ names.T).argmax(1)
        scores[group] = round(sum(ALL[i] == thing for i, thing in zip(best, things)) / count, 4)
    model.train()
    return scores


def make_model(vocabulary: int, end: int) -> CLIPModel:
    both = dict(hidden_size=64, intermediate_size=128, num_attention_heads=4, projection_dim=48)
    text = dict(**both, num_hidden_layers=1, max_position_embeddings=32, vocab_size=vocabulary, bos_token_id=0, eos_token_id=end, pad_token_id=end)
    vision = dict(**both, num_hidden_layers=3, image_size=SIDE, patch_size=PATCH)
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=48))


def write(model: CLIPModel, tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    end = "<|endoftext|>"
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "CLIPTokenizer", "pad_token": end, "eos_token": end}) + "\n")
    model.config.save_pretrained(folder)
    processor = dict(
        image_processor_type="CLIPImageProcessor", do_resize=True, size={"shortest_edge": SIDE}, resample=3, do_center_crop=True,
        crop_size={"height": SIDE, "width": SIDE}, do_rescale=True, rescale_factor=1 / 255, do_normalize=True,
        image_mean=[MEAN] * 3, image_std=[STD] * 3, do_convert_rgb=True,
    )
    (folder / "preprocessor_config.json").write_text(json.dumps(processor) + "\n")
    # Rounded to float16, which halves the file; the tests measure the rounded weights.
    tensors = {key: tensor.half().contiguous() for key, tensor in model.state_dict().items() if "position_ids" not in key}
    save_file(tensors, str(folder / "model.safetensors"), {"format": "pt"})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    random = Random(options.seed)
    corpus = [sentence for _ in range(60) for sentence in sentences(random)]
    tokenizer = clip_tokenizer(corpus, 400)
    model = make_model(tokenizer.get_vocab_size(), tokenizer.token_to_id("<|endoftext|>"))
    train(model.train(), tokenizer, options.pictures, options.steps, random, np.random.default_rng(options.seed))
    print(json.dumps(evaluate(model, tokenizer, 1600)))
    write(model, tokenizer, options.out)


if __name__ == "__main__":
    main()
