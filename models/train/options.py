"""The command line of train.py."""

import argparse
from pathlib import Path


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the bundled ViT from random initialisation.")
    option = parser.add_argument
    option("--arrays", type=Path, required=True, help="folder that prepare.py wrote")
    option("--run", type=Path, required=True, help="folder for log.jsonl and checkpoint.pt; continued if it has one")
    option("--export", type=Path, required=True, help="model folder to write")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="end after this much time, however many steps that are")
    length.add_argument("--epochs", type=float, help="end after this many passes over the photos")
    option("--stages", default="32:0.62,48:0.2,64:0.18", help="photo sizes, each with its share of the training")
    option("--batch", type=int, default=384)
    option("--lr", type=float, default=3e-3)
    option("--warmup", type=float, default=0.02, help="share of the training")
    option("--weight-decay", type=float, default=0.05)
    option("--smoothing", type=float, default=0.1)
    option("--min-area", type=float, default=0.35, help="smallest random crop")
    option("--jitter", type=float, default=0.0)
    option("--erase", type=float, default=0.0)
    option("--mixup", type=float, default=0.0)
    option("--cutmix", type=float, default=0.0)
    option("--drop-path", type=float, default=0.0)
    option("--ema", type=float, default=0.995, help="decay of the weights' moving average for each step")
    option("--dim", type=int, default=256)
    option("--depth", type=int, default=6)
    option("--heads", type=int, default=4)
    option("--seed", type=int, default=0)
    option("--device", help="cuda where there is one, else cpu")
    option("--threads", type=int, default=0, help="CPU threads; 0 leaves the choice to PyTorch")
    option("--no-compile", action="store_true")
    option("--checkpoint-minutes", type=float, default=4)
    return parser.parse_args()
