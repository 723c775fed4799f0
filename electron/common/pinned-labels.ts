// Labels that the user gave a digit key of their own.

/** One for each digit, 1 to 9. */
export const maxPinnedLabels = 9
