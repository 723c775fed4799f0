"""The command line of train.py, and the device that all scripts use."""

import argparse
from pathlib import Path

import torch


def pick_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the bundled ViT with a teacher.")
    option = parser.add_argument
    option("--arrays", type=Path, required=True, help="folder of cut_views.py")
    option("--teacher", type=Path, required=True, help="folder of teacher.py")
    option("--run", type=Path, required=True, help="folder for log.jsonl, checkpoint.pt and model; continued if it has one")
    option("--init", type=Path, help="model folder to start from; further blocks begin as the identity")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="end after this much time, however many steps that are")
    length.add_argument("--steps", type=int, help="end after this many steps")
    option("--session-minutes", type=float, help="stop after this much time and go on when called again")
    option("--batch", type=int, default=1024)
    option("--lr", type=float, default=2e-3)
    option("--warmup", type=float, default=0.02, help="share of the training")
    option("--weight-decay", type=float, default=0.05)
    option("--hard", type=float, default=0.2, help="weight of the true class beside the teacher's probabilities")
    option("--embedding", type=float, default=0.5, help="weight of the regression of the teacher's embedding")
    option("--min-area", type=float, default=0.35, help="smallest random crop")
    option("--cutmix", type=float, default=0.35, help="share of batches")
    option("--mixup", type=float, default=0.25, help="share of batches")
    option("--plain", type=float, default=0.1, help="last share of the training, with mild crops and no mixing")
    option("--ema", type=float, default=0.999, help="decay of the weights' moving average for each step")
    option("--dim", type=int, default=256)
    option("--depth", type=int, default=7)
    option("--heads", type=int, default=4)
    option("--seed", type=int, default=0)
    option("--no-compile", action="store_true")
    option("--checkpoint-minutes", type=float, default=4)
    option("--log-minutes", type=float, default=1)
    return parser.parse_args()
