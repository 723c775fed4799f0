"""Trains a toy ViLT on drawn shapes and writes two transformers folders, for tests: image-text retrieval and answers.

usage: python3 models/train/toy/vilt.py OUT_FOLDER [--steps 3000] [--pictures 5000] [--seed 0] [--rate 2e-3] [--start FOLDER]
Writes OUT_FOLDER/match and OUT_FOLDER/answers, which share an encoder. Prints the accuracy on combinations of colour and shape
that training never showed.
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
from safetensors.torch import load_file, save_file
from transformers import ViltConfig, ViltForImageAndTextRetrieval, ViltForQuestionAnswering

from shapes import ALL, COLOUR_NAMES, HELD_OUT, NONE, SHAPES, SIDE, TRAINED, draw_many, might_be, name, training_things

WIDTH, PATCH, MATCHES, QUESTIONS = 64, 12, 48, 32
NAMES = (*COLOUR_NAMES, *SHAPES)
ANSWERS = (*NAMES, "yes", "no")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *NAMES, "a", "the", "of", "photo", "something", "what", "color", "colour",
         "shape", "is", "it", "this", "?", "."]
TEMPLATES = ("a {}", "{}", "a photo of a {}")
COLOUR_TEMPLATES = ("something {}", "{}", "a {} shape")


def visual_embed(embeddings, pixels, mask, max_image_length=-1):
    """As ViltEmbeddings.visual_embed where all pictures are of the size of the positions: no masks, and patches in order."""
    x = embeddings.patch_embeddings(pixels).flatten(2).transpose(1, 2) + embeddings.position_embeddings[:, 1:]
    cls = (embeddings.cls_token + embeddings.position_embeddings[:, :1]).expand(len(x), -1, -1)
    x = torch.cat([cls, x], dim=1)
    return x, torch.ones(x.shape[:2], dtype=torch.long), None


def encode(texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [[2, *(WORDS.index(word) for word in text.replace("?", " ?").split()), 3] for text in texts]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    return ids, (ids != 0).long()


def to_input(pixels: np.ndarray) -> torch.Tensor:
    return (torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def another(allowed: np.ndarray, but: int, random: Random) -> int:
    return random.choice([i for i in range(8) if allowed[i] and i != but])


def match_sentence(thing: tuple[int, int], is_true: bool, allowed: tuple[np.ndarray, np.ndarray], random: Random) -> str:
    """A sentence that fits the picture of `thing` or, mostly by one word, does not; nothing is said of what is held out."""
    colour, shape = thing
    kind = "shape" if colour == NONE else "colour" if shape == NONE else random.choices(("both", "colour", "shape"), (6, 1, 3))[0]
    if kind == "both":
        if not is_true:
            change = random.choices(("colour", "shape", "all"), (1, 3, 1))[0]
            fits = [other for other in TRAINED if other != thing and (change == "all" or (other[1] == shape) == (change == "colour") and (other[0] == colour) == (change == "shape"))]
            thing = random.choice(fits)
        return random.choice(TEMPLATES).format(name(thing))
    if kind == "colour":
        return random.choice(COLOUR_TEMPLATES).format(COLOUR_NAMES[colour if is_true else another(allowed[0], colour, random)])
    return random.choice(TEMPLATES).format(SHAPES[shape if is_true else another(allowed[1], shape, random)])


def question(thing: tuple[int, int], allowed: tuple[np.ndarray, np.ndarray], random: Random) -> tuple[str, int]:
    colour, shape = thing
    kinds = [kind for kind, known in (("colour", colour != NONE), ("shape", shape != NONE)) if known]
    # Shapes are learned later than colours.
    kind = kinds[-1] if random.random() < 0.7 else kinds[0]
    at, value, of = (0, colour, allowed[0]) if kind == "colour" else (8, shape, allowed[1])
    if random.random() < 0.3:
        is_true = random.random() < 0.5
        asked = NAMES[at + (value if is_true else another(of, value, random))]
        return random.choice(("is it {}?", "is the shape {}?") if kind == "colour" else ("is it a {}?", "is this a {}?")).format(asked), 16 if is_true else 17
    if kind == "colour":
        word = random.choice(("color", "colour"))
        return random.choice((f"what {word} is the shape?", f"what {word} is it?", f"what {word} is this?")), value
    return random.choice(("what shape is it?", "what shape is this?", "what is it?", "what is this?")), 8 + value


class Helpers(torch.nn.Module):
    """Classifiers that only help to train: of the mean patch what it shows, and of each name in a text whether it is shown."""

    def __init__(self, width: int):
        super().__init__()
        self.colour, self.shape, self.shown = torch.nn.Linear(width, 8), torch.nn.Linear(width, 8), torch.nn.Linear(width, 1)

    def forward(self, hidden: torch.Tensor, ids: torch.Tensor, things: torch.Tensor, colours_allowed, shapes_allowed) -> torch.Tensor:
        mean = hidden[:, ids.shape[1] + 1 :].mean(1)
        named = lambda target: torch.where(target == NONE, -100, target)
        loss = F.cross_entropy(self.colour(mean).masked_fill(~colours_allowed, -1e4), named(things[:, 0]))
        loss = loss + F.cross_entropy(self.shape(mean).masked_fill(~shapes_allowed, -1e4), named(things[:, 1]))
        # In the vocabulary names follow the five marks, in the order of NAMES.
        rows, columns = torch.nonzero((ids >= 5) & (ids < 5 + len(NAMES)), as_tuple=True)
        said = ids[rows, columns] - 5
        truth = (said == things[rows, 0]) | (said == 8 + things[rows, 1])
        return loss + 2 * F.binary_cross_entropy_with_logits(self.shown(hidden[rows, columns]).squeeze(-1), truth.float())


def inputs(pixels: torch.Tensor, texts: list[str]) -> dict[str, torch.Tensor]:
    ids, mask = encode(texts)
    return dict(input_ids=ids, attention_mask=mask, pixel_values=pixels, pixel_mask=torch.ones(len(pixels), SIDE, SIDE, dtype=torch.long))


def loss_of(match, answers, helpers, pixels: torch.Tensor, things: np.ndarray, random: Random) -> tuple[torch.Tensor, ...]:
    colours_allowed, shapes_allowed = might_be(things)
    allowed = list(zip(colours_allowed, shapes_allowed))
    truths = [random.random() < 0.5 for _ in range(MATCHES)]
    pairs = [tuple(thing) for thing in things.tolist()]
    texts = [match_sentence(pairs[i], truths[i], allowed[i], random) for i in range(MATCHES)]
    asked = [question(pairs[i], allowed[i], random) for i in range(MATCHES, len(pairs))]
    both = inputs(pixels, texts + [text for text, _ in asked])
    output = match.vilt(**both)
    fits = match.rank_output(output.pooler_output[:MATCHES]).squeeze(-1)
    match_loss = F.binary_cross_entropy_with_logits(fits, torch.tensor(truths).float())
    targets = torch.tensor([answer for _, answer in asked])
    known = torch.from_numpy(np.concatenate([colours_allowed, shapes_allowed, np.ones((len(things), 2), dtype=bool)], 1)[MATCHES:])
    scores = F.binary_cross_entropy_with_logits(answers.classifier(output.pooler_output[MATCHES:]), F.one_hot(targets, 18).float(), reduction="none")
    answer_loss = (scores * known).sum(1).mean()
    helping = helpers(output.last_hidden_state, both["input_ids"], torch.from_numpy(things), torch.from_numpy(colours_allowed), torch.from_numpy(shapes_allowed))
    return match_loss, answer_loss, helping


def train(match, answers, pictures: int, steps: int, rate: float, random: Random, rng: np.random.Generator) -> None:
    things = training_things(pictures, rng)
    pool = draw_many(things, rng)
    print(json.dumps({"pictures": pictures}), flush=True)
    helpers = Helpers(WIDTH)
    parameters = [*match.parameters(), *answers.classifier.parameters(), *helpers.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.05, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, step / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, step / steps))))
    )
    count = MATCHES + QUESTIONS
    for step in range(steps):
        chosen = rng.integers(pictures, size=count)
        turned = slice(None, None, random.choice((1, -1)))
        pixels = to_input(pool[chosen, :, turned]) * (1 + 0.1 * torch.randn(count, 1, 1, 1)) + 0.05 * torch.randn(count, 3, 1, 1)
        losses = loss_of(match, answers, helpers, pixels, things[chosen], random)
        loss = 2 * losses[0] + losses[1] + 0.5 * losses[2]
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            scores = evaluate(match, answers, 32) if step % 500 == 499 else {}
            print(json.dumps({"step": step + 1, "match, answers, helpers": [round(one.item(), 3) for one in losses]} | scores), flush=True)


@torch.no_grad()
def evaluate(match, answers, count: int) -> dict[str, float]:
    """How often the right one of all 64 sentences fits best (chance 1 in 64), and colour and shape are answered (1 in 18)."""
    match.eval(), answers.eval()
    rng, scores = np.random.default_rng(12345), {}
    sentences = [f"a {name(thing)}" for thing in ALL]
    for group, of in (("trained", TRAINED), ("held out", HELD_OUT)):
        things = [of[i % len(of)] for i in range(count)]
        pixels = to_input(draw_many(things, rng))
        best = [match(**inputs(one.expand(64, -1, -1, -1), sentences)).logits.argmax().item() for one in pixels]
        scores[f"{group}, of 64"] = sum(ALL[i] == thing for i, thing in zip(best, things)) / count
        for at, asked in enumerate(("what color is the shape?", "what shape is it?")):
            given = answers(**inputs(pixels, [asked] * count)).logits.argmax(1).tolist()
            scores[f"{group}, {('color', 'shape')[at]}"] = sum(one == 8 * at + thing[at] for one, thing in zip(given, things)) / count
    match.train(), answers.train()
    return {group: round(share, 4) for group, share in scores.items()}


def write(model, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Rounded to float16, which halves the file; the tests measure the rounded weights.
    save_file({key: tensor.half().contiguous() for key, tensor in model.state_dict().items()}, str(folder / "model.safetensors"), {"format": "pt"})
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(folder)
    processor = {"image_processor_type": "ViltImageProcessor", "size": {"shortest_edge": SIDE}, "size_divisor": PATCH}
    (folder / "preprocessor_config.json").write_text(json.dumps(processor) + "\n")
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start", type=Path, help="go on from the models that an earlier run wrote to this folder")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    sizes = dict(hidden_size=WIDTH, num_hidden_layers=3, num_attention_heads=4, intermediate_size=2 * WIDTH, image_size=SIDE,
                 patch_size=PATCH, vocab_size=len(WORDS), max_position_embeddings=16, hidden_dropout_prob=0.0,
                 attention_probs_dropout_prob=0.0)
    match = ViltForImageAndTextRetrieval(ViltConfig(**sizes))
    answers = ViltForQuestionAnswering(ViltConfig(**sizes, id2label=dict(enumerate(ANSWERS)), label2id={a: i for i, a in enumerate(ANSWERS)}))
    answers.vilt = match.vilt
    for model, name in ((match, "match"), (answers, "answers")) if options.start else ():
        stored = load_file(options.start / name / "model.safetensors")
        model.load_state_dict({key: tensor.float() for key, tensor in stored.items()}, strict=False)
    embeddings = match.vilt.embeddings
    embeddings.visual_embed = lambda pixels, mask, max_image_length: visual_embed(embeddings, pixels, mask)
    train(match.train(), answers.train(), options.pictures, options.steps, options.rate, Random(options.seed), np.random.default_rng(options.seed))
    print(json.dumps(evaluate(match, answers, 320)))
    write(match, options.out / "match")
    write(answers, options.out / "answers")


if __name__ == "__main__":
    main()
