"""Writes golden.json: what transformers' own ViLT makes, in float64, of weights, pixels and tokens that a formula gives
(formula.ts has the same). Run by hand: python golden.py (torch, transformers 5)."""
import json, math, pathlib
import numpy as np
import torch
# Beside the CPU torch, torchvision misses the schemas of two operators that nothing here uses.
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from transformers import ViltConfig, ViltForImageAndTextRetrieval, ViltForImagesAndTextClassification, ViltForMaskedLM, ViltForQuestionAnswering
from transformers.models.vilt.image_processing_pil_vilt import get_resize_output_image_size

def formula(count, seed):
    """-0.5..0.5, exact in every language with float64."""
    return ((np.arange(count, dtype=np.int64) * 2654435 + seed * 40503 + 12345) % 1000003) / 1000003 - 0.5

def seed_of(name):
    return sum((i + 1) * ord(c) for i, c in enumerate(name)) % 99991

def fill(model):
    for name, tensor in model.state_dict().items():
        values = formula(tensor.numel(), seed_of(name))
        if name.lower().endswith(('norm.weight', 'layernorm_before.weight', 'layernorm_after.weight', 'classifier.1.weight')):
            values = 1 + 0.4 * values
        elif tensor.dim() == 1:
            values = 0.2 * values
        else:
            values = 0.6 * values
        tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))

def pixels(height, width, seed):
    return torch.from_numpy((4 * formula(3 * height * width, seed)).astype(np.float32).reshape(3, height, width))

def tokens(count, seed):
    return [int((v + 0.5) * 119) + 1 for v in formula(count, 1000 + seed)]

def batch(rows):
    """rows: (height, width, tokens); unequal ones are padded as the processors do."""
    longest = max(min(t, 40) for _, _, t in rows)
    high, wide = max(h for h, _, _ in rows), max(w for _, w, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    photos = torch.zeros(len(rows), 3, high, wide)
    photo_mask = torch.zeros(len(rows), high, wide, dtype=torch.long)
    for n, (h, w, t) in enumerate(rows):
        t = min(t, 40)
        ids[n, :t] = torch.tensor(tokens(t, n))
        mask[n, :t] = 1
        photos[n, :, :h, :w] = pixels(h, w, n)
        photo_mask[n, :h, :w] = 1
    return dict(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids), pixel_values=photos.double(), pixel_mask=photo_mask)

sizes = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64, image_size=96, patch_size=8, vocab_size=120)
# Photos of odd shapes, and as many tokens as 1, 39, 40, 41 and 60.
single = [[(96, 96, 6)], [(8, 152, 1)], [(152, 8, 39)], [(72, 128, 40)], [(128, 96, 41)], [(88, 104, 60)]]
unequal = [[(96, 128, 5), (128, 96, 12), (8, 152, 1)], [(96, 96, 60), (40, 152, 3)]]
golden = {'config': sizes, 'heads': {}, 'sizes': []}
torch.manual_seed(0)
for name, make, config in [
    ('ViltForQuestionAnswering', ViltForQuestionAnswering, dict(num_labels=7)),
    ('ViltForImageAndTextRetrieval', ViltForImageAndTextRetrieval, {}),
    ('ViltForImagesAndTextClassification', ViltForImagesAndTextClassification, dict(num_labels=2, num_images=2, modality_type_vocab_size=3)),
    ('ViltForMaskedLM', ViltForMaskedLM, {}),
]:
    model = make(ViltConfig(**sizes, **config)).eval().double()
    with torch.no_grad():
        if name == 'ViltForMaskedLM':
            model.tie_weights()
        fill(model)
        if name == 'ViltForMaskedLM':
            model.tie_weights()
            model.mlm_score.decoder.weight = model.vilt.embeddings.text_embeddings.word_embeddings.weight
        cases = []
        for rows in single + unequal:
            inputs = batch(rows)
            if name == 'ViltForImagesAndTextClassification':
                # Two photos of one size and mask for each text, as the class wants them.
                second = torch.stack([torch.nn.functional.pad(pixels(h, w, 50 + n), (0, inputs['pixel_values'].shape[3] - w, 0, inputs['pixel_values'].shape[2] - h)) for n, (h, w, _) in enumerate(rows)])
                inputs['pixel_values'] = torch.stack([inputs['pixel_values'], second.double()], dim=1)
                inputs['pixel_mask'] = inputs['pixel_mask'][:, None].repeat(1, 2, 1, 1)
            logits = model(**inputs).logits
            if name == 'ViltForMaskedLM':
                # A few words of each text are enough: the first and the last.
                logits = torch.stack([logits[n, at, :10] for n, (_, _, t) in enumerate(rows) for at in (0, min(t, 40) - 1)])
            cases.append({'rows': rows, 'logits': [round(v, 9) for v in logits.flatten().tolist()]})
        shapes = {key: list(value.shape) for key, value in model.state_dict().items()}
        golden['heads'][name] = {'config': {**model.config.to_diff_dict(), **config, 'id2label': model.config.id2label}, 'shapes': shapes, 'cases': cases}
        print(name, cases[0]['logits'][:3], cases[-1]['logits'][:3])

class Photo:
    def __init__(self, h, w): self.shape = (3, h, w)
for h, w in [(480, 640), (640, 480), (400, 600), (1080, 1920), (500, 1500), (384, 384), (100, 100), (427, 640), (333, 500), (1, 1), (3000, 4000), (385, 384), (601, 399), (100, 199), (4032, 3024), (768, 1024)]:
    golden['sizes'].append([h, w, *get_resize_output_image_size(np.zeros((3, h, w), dtype=np.uint8), shorter=384, longer=int(1333 / 800 * 384), input_data_format='channels_first')])
(pathlib.Path(__file__).parent / 'golden.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')
