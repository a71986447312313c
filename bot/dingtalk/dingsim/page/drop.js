/** Files dragged onto a chat. */

import { el } from './dom.js';
import { BOT_NAME } from './people.js';

const carriesFiles = (event) => Boolean(event.dataTransfer?.types.includes('Files'));

/**
 * Lets a pane take dropped files.
 * @param {HTMLElement} pane
 * @param {(files: File[]) => void} attach
 */
export function acceptDrops(pane, attach) {
  let depth = 0; // enter and leave also fire for every child
  const setDepth = (value) => {
    depth = Math.max(value, 0);
    pane.classList.toggle('is-dropping', depth > 0);
  };
  pane.append(el('div', { class: 'drop-hint', 'aria-hidden': 'true' }, el('p', {}, `松开,发送给${BOT_NAME}`)));
  pane.addEventListener('dragenter', (event) => { if (carriesFiles(event)) setDepth(depth + 1); });
  pane.addEventListener('dragleave', (event) => { if (carriesFiles(event)) setDepth(depth - 1); });
  pane.addEventListener('drop', (event) => {
    setDepth(0);
    if (carriesFiles(event)) attach([...event.dataTransfer.files]);
  });
}

/** A file dropped beside a chat must not replace the page. */
export function ignoreStrayDrops() {
  for (const type of ['dragover', 'drop']) {
    window.addEventListener(type, (event) => { if (carriesFiles(event)) event.preventDefault(); });
  }
}
