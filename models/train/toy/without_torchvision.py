"""Import this before transformers: beside a CPU torch, torchvision may miss the schemas of two operators that nothing here uses."""
import torch

library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
