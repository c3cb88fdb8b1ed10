// @ts-check

/** Value of a custom property of the page. Charts read it on every paint, so that colours follow dark mode and printing. */
export const colour = (/** @type {string} */ name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
