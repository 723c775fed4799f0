// Traits that both libraries' configurations name, and what is taken for granted where none does.
import type { Activation } from '../vit/layers.ts'
import { unsupported } from './model-config.ts'

/** By the names of timm (`act_layer`) and transformers (`hidden_act`). */
const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_tanh: 'gelu-tanh',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  quick_gelu: 'quick-gelu',
  quickgelu: 'quick-gelu',
  silu: 'silu',
  swish: 'silu',
  relu: 'relu',
}

/** @throws ModelError `model-unsupported` naming the field. */
export function activationNamed(name: string, field: string, file: string): Activation {
  const activation = activations[name]
  if (activation === undefined) throw unsupported(file, field, name)
  return activation
}

/** The heads of the published models of these widths; NaN for another width, where someone must say it. */
export function usualHeads(dim: number): number {
  return headsOfWidths[dim] ?? NaN
}

const headsOfWidths: Readonly<Record<number, number>> = {
  192: 3,
  384: 6,
  768: 12,
  1024: 16,
  1280: 16,
  1408: 16,
  1664: 16,
}
