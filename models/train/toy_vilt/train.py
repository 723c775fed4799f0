"""Trains a toy ViLT on drawn scenes, on a CPU: the models of the tests, of no use on photos.

    python train.py match ../../../test/models/vilt/toy-match --minutes 20
    python train.py answers ../../../test/models/vilt/toy-answers --minutes 10 --init ../../../test/models/vilt/toy-match

Needs torch and transformers 5. It prints how often it is right on combinations of colour and shape never drawn in training.
"""

import argparse
import json
import math
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

# Beside a CPU torch, torchvision misses the schemas of two operators that nothing here uses.
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import ViltConfig, ViltForImageAndTextRetrieval, ViltForQuestionAnswering
from transformers.models.vilt.image_processing_pil_vilt import get_resize_output_image_size

from scenes import ANSWERS, COLOURS, HELD_OUT, KNOWN, SHAPES, changed, draw, meaning, question, scene, sentence

SHORTER, PATCH, CANDIDATES = 24, 12, 4
WIDTH = 48
COLOUR_NAMES = tuple(COLOURS)
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "the", "of", "left", "right", *COLOURS, *SHAPES, "what", "colour",
         "shape", "is", "thing", "how", "many", "shapes", "are", "there", "?"]
# Sizes at which scenes are drawn, as width and height.
CANVASES = ((180, 120), (240, 160), (150, 100))


def visual_embed(embeddings, pixels, mask, max_image_length=-1):
    """As ViltEmbeddings.visual_embed where all photos are of one size: no masks, and patches in their order."""
    x = embeddings.patch_embeddings(pixels)
    side = embeddings.config.image_size // embeddings.config.patch_size
    grid = embeddings.position_embeddings[:, 1:].transpose(1, 2).unflatten(2, (side, side))
    positions = F.interpolate(grid, size=x.shape[2:], mode="bilinear", align_corners=True)
    x = (x + positions).flatten(2).transpose(1, 2)
    cls = (embeddings.cls_token + embeddings.position_embeddings[:, :1]).expand(len(x), -1, -1)
    x = torch.cat([cls, x], dim=1)
    return x, torch.ones(x.shape[:2], dtype=torch.long), None


def see(image: Image.Image) -> np.ndarray:
    pixels = np.asarray(image).transpose(2, 0, 1)
    height, width = get_resize_output_image_size(pixels, SHORTER, int(1333 / 800 * SHORTER), PATCH, "channels_first")
    small = image.resize((width, height), Image.Resampling.BICUBIC)
    return (np.asarray(small, dtype=np.float32).transpose(2, 0, 1) / 255 - 0.5) / 0.5


def patch_classes(boxes, rows: int, columns: int) -> np.ndarray:
    """[rows * columns, 2]: the colour and the shape of the thing that each patch's centre lies on, 0 for the ground."""
    classes = np.zeros((rows, columns, 2), dtype=np.int64)
    for (colour, shape), (left, top, right, bottom) in boxes:
        inside_y = [top <= (y + 0.5) / rows <= bottom for y in range(rows)]
        inside_x = [left <= (x + 0.5) / columns <= right for x in range(columns)]
        classes[np.ix_(inside_y, inside_x)] = 1 + COLOUR_NAMES.index(colour), 1 + SHAPES.index(shape)
    return classes.reshape(-1, 2)


def encode(texts):
    rows = [[2, *(WORDS.index(word) for word in text.replace("?", " ?").split()), 3] for text in texts]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    return ids, (ids != 0).long()


def batch(head, count, things, rng):
    """
    Photos of one size [count, 3, h, w], the texts of each, which is right (an index of the text or of the answer), the things
    in each photo, and the classes of its patches.
    """
    canvas = rng.choice(CANVASES)
    # While training nothing is said of what is held out, either.
    said = KNOWN if things is KNOWN else KNOWN + HELD_OUT
    photos, texts, targets, things_in, patches = [], [], [], [], []
    for _ in range(count):
        what = scene(things, rng)
        image, boxes = draw(what, *canvas, rng)
        photos.append(see(image))
        things_in.append({thing for thing, _ in boxes})
        patches.append(patch_classes(boxes, photos[-1].shape[1] // PATCH, photos[-1].shape[2] // PATCH))
        if head == "match":
            wrong = {}
            while len(wrong) < CANDIDATES - 1:
                other = changed(what, said, rng) if rng.random() < 0.85 else scene(said, rng)
                if len(other) == len(what) and meaning(other) != meaning(what):
                    wrong[meaning(other)] = sentence(other)
            candidates = [sentence(what), *list(wrong.values())[: CANDIDATES - 1]]
            order = list(range(CANDIDATES))
            rng.shuffle(order)
            texts += [candidates[i] for i in order]
            targets.append(order.index(0))
        else:
            asked, answer = question(what, rng)
            texts.append(asked)
            targets.append(ANSWERS.index(answer))
    return torch.from_numpy(np.stack(photos)), texts, torch.tensor(targets), things_in, torch.from_numpy(np.stack(patches))


def forward(model, head, photos, texts):
    ids, mask = encode(texts)
    if head == "match":
        photos = photos.repeat_interleave(CANDIDATES, dim=0)
    ones = torch.ones(len(photos), *photos.shape[2:], dtype=torch.long)
    logits = model(input_ids=ids, attention_mask=mask, pixel_values=photos, pixel_mask=ones).logits
    return logits.view(-1, CANDIDATES) if head == "match" else logits


class Helpers(torch.nn.Module):
    """
    Classifiers that only help to train, after the encoder's last norm: of each patch what lies on it, and of each word for a
    shape whether the photo has such a thing in that colour. Without them the few minutes would not suffice.
    """

    def __init__(self, dim):
        super().__init__()
        self.colour, self.shape = torch.nn.Linear(dim, 1 + len(COLOURS)), torch.nn.Linear(dim, 1 + len(SHAPES))
        self.present = torch.nn.Linear(dim, 1)

    def forward(self, hidden, texts, things_in, patches):
        ids, _ = encode(texts)
        repeats = len(texts) // len(patches)
        of_patches = hidden[:, ids.shape[1] + 1 :].reshape(-1, hidden.shape[-1])
        classes = patches.repeat_interleave(repeats, dim=0).reshape(-1, 2)
        weight = lambda count: torch.tensor([0.2] + [1.0] * count)
        loss = F.cross_entropy(self.colour(of_patches), classes[:, 0], weight(len(COLOURS)))
        loss = loss + F.cross_entropy(self.shape(of_patches), classes[:, 1], weight(len(SHAPES)))
        rows, columns, truth = [], [], []
        for row, text in enumerate(texts):
            words = text.replace("?", " ?").split()
            for at in range(1, len(words)):
                if words[at] in SHAPES and words[at - 1] in COLOURS:
                    rows.append(row), columns.append(at + 1)
                    truth.append(float((words[at - 1], words[at]) in things_in[row // repeats]))
        if rows:
            present = self.present(hidden[rows, columns]).squeeze(-1)
            loss = loss + 2 * F.binary_cross_entropy_with_logits(present, torch.tensor(truth))
        return loss


def loss_of(head, logits, targets):
    if head == "match":
        truth = F.one_hot(targets, CANDIDATES).float()
        return F.cross_entropy(logits, targets) + F.binary_cross_entropy_with_logits(logits, truth)
    return F.binary_cross_entropy_with_logits(logits, F.one_hot(targets, len(ANSWERS)).float()) * len(ANSWERS)


@torch.no_grad()
def accuracy(model, head, things, count=400):
    rng, right = random.Random(7), 0
    for _ in range(count // 40):
        photos, texts, targets, *_ = batch(head, 40, things, rng)
        right += (forward(model, head, photos, texts).argmax(1) == targets).sum().item()
    return right / count


def save(model, head, folder: pathlib.Path):
    folder.mkdir(parents=True, exist_ok=True)
    # Rounded to float16, which halves the files; the tests measure the rounded weights.
    state = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    config = model.config.to_diff_dict() | {"architectures": [type(model).__name__]}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    processor = {"image_processor_type": "ViltImageProcessor", "size": {"shortest_edge": SHORTER}, "size_divisor": PATCH}
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("head", choices=("match", "answers"))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--init", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=24)
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    sizes = dict(hidden_size=WIDTH, num_hidden_layers=3, num_attention_heads=4, intermediate_size=2 * WIDTH, image_size=SHORTER,
                 patch_size=PATCH, vocab_size=len(WORDS), max_position_embeddings=40)
    labels = dict(id2label=dict(enumerate(ANSWERS)), label2id={a: i for i, a in enumerate(ANSWERS)}) if args.head == "answers" else {}
    make = ViltForImageAndTextRetrieval if args.head == "match" else ViltForQuestionAnswering
    model = make(ViltConfig(**sizes, **labels))
    if args.init is not None:
        known = {name: tensor.float() for name, tensor in load_file(args.init / "model.safetensors").items()}
        model.load_state_dict({name: tensor for name, tensor in known.items() if name in model.state_dict()}, strict=False)
    embeddings = model.vilt.embeddings
    embeddings.visual_embed = lambda pixels, mask, max_image_length: visual_embed(embeddings, pixels, mask)
    helpers = Helpers(WIDTH)
    seen = {}
    model.vilt.layernorm.register_forward_hook(lambda _module, _inputs, output: seen.update(hidden=output))
    optimizer = torch.optim.AdamW([*model.parameters(), *helpers.parameters()], lr=1e-3, weight_decay=0.02, betas=(0.9, 0.98))
    rng, started, step, shown = random.Random(1), time.monotonic(), 0, 0.0
    while (share := (time.monotonic() - started) / (60 * args.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 60) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        count = args.batch * (1 if args.head == "match" else CANDIDATES)
        photos, texts, targets, things_in, patches = batch(args.head, count, KNOWN, rng)
        main_loss = loss_of(args.head, forward(model, args.head, photos, texts), targets)
        loss = main_loss + helpers(seen["hidden"], texts, things_in, patches)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if share - shown > 0.04:
            shown = share
            model.eval()
            print(f"{share:.0%} step {step} loss {main_loss.item():.3f} + {(loss - main_loss).item():.3f} known {accuracy(model, args.head, KNOWN, 200):.3f} "
                  f"held out {accuracy(model, args.head, HELD_OUT, 200):.3f}", flush=True)
            model.train()
            save(model, args.head, args.folder)
    model.eval()
    save(model, args.head, args.folder)
    print(f"step {step}: known {accuracy(model, args.head, KNOWN):.3f} held out {accuracy(model, args.head, HELD_OUT):.3f}")


if __name__ == "__main__":
    main()
