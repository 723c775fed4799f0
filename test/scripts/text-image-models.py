"""Tiny seeded CLIP, SigLIP and SigLIP 2 models with golden numbers of transformers' own code in float64.

usage: python3 test/scripts/text-image-models.py test/models/text
Needs torch, transformers, tokenizers. Weights are random: what is compared is the arithmetic, not what it says. Weights are
rounded to float16 before the numbers are computed, so that the stored file has them exactly.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPConfig, CLIPModel, SiglipConfig, SiglipModel

TEXTS = ["a red circle", "A photo of the CAT, on a mat!", "two dogs", "a", "a birthday party with many small cakes and candles"]
CORPUS = TEXTS + ["a photo of a dog", "the quick brown fox jumps over the lazy dog", "blue squares and red circles in the snow"]
SIDE = 32


def clip_tokenizer():
    pattern = r"""<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
    tokenizer = Tokenizer(models.BPE(unk_token="<|endoftext|>", continuing_subword_prefix="", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>",
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    start, end = (tokenizer.token_to_id(token) for token in ("<|startoftext|>", "<|endoftext|>"))
    tokenizer.post_processor = processors.RobertaProcessing(("<|endoftext|>", end), ("<|startoftext|>", start), False, False)
    return tokenizer, {"tokenizer_class": "CLIPTokenizer", "pad_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}


def siglip_tokenizer():
    special = ["<unk>", "</s>"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""), ""),
         normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))])
    return tokenizer, {"tokenizer_class": "SiglipTokenizer", "pad_token": "</s>", "eos_token": "</s>", "do_lower_case": True}


def siglip2_tokenizer():
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", behavior="merged_with_previous")
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special + [f"<0x{byte:02X}>" for byte in range(256)], show_progress=False)
    tokenizer.train_from_iterator([text.lower() for text in CORPUS], trainer)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", tokenizer.token_to_id("<eos>"))])
    return tokenizer, {"tokenizer_class": "GemmaTokenizer", "pad_token": "<pad>", "eos_token": "<eos>", "padding_side": "right"}


def clip(vocabulary, end):
    text = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=24,
                vocab_size=vocabulary, bos_token_id=0, eos_token_id=end, pad_token_id=end, projection_dim=24)
    vision = dict(hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3, image_size=SIDE, patch_size=8, projection_dim=24)
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=24))


def siglip(vocabulary, _):
    text = dict(hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3, max_position_embeddings=16,
                vocab_size=vocabulary, projection_size=48, bos_token_id=0, eos_token_id=1)
    vision = dict(hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3, image_size=SIDE, patch_size=8)
    return SiglipModel(SiglipConfig(text_config=text, vision_config=vision))


def encode(tokenizer, text, length, pads):
    """As the model's processor does: cut to the length with the end kept; SigLIP's are padded to it."""
    bare = tokenizer.encode(text, add_special_tokens=False).ids
    marked = tokenizer.encode(text).ids
    room = length - (len(marked) - len(bare))
    start = marked.index(bare[0]) if bare else 0
    before, after = marked[:start], marked[start + len(bare):]
    ids = before + bare[:room] + after
    return ids + [pads] * (length - len(ids)) if pads is not None else ids


def write(folder, tokenizer, tokenizer_config, make, pad, lower):
    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config) + "\n")
    end = tokenizer.token_to_id(tokenizer_config["eos_token"])
    model = make(tokenizer.get_vocab_size(), end).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if not name.startswith("logit"):
                # Larger than an initialisation's, so that attention and GELU are far from linear.
                parameter.copy_(torch.randn_like(parameter) * (0.3 if parameter.ndim > 1 else 0.1) + (1 if "norm" in name and name.endswith("weight") else 0))
            parameter.copy_(parameter.half().float())
        if hasattr(model, "logit_bias"):
            model.logit_scale.fill_(2.25)
            model.logit_bias.fill_(-1.5)
    config = model.config.to_dict()
    del config["transformers_version"]
    config.pop("_name_or_path", None)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    means = dict(image_mean=[0.5, 0.5, 0.5], image_std=[0.5, 0.5, 0.5])
    square = dict(height=SIDE, width=SIDE)
    sizes = dict(size=square) if pad else dict(size=dict(shortest_edge=SIDE), do_center_crop=True, crop_size=square)
    processor = dict(image_processor_type="SiglipImageProcessor" if pad else "CLIPImageProcessor", **sizes, do_resize=True, resample=3, do_rescale=True, rescale_factor=1 / 255, do_normalize=True, **means)
    (folder / "preprocessor_config.json").write_text(json.dumps(processor) + "\n")
    save_file({name: tensor.half().contiguous() for name, tensor in model.state_dict().items() if "position_ids" not in name},
              str(folder / "model.safetensors"))
    model = model.double()
    length = model.config.text_config.max_position_embeddings
    texts = [text.lower() if lower else text for text in TEXTS]
    ids = [encode(tokenizer, text, length, None if pad is None else tokenizer.token_to_id(pad)) for text in texts]
    pixels = torch.sin(torch.arange(2 * 3 * SIDE * SIDE, dtype=torch.float64) * 0.01).reshape(2, 3, SIDE, SIDE)
    with torch.no_grad():
        # One text at a time, so that CLIP's need no padding.
        outputs = [model(input_ids=torch.tensor([one]), pixel_values=pixels) for one in ids]
        scale, bias = float(model.logit_scale.exp()), float(getattr(model, "logit_bias", 0))
    golden = dict(
        texts=TEXTS, ids=ids, logitScale=scale, logitBias=bias,
        text=[output.text_embeds[0].tolist() for output in outputs], image=outputs[0].image_embeds.tolist(),
        logits=[output.logits_per_text[0].tolist() for output in outputs],
    )
    rounded = json.loads(json.dumps(golden), parse_float=lambda text: round(float(text), 9))
    (folder / "golden.json").write_text(json.dumps(rounded) + "\n")
    print(folder, [len(one) for one in ids], rounded["logits"][0])


if __name__ == "__main__":
    out = Path(sys.argv[1])
    torch.set_num_threads(1)
    write(out / "clip", *clip_tokenizer(), clip, None, False)
    write(out / "siglip", *siglip_tokenizer(), siglip, "</s>", False)
    write(out / "siglip2", *siglip2_tokenizer(), siglip, "<pad>", True)
