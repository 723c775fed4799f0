"""Writes golden.json.gz: three small tokenizers of the kinds that ViLT, CLIP and SigLIP have, 2,000 strings, and what
Hugging Face's own library makes of them. Run by hand: python golden.py (needs tokenizers 0.23)."""
import gzip, hashlib, json, pathlib, random
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

here = pathlib.Path(__file__).parent
root = here.parents[2]
random.seed(20)
english = json.loads((root / 'models/catalogue/labels/imagenet-1k.json').read_text())
chinese = json.loads((root / 'models/catalogue/labels/imagenet-1k.zh-CN.json').read_text())
accents = ['café', 'naïve', 'Ångström', 'ÉCOLE', 'façade', 'jalapeño', 'Łódź', 'smørrebrød', 'cafe\u0301', 'Zu\u0308rich',
           'İstanbul', 'straße', 'ﬁancée', 'Việt Nam', 'œuvre', 'ΣΊΣΥΦΟΣ', 'Москва', 'Ёлка']
emoji = ['🐱', '👩‍👩‍👧', '🏳️‍🌈', '👍🏽', '❤️', '☀', '🇨🇭', '𝒜𝓫', '🀄', '©', '™']
scripts = ['日本語', 'カタカナ', '한국어', 'العربية', 'עברית', 'ภาษาไทย', 'हिन्दी', 'ａｂｃ１２３', '㌔', '𠀀', '漢字かな交じり']
marks = ['?', '!', '...', '—', '“quoted”', "don't", "it's", 'a.m.', '3.14', '1,000', '50%', '$9', 'a_b', 'x+y=z', '#1', '«»', '、', '。', '（', '`', '^', '|']
odd = ['\t', '\n', '\r\n', '\u00a0', '\u3000', '\u200b', '\u200d', '\u00ad', '\x00', '\x1b', '\ufffd', '\u2028', '  ',
       '[SEP]', '[MASK]', '<|endoftext|>', '<eos>', 'supercalifragilisticexpialidocious' * 4, 'ſ', 'ǅ']
words = 'how many cats are there is the a what colour red circle left of blue square on beach in snow who Who WHERE when'.split()
pools = [words, words, words, english, chinese, accents, emoji, scripts, marks, odd]

def sentence():
    parts = []
    for _ in range(random.choice([1, 1, 2, 3, 4, 6, 9, 50])):
        item = random.choice(random.choice(pools))
        parts += [item if isinstance(item, str) else item[0], random.choice(['', ' ', ' ', ' '])]
    return ''.join(parts)

strings = ['', ' ', *emoji, *scripts, *accents, *odd]
while len(strings) < 2000:
    text = sentence()
    if text not in strings: strings.append(text)

def bert():
    t = Tokenizer(models.WordPiece(unk_token='[UNK]'))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
    t.train_from_iterator(strings[::2], trainers.WordPieceTrainer(vocab_size=2400, special_tokens=special))
    t.post_processor = processors.TemplateProcessing('[CLS] $A [SEP]', special_tokens=[('[CLS]', 2), ('[SEP]', 3)])
    return t

def clip():
    t = Tokenizer(models.BPE(unk_token='<|endoftext|>', end_of_word_suffix='</w>'))
    t.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Lowercase()])
    split = r"""<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
    t.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(split), behavior='removed', invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    special = ['<|startoftext|>', '<|endoftext|>']
    t.train_from_iterator(strings[::2], trainers.BpeTrainer(vocab_size=1200, special_tokens=special, end_of_word_suffix='</w>',
                          initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t.post_processor = processors.RobertaProcessing((special[1], 1), (special[0], 0), add_prefix_space=False, trim_offsets=False)
    return t

def siglip():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(Regex(r'[!-/:-@\[-`{-~]'), ''),
                   normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Strip()])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(strings[::2], trainers.UnigramTrainer(vocab_size=1200, special_tokens=['</s>', '<unk>'], unk_token='<unk>'))
    t.post_processor = processors.TemplateProcessing('$A </s>', special_tokens=[('</s>', 0)])
    return t

golden = {'strings': strings, 'tokenizers': {}}
for make in (bert, clip, siglip):
    tokenizer = make()
    # As each is used: ViLT reads 40 tokens, CLIP 77, SigLIP 64.
    longest = {'bert': 40, 'clip': 77, 'siglip': 64}[make.__name__]
    tokenizer.enable_truncation(longest)
    ids = [tokenizer.encode(text).ids for text in strings]
    digests = [hashlib.sha256(','.join(map(str, one)).encode()).hexdigest()[:8] for one in ids]
    tokenizer.no_truncation()
    golden['tokenizers'][make.__name__] = {'longest': longest, 'json': json.loads(tokenizer.to_str()), 'digests': ''.join(digests),
                                           'cut': sum(len(one) == longest for one in ids)}
raw = json.dumps(golden, ensure_ascii=False, separators=(',', ':')).encode()
(here / 'golden.json.gz').write_bytes(gzip.compress(raw, 9, mtime=0))
print({name: (one['cut'], len(json.dumps(one['json']))) for name, one in golden['tokenizers'].items()})
