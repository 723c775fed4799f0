// The MLP of a block: plain, or gated (SwiGLU); with a norm before its last matrix where the model has one.
import type { BlockArchitecture } from '../config/architecture.ts'
import type { Encoder } from './encoder.ts'

/**
 * x [rows, dim] -> [rows, dim]: fc2(norm(act(fc1(x)))), or with a gate fc2(norm(act(gate(x)) * fc1(x))).
 * @param name the path of its tensors, such as `blocks.0.mlp`.
 * @param parts which of `gate.weight` and `norm.weight` it has.
 * @param scale the tensor of the layer scale.
 */
export function mlp(
  { g, layers }: Pick<Encoder, 'g' | 'layers'>,
  { dim, mlpDim, norm, activation }: Pick<BlockArchitecture, 'dim' | 'mlpDim' | 'norm' | 'activation'>,
  name: string,
  x: string,
  has: (part: string) => boolean,
  scale?: string,
): string {
  const linear = layers.linear(x, `${name}.fc1`, [mlpDim, dim])
  let hidden = has('gate.weight')
    ? g.node('Mul', [layers.activate(layers.linear(x, `${name}.gate`, [mlpDim, dim]), activation), linear])
    : layers.activate(linear, activation)
  if (has('norm.weight')) hidden = layers.norm(hidden, `${name}.norm`, mlpDim, norm)
  return layers.linear(hidden, `${name}.fc2`, [dim, mlpDim], {
    isSensitive: true,
    ...(scale === undefined ? {} : { scale }),
  })
}
