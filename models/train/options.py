"""The command line of train.py."""

import argparse
from pathlib import Path


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the bundled ViT with a teacher.")
    option = parser.add_argument
    option("--arrays", type=Path, required=True, help="folder of cut_views.py, teacher.py and teacher_head.py")
    option("--run", type=Path, required=True, help="folder for log.jsonl, checkpoint.pt and model; continued if it has one")
    option("--init", type=Path, help="model folder to start from; further blocks begin as the identity")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="end after this much time, however many steps that are")
    length.add_argument("--steps", type=int, help="end after this many steps")
    option("--session-minutes", type=float, help="stop after this much time and go on when called again")
    option("--stages", default="32:0.42,48:0.27,64:0.31", help="photo sizes, each with its share of the training")
    option("--batch", type=int, default=512)
    option("--lr", type=float, default=2.5e-3)
    option("--warmup", type=float, default=0.02, help="share of the training")
    option("--weight-decay", type=float, default=0.05)
    option("--hard", type=float, default=0.25, help="weight of the true class beside the teacher's probabilities")
    option("--embedding", type=float, default=1.0, help="weight of the regression of the teacher's embedding")
    option("--views", type=float, default=0.4, help="share of photos shown as the teacher saw them")
    option("--min-area", type=float, default=0.4, help="smallest random crop of the other photos")
    option("--cutmix", type=float, default=0.2, help="share of batches")
    option("--ema", type=float, default=0.998, help="decay of the weights' moving average for each step")
    option("--dim", type=int, default=256)
    option("--depth", type=int, default=7)
    option("--heads", type=int, default=4)
    option("--seed", type=int, default=0)
    option("--threads", type=int, default=2)
    option("--no-compile", action="store_true")
    option("--checkpoint-minutes", type=float, default=4)
    option("--log-minutes", type=float, default=8)
    return parser.parse_args()
