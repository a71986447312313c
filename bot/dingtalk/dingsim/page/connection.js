/**
 * Knows whether the server answers. All long polls share it, so that one retry wakes all
 * of them and the page shows one banner.
 */

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;

let failures = 0;
const waiting = new Set();
const listeners = new Set();

/**
 * Calls `listener` with true when the server is lost and with false when it is back.
 * @param {(offline: boolean) => void} listener
 */
export function onOutage(listener) {
  listeners.add(listener);
}

/** Notes an answer of the server. */
export function succeeded() {
  if (failures === 0) return;
  failures = 0;
  for (const listener of listeners) listener(false);
  retryNow(); // one poll got through: the others need not sit out their pause
}

/** Notes that the server could not be reached. */
export function failed() {
  failures += 1;
  if (failures === 1) for (const listener of listeners) listener(true);
}

/**
 * Pauses before the next try, longer after each failure.
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function backoff(signal) {
  return pause(Math.min(FIRST_PAUSE * 2 ** Math.min(failures, 10), LONGEST_PAUSE), signal);
}

/** Ends all pauses at once. */
export function retryNow() {
  for (const wake of [...waiting]) wake();
}

/**
 * Waits, but not longer than until `retryNow` or an abort.
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      waiting.delete(wake);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    waiting.add(wake);
    signal?.addEventListener('abort', wake);
    if (signal?.aborted) wake();
  });
}
