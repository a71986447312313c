/**
 * The markdown that DingTalk shows: headings, quotes, bold, italic, links, pictures and
 * lists. It builds nodes directly; there is no step in which text is HTML.
 */

import { el } from './dom.js';
import { bareAddressAt, pictureAddress, textLink } from './links.js';
import { pictureButton } from './viewer.js';

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const QUOTE = /^>\s?(.*)$/;
const BULLET = /^[-*+]\s+(.*)$/;
const NUMBER = /^(\d{1,9})[.)]\s+(.*)$/;

/**
 * @param {string} source
 * @param {{say: (text: string) => void}} chat receives what dtmd links say
 * @returns {HTMLElement}
 */
export function renderMarkdown(source, chat) {
  const root = el('div', { class: 'markdown' });
  let open = null; // the block that the next line may continue
  for (const raw of source.split(/\r?\n/)) {
    // DingTalk breaks a line only with spaces around the newline; they are not content.
    open = addLine(root, open, raw.trim(), chat);
  }
  return root;
}

/** Adds one line and returns the block that the next line may continue. */
function addLine(root, open, line, chat) {
  let match;
  if (line === '') return null;
  if ((match = HEADING.exec(line))) {
    // The page has h1 and h2 of its own, so headings of messages start below them.
    const level = match[1].length;
    const heading = el(`h${Math.min(level + 2, 6)}`, { class: `md-h${level}` });
    appendInline(heading, match[2], chat);
    root.append(heading);
    return null;
  }
  if ((match = QUOTE.exec(line))) return addText(root, open, 'blockquote', match[1], chat);
  if ((match = BULLET.exec(line))) return addItem(root, open, 'ul', match[1], chat);
  if ((match = NUMBER.exec(line))) {
    const list = addItem(root, open, 'ol', match[2], chat);
    if (list !== open) list.setAttribute('start', match[1]);
    return list;
  }
  return addText(root, open, 'p', line, chat);
}

function addText(root, open, tag, text, chat) {
  const goesOn = open?.localName === tag;
  const block = goesOn ? open : el(tag);
  if (goesOn) block.append(el('br'));
  else root.append(block);
  appendInline(block, text, chat);
  return block;
}

function addItem(root, open, tag, text, chat) {
  const list = open?.localName === tag ? open : el(tag);
  if (list !== open) root.append(list);
  const item = el('li');
  appendInline(item, text, chat);
  list.append(item);
  return list;
}

const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const PICTURE = /!\[((?:\\.|[^\]\\])*)\]\(\s*([^\s()]+)\s*(?:"[^"]*")?\s*\)/y;
const LINK = /\[((?:\\.|[^\]\\])+)\]\(\s*((?:[^\s()]|\([^\s()]*\))+)\s*(?:"[^"]*")?\s*\)/y;
const STRONG = /\*\*(?=\S)((?:\\.|[^\\])+?)\*\*(?!\*)/y;
const EMPHASIS = /\*(?=[^\s*])((?:\\.|[^\\*])+)\*/y;

/** Each rule appends what it found; the first that fits at a position wins. */
const RULES = [
  [ESCAPE, (parent, [, character]) => parent.append(character)],
  [PICTURE, (parent, [, label, source]) => parent.append(pictureButton(pictureAddress(source), plain(label)))],
  [LINK, (parent, [, label, address], chat) => {
    const link = textLink(address, plain(label), chat);
    appendInline(link, label, chat, true);
    parent.append(link);
  }],
  [STRONG, (parent, [, body], chat, inLink) => parent.append(wrap('strong', body, chat, inLink))],
  [EMPHASIS, (parent, [, body], chat, inLink) => parent.append(wrap('em', body, chat, inLink))],
];

function wrap(tag, body, chat, inLink) {
  const node = el(tag);
  appendInline(node, body, chat, inLink);
  return node;
}

/** Text of a label without its escapes, for attributes. */
function plain(text) {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/** Appends one line; links do not nest. */
function appendInline(parent, text, chat, inLink = false) {
  let from = 0;
  let at = 0;
  const flush = () => {
    if (at > from) parent.append(text.slice(from, at));
  };
  while (at < text.length) {
    const end = appendSpan(parent, text, at, chat, inLink, flush);
    if (end > at) from = at = end;
    else at += 1;
  }
  flush();
  parent.normalize();
}

/** Appends the span that starts at a position and returns its end, or the position itself. */
function appendSpan(parent, text, at, chat, inLink, flush) {
  for (const [pattern, append] of RULES) {
    if (inLink && (pattern === LINK || pattern === PICTURE)) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) continue;
    const end = pattern.lastIndex; // append may use the same pattern for what is inside
    flush();
    append(parent, match, chat, inLink);
    return end;
  }
  const address = inLink ? '' : bareAddressAt(text, at);
  if (!address) return at;
  flush();
  const link = textLink(address, address, chat);
  link.append(address);
  parent.append(link);
  return at + address.length;
}
