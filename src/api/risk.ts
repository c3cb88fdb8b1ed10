/** The three risk classes. */

/** In the order of their levels. */
export const riskNames = ['Low', 'Medium', 'High'] as const;

/** 0 Low, 1 Medium, 2 High. */
export type RiskLevel = 0 | 1 | 2;
