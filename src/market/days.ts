/** Arithmetic on calendar days written `YYYY-MM-DD`, which also sort as text. */

const millisecondsPerDay = 86_400_000;

/** Whether the text is a day of the calendar: `2024-02-30` is not. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOf(Date.parse(`${text}T00:00:00Z`)) === text;
}

/** The day that is `days` calendar days later; earlier when `days` is negative. */
export function addDays(day: string, days: number): string {
  return dayOf(Date.parse(day) + days * millisecondsPerDay);
}

/** For sorting, oldest first. */
export function compareDays(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Calendar days from the first day to the second. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / millisecondsPerDay;
}

/** The UTC day of a time in ISO 8601. */
export function utcDay(moment: string): string {
  return dayOf(Date.parse(moment));
}

function dayOf(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString().slice(0, 10);
}

/**
 * The function that returns an exchange's calendar day at a time in Unix milliseconds.
 * @param timeZone an IANA name, such as `America/New_York`: an offset would be wrong for half of the year.
 * @throws RangeError for an unknown time zone.
 */
export function exchangeDays(timeZone: string): (milliseconds: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return milliseconds => {
    const parts = new Map(format.formatToParts(milliseconds).map(part => [part.type, part.value]));
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
}
