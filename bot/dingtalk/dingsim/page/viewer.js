/** Pictures, files and the overlay that opens them. */

import { el, button, icon } from './dom.js';
import { fileAddress, fileSize } from './api.js';

// Asks the browser's PDF viewer for the page alone, without its list of pages.
const PLAIN_VIEW = '#navpanes=0&pagemode=none';

const PICTURES = ['jpg', 'jpeg', 'png', 'gif', 'bmp', 'webp'];

/**
 * Shows a picture or a document over the page.
 * @param {{address: string, name: string, type: 'picture'|'document'}} file
 */
export function openViewer({ address, name, type }) {
  const content = type === 'picture'
    ? el('img', { src: address, alt: name })
    : el('iframe', { src: `${address}${PLAIN_VIEW}`, title: name });
  const dialog = el('dialog', { class: `viewer is-${type}`, 'aria-label': name },
    el('header', { class: 'viewer-bar' },
      el('p', { class: 'viewer-name' }, name),
      el('a', { class: 'quiet-button', href: address, target: '_blank', rel: 'noopener noreferrer' }, '新窗口打开'),
      el('a', { class: 'quiet-button', href: address, download: name }, '下载'),
      button({
        class: 'icon-button', autofocus: true, dataset: { close: '' }, 'aria-label': '关闭', on: { click: () => dialog.close() },
      }, icon('close'))),
    el('div', { class: 'viewer-body' }, content));
  // The bare area around a picture closes, as everybody expects of an enlarged picture.
  dialog.addEventListener('click', (event) => {
    if (event.target.matches('dialog, .viewer-body')) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * A picture that enlarges on click. One that the browser cannot draw (HEIC, a dead
 * address) becomes a remark instead of a broken frame.
 * @param {string} address
 * @param {string} name
 * @returns {HTMLElement}
 */
export function pictureButton(address, name) {
  const label = name || '图片';
  const image = el('img', { src: address, alt: label });
  const frame = button({
    class: 'picture', dataset: { action: label }, title: '点击放大',
    on: { click: () => openViewer({ address, name: label, type: 'picture' }) },
  }, image);
  image.addEventListener('error', () => {
    frame.replaceWith(el('span', { class: 'picture-lost' }, `图片无法显示:${label}`));
  });
  return frame;
}

/**
 * A tile for a file, with what can be done with it.
 * @param {{name: string, id: string, type?: string, size?: number}} file
 * @returns {HTMLElement}
 */
export function fileTile({ name, id, type, size }) {
  const ending = (/\.([a-z0-9]{1,8})$/i.exec(name)?.[1] ?? type ?? '').toLowerCase();
  const facts = el('p', { class: 'file-facts' }, describe(ending, size));
  const tile = el('div', { class: 'file' },
    el('div', { class: 'file-head' },
      el('div', { class: 'file-text' }, el('p', { class: 'file-name' }, name), facts),
      el('span', { class: `file-icon is-${family(ending)}`, 'aria-hidden': 'true' }, (ending || 'file').slice(0, 4).toUpperCase())));
  if (!id) return tile; // the content is unknown: nothing to open
  const address = fileAddress(id);
  if (!size) fileSize(address).then((found) => { facts.textContent = describe(ending, found); });
  tile.append(fileActions(address, name, ending));
  return tile;
}

function fileActions(address, name, ending) {
  const actions = el('div', { class: 'file-actions' });
  const type = PICTURES.includes(ending) ? 'picture' : 'document';
  if (type === 'picture' || ending === 'pdf' || ending === 'txt') {
    actions.append(button({
      class: 'file-action', dataset: { action: '打开' }, 'aria-label': `打开 ${name}`,
      on: { click: () => openViewer({ address, name, type }) },
    }, '打开'));
  }
  actions.append(el('a', { class: 'file-action', href: address, download: name, 'aria-label': `下载 ${name}` }, '下载'));
  return actions;
}

function family(ending) {
  if (ending === 'pdf') return 'pdf';
  if (['doc', 'docx'].includes(ending)) return 'doc';
  if (['xls', 'xlsx', 'csv'].includes(ending)) return 'sheet';
  return PICTURES.includes(ending) ? 'picture' : 'other';
}

function describe(ending, size) {
  const kind = ending ? ending.toUpperCase() : '文件';
  return size > 0 ? `${kind} · ${readableSize(size)}` : kind;
}

function readableSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
