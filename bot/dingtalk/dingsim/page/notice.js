/** Short remarks at the foot of the page. */

import { el } from './dom.js';

const VISIBLE_FOR = 4000;

/**
 * Shows a sentence for a few seconds; screen readers announce it.
 * @param {string} text
 */
export function showNotice(text) {
  const host = document.querySelector('.notices');
  const note = el('p', { class: 'notice' }, text);
  host.replaceChildren(note); // one at a time: the newest is the one that matters
  setTimeout(() => note.remove(), VISIBLE_FOR);
}
