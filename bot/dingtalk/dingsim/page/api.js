/** Calls of the simulator's control API, same origin. */

/** An answer of the server that says no; `message` is its own sentence. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/**
 * Tells whether a failed call means that the server cannot be reached, as opposed to a
 * request that it refused.
 * @param {unknown} error
 * @returns {boolean}
 */
export function isOutage(error) {
  return !(error instanceof Refusal) || error.status >= 500;
}

/**
 * Turns any failure into a sentence for people.
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  return error instanceof Refusal ? error.message : '连不上本机服务';
}

async function call(path, options = {}) {
  const response = await fetch(path, { cache: 'no-store', ...options });
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new Refusal(response.ok ? 502 : response.status, body?.error ?? `服务器返回 ${response.status}`);
}

function post(path, value) {
  const headers = { 'Content-Type': 'application/json' };
  return call(path, { method: 'POST', headers, body: JSON.stringify(value) });
}

const inbox = (userId) => `/sim/users/${encodeURIComponent(userId)}/messages`;

/** @returns {Promise<Array<{id: string, name: string, title: string, dept: string, kind: string}>>} */
export async function listUsers() {
  return (await call('/sim/users')).users ?? [];
}

/**
 * Waits for what a person sees after a sequence number.
 * @param {string} userId
 * @param {{after: number, wait: string, signal: AbortSignal}} options
 * @returns {Promise<{messages: Array<object>, next: number}>}
 */
export function readMessages(userId, { after, wait, signal }) {
  return call(`${inbox(userId)}?after=${after}&wait=${wait}`, { signal });
}

/**
 * @param {string} userId
 * @param {string} text
 */
export function sendText(userId, text) {
  return post(inbox(userId), { text });
}

/**
 * @param {string} userId
 * @param {File} file
 * @param {{asFile: boolean}} options asFile keeps a picture a file
 */
export function sendFile(userId, file, { asFile }) {
  const form = new FormData();
  if (asFile) form.append('as', 'file');
  form.append('file', file, file.name);
  return call(inbox(userId), { method: 'POST', body: form });
}

/**
 * Presses a button of an interactive card.
 * @param {string} outTrackId
 * @param {{userId: string, actionId: string, params: object}} click
 */
export function clickCard(outTrackId, click) {
  return post(`/sim/cards/${encodeURIComponent(outTrackId)}/actions`, click);
}

/** @returns {Promise<string>} the simulated time, RFC 3339 */
export async function readClock() {
  return (await call('/sim/clock')).now;
}

/**
 * @param {{advance: string}|{set: string}} change
 * @returns {Promise<string>} the new simulated time
 */
export async function moveClock(change) {
  return (await post('/sim/clock', change)).now;
}

/**
 * @param {string} id file id or media id
 * @returns {string} address of the content
 */
export function fileAddress(id) {
  return `/sim/files/${encodeURIComponent(id)}`;
}

/**
 * Asks for the size of a file; a bot's file message does not carry it.
 * @param {string} address
 * @returns {Promise<number>} 0 when unknown
 */
export async function fileSize(address) {
  try {
    const response = await fetch(address, { method: 'HEAD' });
    return response.ok ? Number(response.headers.get('Content-Length')) || 0 : 0;
  } catch {
    return 0; // only a label is missing then
  }
}
