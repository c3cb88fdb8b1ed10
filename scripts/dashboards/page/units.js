// @ts-check
/** Values with their units, as Grafana writes them: for the units that the dashboards use. */

/**
 * Three digits that say something, or as many after the point as are asked for.
 * @param {number} value
 * @param {number} [decimals]
 */
function fixed(value, decimals) {
  if (decimals !== undefined) return value.toFixed(decimals);
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))));
}

/**
 * @param {number} factor from one size to the next
 * @param {readonly string[]} sizes
 * @returns {(value: number, decimals?: number) => string}
 */
function scaled(factor, sizes) {
  return (value, decimals) => {
    const size = value === 0 ? 0 : Math.floor(Math.log(Math.abs(value)) / Math.log(factor));
    const index = Math.min(sizes.length - 1, Math.max(0, size));
    return fixed(value / factor ** index, decimals) + sizes[index];
  };
}

/** Each from this many seconds on; the first for all that is smaller. @type {readonly [number, number, string][]} */
const durations = [
  [0, 1e-6, 'µs'],
  [1e-3, 1e-3, 'ms'],
  [1, 1, 's'],
  [60, 60, 'mins'],
  [3600, 3600, 'hours'],
  [86_400, 86_400, 'days'],
  [604_800, 604_800, 'weeks'],
  [31_536_000, 31_556_900, 'years'],
];

/** @param {number} value @param {number} [decimals] */
function duration(value, decimals) {
  if (value === 0) return '0 s';
  const [, one, name] = durations.findLast(([from]) => Math.abs(value) >= from) ?? [0, 1, 's'];
  return `${fixed(value / one, decimals)} ${name}`;
}

/** @param {string} of */
const rate = of =>
  scaled(
    1000,
    ['', 'K', 'M', 'B', 'T'].map(size => `${size} ${of}/s`),
  );

/** @type {Readonly<Record<string, (value: number, decimals?: number) => string>>} */
const formats = {
  none: fixed,
  short: scaled(1000, ['', ' K', ' Mil', ' Bil', ' Tri']),
  percentunit: (value, decimals) => `${fixed(value * 100, decimals)}%`,
  s: duration,
  bytes: scaled(1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']),
  reqps: rate('req'),
  ops: rate('ops'),
  rowsps: rate('rows'),
  'time:YYYY-MM-DD': value => new Date(value).toISOString().slice(0, 10),
};

/**
 * @param {number} value
 * @param {string} unit
 * @param {number} [decimals]
 * @returns {string}
 * @throws Error for a unit that no dashboard has used so far
 */
export function formatted(value, unit, decimals) {
  const format = formats[unit];
  if (format === undefined) throw new Error(`the unit ${unit} is not known here: add it to units.js`);
  return format(value, decimals);
}
