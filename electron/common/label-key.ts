// When two spellings of a label are the same one.

/** Case, underscores and spaces at the ends or in a row make no difference: "Great_grey owl" is "great grey owl". */
export const labelKey = (name: string): string =>
  name
    .normalize('NFC')
    .replaceAll(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase()

/** A class of a model as people write it; faces such as `^_^` and `o_o` stay what they are. */
export const readableClass = (name: string): string =>
  /[\p{L}\p{N}]{2}/u.test(name) ? name.replaceAll(/[\s_]+/g, ' ').trim() : name
