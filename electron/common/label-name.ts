// How long the name of a label may be.

/** Far longer than any in use; ImageNet's longest lists of synonyms have some 130 characters. */
export const maxLabelLength = 500
