// What the model that comes with Labelroom is called in libraries, tables and commands.

/** Reserved, since its folder lies elsewhere after each update. Windows show it in words. */
export const bundledName = 'bundled'
