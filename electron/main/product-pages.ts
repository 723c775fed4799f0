// The pages of the web that Labelroom may show in the browser: those of the models in the catalogue.
import { catalogue } from '../../models/catalogue/catalogue.ts'

/** No other scheme, host or path, however it is written. */
export function isProductPage(url: string): boolean {
  return catalogue.some(({ repository }) => url === `https://huggingface.co/${repository}`)
}
