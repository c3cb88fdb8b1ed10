/** Upper bounds of predicted daily returns as fractions: finest where predictions lie. */
export const returnBuckets = [
  -0.05, -0.02, -0.01, -0.005, -0.002, -0.001, 0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
] as const;
