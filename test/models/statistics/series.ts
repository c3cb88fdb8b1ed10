/**
 * A first-order autoregression on uniform noise from a linear congruential generator, as the reference
 * program makes it.
 */
export function autoregression(length: number, coefficient: number): Float64Array {
  let state = 12345n;
  let value = 0;
  return Float64Array.from({ length }, () => {
    state = (state * 1103515245n + 12345n) % 2147483648n;
    value = coefficient * value + Number(state) / 2147483648 - 0.5;
    return value;
  });
}
