// The names that libraries give to a Vision Transformer's tensors, as tables; ours are timm's, with q, k and v apart.

export type Library = 'timm' | 'transformers'

/** `theirs` becomes `ours` at the start of a name; several of ours share theirs in equal parts of the rows. */
export type NameRule = readonly [theirs: string, ours: string | readonly string[]]

/** How one kind of checkpoint names its tensors. A new family of models is mostly a few more rules here. */
export interface NamingScheme {
  readonly library: Library
  /** The end of the name of the patch embedding's weight, or of another tensor that tells the scheme and the prefix of all names. */
  readonly marker: string
  /** Where its blocks lie, with `*` for the number. */
  readonly blocks: readonly string[]
  /** Names within a block. */
  readonly inBlock: readonly NameRule[]
  /** Other names behind the prefix. */
  readonly names: readonly NameRule[]
  /** Names beside the model, such as the classifier's. */
  readonly beside: readonly NameRule[]
  /** Ours whose matrix is stored with columns for rows. */
  readonly transposed?: ReadonlySet<string>
  /** Tensors that change no result: used in training alone, or by a part that is not run, such as a text tower. */
  readonly unused: RegExp
}

const qkv = ['attn.q', 'attn.k', 'attn.v'] as const

const timm: NamingScheme = {
  library: 'timm',
  marker: 'patch_embed.proj.weight',
  blocks: ['blocks.*'],
  inBlock: [
    ['attn.qkv', qkv],
    ['attn.q_bias', 'attn.q.bias'],
    ['attn.k_bias', 'attn.k.bias'],
    ['attn.v_bias', 'attn.v.bias'],
    ['attn.q_proj', 'attn.q'],
    ['attn.k_proj', 'attn.k'],
    ['attn.v_proj', 'attn.v'],
    ['gamma_1', 'ls1.gamma'],
    ['gamma_2', 'ls2.gamma'],
    ['mlp.fc1_g', 'mlp.gate'],
    ['mlp.fc1_x', 'mlp.fc1'],
    // Where attention and MLP stand side by side.
    ['in_norm', 'norm1'],
    ['q_norm', 'attn.q_norm'],
    ['k_norm', 'attn.k_norm'],
    ['attn_out_proj', 'attn.proj'],
    ['mlp_bias', 'mlp.fc1.bias'],
    ['mlp_out_proj', 'mlp.fc2'],
  ],
  names: [
    ['attn_pool.latent', 'attn_pool.probe'],
    ['attn_pool.kv', ['attn_pool.k', 'attn_pool.v']],
  ],
  beside: [],
  unused: /(^|\.)mask_token$|relative_position_index$/,
}

const transformersBlock: readonly NameRule[] = [
  ['attention.attention.query', 'attn.q'],
  ['attention.attention.key', 'attn.k'],
  ['attention.attention.value', 'attn.v'],
  ['attention.output.dense', 'attn.proj'],
  ['attention.attention.relative_position_bias', 'attn'],
  ['intermediate.dense', 'mlp.fc1'],
  ['output.dense', 'mlp.fc2'],
  // As transformers 5 names them.
  ['attention.q_proj', 'attn.q'],
  ['attention.k_proj', 'attn.k'],
  ['attention.v_proj', 'attn.v'],
  ['attention.o_proj', 'attn.proj'],
  ['relative_position_bias', 'attn'],
  ['layernorm_before', 'norm1'],
  ['layernorm_after', 'norm2'],
  ['lambda_1', 'ls1.gamma'],
  ['lambda_2', 'ls2.gamma'],
  ['layer_scale1.lambda1', 'ls1.gamma'],
  ['layer_scale2.lambda1', 'ls2.gamma'],
  ['mlp.weights_in', ['mlp.gate', 'mlp.fc1']],
  ['mlp.weights_out', 'mlp.fc2'],
  ['mlp.gate_proj', 'mlp.gate'],
  ['mlp.up_proj', 'mlp.fc1'],
  ['mlp.down_proj', 'mlp.fc2'],
]

/** ViT, DeiT, DINOv2, BEiT, data2vec, I-JEPA, MAE and MSN, in the names of transformers 4 and 5. */
const transformers: NamingScheme = {
  library: 'transformers',
  marker: 'embeddings.patch_embeddings.projection.weight',
  blocks: ['encoder.layer.*', 'layers.*'],
  inBlock: transformersBlock,
  names: [
    ['embeddings.patch_embeddings.projection', 'patch_embed.proj'],
    ['embeddings.cls_token', 'cls_token'],
    ['embeddings.distillation_token', 'dist_token'],
    ['embeddings.register_tokens', 'reg_token'],
    ['embeddings.position_embeddings', 'pos_embed'],
    ['encoder.relative_position_bias', 'rel_pos_bias'],
    ['shared_position_bias', 'rel_pos_bias'],
    ['layernorm', 'norm'],
    ['pooler.layernorm', 'fc_norm'],
  ],
  beside: [
    ['classifier', 'head'],
    ['cls_classifier', 'head'],
    ['distillation_classifier', 'head_dist'],
  ],
  unused: /embeddings\.mask_token$|^pooler\.dense\.|^decoder\.|relative_position_index$/,
}

const dinov3: NamingScheme = {
  ...transformers,
  marker: 'embeddings.patch_embeddings.weight',
  blocks: ['layer.*', 'model.layer.*'],
  names: [['embeddings.patch_embeddings', 'patch_embed.proj'], ...transformers.names],
}

/** The image towers of CLIP and SigLIP, with or without the text tower beside them. */
const imageTower: NamingScheme = {
  library: 'transformers',
  marker: 'embeddings.patch_embedding.weight',
  blocks: ['encoder.layers.*'],
  inBlock: [
    ['self_attn.q_proj', 'attn.q'],
    ['self_attn.k_proj', 'attn.k'],
    ['self_attn.v_proj', 'attn.v'],
    ['self_attn.out_proj', 'attn.proj'],
    ['layer_norm1', 'norm1'],
    ['layer_norm2', 'norm2'],
  ],
  names: [
    ['embeddings.patch_embedding', 'patch_embed.proj'],
    ['embeddings.class_embedding', 'cls_token'],
    ['embeddings.position_embedding.weight', 'pos_embed'],
    ['pre_layrnorm', 'norm_pre'],
    ['post_layernorm', 'norm'],
    ['head.probe', 'attn_pool.probe'],
    ['head.attention.in_proj_weight', ['attn_pool.q.weight', 'attn_pool.k.weight', 'attn_pool.v.weight']],
    ['head.attention.in_proj_bias', ['attn_pool.q.bias', 'attn_pool.k.bias', 'attn_pool.v.bias']],
    ['head.attention.out_proj', 'attn_pool.proj'],
    ['head.layernorm', 'attn_pool.norm'],
    ['head.mlp', 'attn_pool.mlp'],
  ],
  beside: [
    ['classifier', 'head'],
    ['visual_projection', 'projection'],
  ],
  unused: /^(text_model|text_projection)\.|^logit_(scale|bias)$|position_ids$/,
}

/** The image tower of open_clip's CLIP; the names of its texts begin with `text.`, see withTextPrefix. */
const openClipImage: NamingScheme = {
  library: 'transformers',
  // Convolutional networks have a `conv1` too.
  marker: 'class_embedding',
  blocks: ['transformer.resblocks.*'],
  inBlock: [
    ['attn.in_proj_weight', qkv.map((name) => `${name}.weight`)],
    ['attn.in_proj_bias', qkv.map((name) => `${name}.bias`)],
    ['attn.out_proj', 'attn.proj'],
    ['ln_1', 'norm1'],
    ['ln_2', 'norm2'],
    ['mlp.c_fc', 'mlp.fc1'],
    ['mlp.c_proj', 'mlp.fc2'],
  ],
  names: [
    ['conv1', 'patch_embed.proj'],
    ['class_embedding', 'cls_token'],
    ['positional_embedding', 'pos_embed'],
    ['ln_pre', 'norm_pre'],
    ['ln_post', 'norm'],
    ['proj', 'projection.weight'],
  ],
  beside: [],
  transposed: new Set(['projection.weight']),
  unused: /^text\.|^logit_(scale|bias)$/,
}

/** Those of image encoders. */
export const namingSchemes: readonly NamingScheme[] = [transformers, dinov3, imageTower, timm, openClipImage]

/** The text towers of CLIP and SigLIP, beside the image tower or alone; `head` leads to the embedding that they share. */
export const textTower: NamingScheme = {
  library: 'transformers',
  marker: 'embeddings.token_embedding.weight',
  blocks: ['encoder.layers.*'],
  inBlock: imageTower.inBlock,
  names: [
    ['embeddings.token_embedding', 'tokens'],
    ['embeddings.position_embedding', 'positions'],
    ['final_layer_norm', 'norm'],
    ['head', 'head'],
  ],
  beside: [
    ['text_projection', 'head'],
    ['logit_scale', 'logit_scale'],
    ['logit_bias', 'logit_bias'],
  ],
  unused: /^vision_model\.|^visual_projection\.|position_ids$/,
}

/** The text tower of open_clip's CLIP. */
export const openClipText: NamingScheme = {
  ...openClipImage,
  marker: 'token_embedding.weight',
  names: [
    ['token_embedding', 'tokens'],
    ['positional_embedding', 'positions.weight'],
    ['ln_final', 'norm'],
    ['text_projection', 'head.weight'],
  ],
  beside: textTower.beside,
  transposed: new Set(['head.weight']),
  unused: /^visual\.|attn_mask$/,
}

/** ViLT, whose embeddings of texts and photos lie beside each other. */
export const vilt: NamingScheme = {
  ...transformers,
  names: [
    ['embeddings.text_embeddings.word_embeddings', 'text.words'],
    ['embeddings.text_embeddings.position_embeddings', 'text.positions'],
    ['embeddings.text_embeddings.token_type_embeddings', 'text.types'],
    ['embeddings.text_embeddings.LayerNorm', 'text.norm'],
    ['embeddings.token_type_embeddings', 'modalities'],
    ...transformers.names,
    ['pooler.dense', 'pooler'],
  ],
  beside: [
    ['rank_output', 'rank_output'],
    ['classifier', 'classifier'],
    ['mlm_score', 'mlm_score'],
  ],
  unused: /position_ids$/,
}
