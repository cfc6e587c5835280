/** The way out for a model that finds no class fitting. */
export const noneOption = 'none of these'
