/**
 * Builds DOM nodes. Strings always become text nodes, so nothing that a message says can
 * turn into markup.
 */

const SVG = 'http://www.w3.org/2000/svg';

/** Line drawings on a 24 × 24 grid, as SVG path data. */
const ICONS = {
  bot: 'M7 3.5h7l4 4V20.5H7zM14 3.5v4h4M10 14l2 2 3.6-4',
  clip: 'M19 11.5l-7.6 7.4a4.6 4.6 0 0 1-6.5-6.5l8-7.8a3 3 0 0 1 4.3 4.3l-7.9 7.7a1.5 1.5 0 0 1-2.1-2.1l7-6.9',
  close: 'M6 6l12 12M18 6L6 18',
  columns: 'M4 5h16v14H4zM12 5v14',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.3l3 1.8',
  down: 'M12 5v13M6.5 12.5L12 18l5.5-5.5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  right: 'M9 5l7 7-7 7',
  search: 'M10.5 5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM15 15l4.5 4.5',
  voice: 'M6 10v4M10 7v10M14 9v6M18 11v2',
};

/**
 * Creates an element.
 * @param {string} tag
 * @param {Object<string, any>} [props] `class`, `dataset`, `on` (event handlers) or attributes;
 *   `true` sets an empty attribute, `false`, `null` and `undefined` leave it out
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name === 'dataset') Object.assign(node.dataset, value);
    else if (name === 'on') addListeners(node, value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function addListeners(node, handlers) {
  for (const [event, handler] of Object.entries(handlers)) node.addEventListener(event, handler);
}

/**
 * Creates a push button.
 * @param {Object<string, any>} props as for `el`
 * @param {...(Node|string)} children
 * @returns {HTMLButtonElement}
 */
export function button(props, ...children) {
  return el('button', { type: 'button', ...props }, ...children);
}

/**
 * Draws one of the built-in icons; it is decoration, the label belongs to the button.
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

let lastId = 0;

/**
 * Returns an id that no other element has, for labels and descriptions.
 * @param {string} prefix
 * @returns {string}
 */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
