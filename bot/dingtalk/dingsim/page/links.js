/** What a tap on an address does, in buttons and in markdown alike. */

import { el, button } from './dom.js';
import { fileAddress } from './api.js';
import { showNotice } from './notice.js';

// The host must be all lower case: DingTalk's clients ignore any other spelling.
const SAY_PREFIX = 'dtmd://dingtalkclient/sendMessage?';

/**
 * @typedef {{kind: 'say', text: string}|{kind: 'web', href: string}|{kind: 'dead'}} Target
 */

/**
 * Finds out what an address does.
 * @param {string} address
 * @returns {Target}
 */
export function targetOf(address) {
  if (address.startsWith(SAY_PREFIX)) {
    const text = saidBy(address.slice(SAY_PREFIX.length));
    return text ? { kind: 'say', text } : { kind: 'dead' };
  }
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return { kind: 'web', href: address };
  return { kind: 'dead' };
}

function saidBy(query) {
  try {
    decodeURIComponent(query); // a broken escape makes the whole link dead
  } catch {
    return '';
  }
  return new URLSearchParams(query).get('content') ?? '';
}

/**
 * Does what an address asks for.
 * @param {string} address
 * @param {{say: (text: string) => void}} chat speaks as the person of the chat
 */
export function follow(address, chat) {
  const target = targetOf(address);
  if (target.kind === 'say') chat.say(target.text);
  else if (target.kind === 'web') window.open(target.href, '_blank', 'noopener,noreferrer');
  else showNotice('此链接在钉钉里也不会生效');
}

/**
 * Builds a link inside a text. Only web addresses become anchors; anything else is a
 * button, so that neither the browser nor an app of the computer acts on it.
 * @param {string} address
 * @param {string} label used for `data-action`
 * @param {{say: (text: string) => void}} chat
 * @returns {HTMLElement} without content
 */
export function textLink(address, label, chat) {
  const target = targetOf(address);
  if (target.kind === 'web') {
    return el('a', { class: 'text-link', href: target.href, target: '_blank', rel: 'noopener noreferrer' });
  }
  return button({
    class: target.kind === 'dead' ? 'text-link is-dead' : 'text-link',
    dataset: { action: label },
    on: { click: () => follow(address, chat) },
  });
}

/**
 * Address of a picture: on the web, or an uploaded medium by its id.
 * @param {string} source
 * @returns {string}
 */
export function pictureAddress(source) {
  return targetOf(source).kind === 'web' ? source : fileAddress(source);
}

// Addresses are ASCII, so Chinese text or punctuation right behind one ends it.
const BARE = /https?:\/\/[!-[\]-~]+/iy;

/**
 * Finds a bare web address at a position.
 * @param {string} text
 * @param {number} at
 * @returns {string} empty when there is none
 */
export function bareAddressAt(text, at) {
  BARE.lastIndex = at;
  const found = BARE.exec(text)?.[0] ?? '';
  return found.replace(/[.,;:!?)\]}'"*>]+$/, '');
}

/**
 * Appends plain text, with web addresses made clickable.
 * @param {Node} parent
 * @param {string} text
 * @param {{say: (text: string) => void}} chat
 */
export function appendText(parent, text, chat) {
  let from = 0;
  for (let at = text.search(/https?:/i); at >= 0 && at < text.length; at += 1) {
    const address = bareAddressAt(text, at);
    if (!address) continue;
    const link = textLink(address, address, chat);
    link.append(address);
    parent.append(text.slice(from, at), link);
    from = at + address.length;
    at = from - 1;
  }
  parent.append(text.slice(from));
}
