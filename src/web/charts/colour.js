// @ts-check

/** A custom property of the page, read whenever a chart paints: it follows dark mode and printing. */
export const colour = (/** @type {string} */ name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
