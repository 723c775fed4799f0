// From which score a model's labels count as suggested, and whether a photo may have several of them.

/** How the scores of a model become labels of a photo. */
export interface DecisionRule {
  /** Labels with lower scores are merely possible. */
  readonly minScore: number
  /** Whether every label counts by itself; otherwise only the best one does. */
  readonly isMultiLabel: boolean
}

/** For models of which no better minimum is known, and for trained heads. */
export const standardMinScore = 0.3
export const standardRule: DecisionRule = { minScore: standardMinScore, isMultiLabel: false }

/** What is surer than this shows as 1 % or more; what is not is no label that anyone would accept. */
export const leastShownScore = 0.005
