/**
 * Simulated times are China time whatever zone the browser is in. A moment is shifted by
 * eight hours once and then read with the UTC getters; China has no daylight saving.
 */

const CHINA_OFFSET = 8 * 3600 * 1000;
const WEEKDAYS = '日一二三四五六';
const DAY = 24 * 3600 * 1000;

const two = (n) => String(n).padStart(2, '0');
const shifted = (moment) => new Date(moment + CHINA_OFFSET);

/**
 * @param {string} text RFC 3339
 * @returns {number} moment in milliseconds
 */
export function parseTime(text) {
  return Date.parse(text);
}

/**
 * @param {number} moment
 * @returns {string} 09:05
 */
export function clockTime(moment) {
  const t = shifted(moment);
  return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
}

/**
 * @param {number} moment
 * @returns {string} 2026-11-23, in China
 */
export function isoDay(moment) {
  return shifted(moment).toISOString().slice(0, 10);
}

/**
 * @param {number} moment
 * @returns {string} 2026年11月23日 星期一
 */
export function longDay(moment) {
  const t = shifted(moment);
  return `${t.getUTCFullYear()}年${t.getUTCMonth() + 1}月${t.getUTCDate()}日 星期${WEEKDAYS[t.getUTCDay()]}`;
}

/**
 * @param {number} moment
 * @returns {string} 11月23日 周一
 */
export function shortDay(moment) {
  const t = shifted(moment);
  return `${t.getUTCMonth() + 1}月${t.getUTCDate()}日 周${WEEKDAYS[t.getUTCDay()]}`;
}

/**
 * The value of a datetime-local field for a moment, in China time.
 * @param {number} moment
 * @returns {string} 2026-11-23T10:00
 */
export function localField(moment) {
  return shifted(moment).toISOString().slice(0, 16);
}

/**
 * @param {string} field value of a datetime-local field, meant as China time
 * @returns {string} RFC 3339
 */
export function fieldToTime(field) {
  return `${field.length === 16 ? `${field}:00` : field}+08:00`;
}

/**
 * Next Monday to Friday, 09:00. Public holidays are not known here.
 * @param {number} moment
 * @returns {string} RFC 3339
 */
export function nextWorkingMorning(moment) {
  let day = moment;
  let weekday;
  do {
    day += DAY;
    weekday = shifted(day).getUTCDay();
  } while (weekday === 0 || weekday === 6);
  return `${isoDay(day)}T09:00:00+08:00`;
}
