/** One chat: a person with the robot, kept up to date by a long poll. */

import { el, button, icon } from './dom.js';
import { isOutage, readMessages, reasonOf } from './api.js';
import { createComposer } from './composer.js';
import { backoff, failed, pause, succeeded } from './connection.js';
import { isCard, renderMessage } from './message.js';
import { BOT_NAME, describePerson, kindName, personAvatar } from './people.js';
import { isoDay, longDay, parseTime } from './time.js';
import { acceptDrops } from './drop.js';

const LONG_WAIT = '25s';
const HIDDEN_PAUSE = 3000;
const AT_BOTTOM = 60; // pixels that still count as "at the end"

/**
 * Opens a chat. `close` ends its poll.
 * @param {import('./people.js').Person} person
 * @param {{onClose?: () => void}} options onClose adds a button that closes the pane
 * @returns {{node: HTMLElement, close: () => void, focus: () => void}}
 */
export function openChat(person, { onClose } = {}) {
  const stop = new AbortController();
  const composer = createComposer(person, { sent: () => log.toBottom() });
  const log = createLog({ userId: person.id, person, say: composer.say });
  const node = el('section', { class: 'pane', dataset: { chat: person.id }, 'aria-label': `${person.name}与${BOT_NAME}的聊天` },
    paneHead(person, onClose), log.node, composer.node);
  acceptDrops(node, composer.attach);
  followInbox(person.id, log, stop.signal);
  return {
    node,
    focus: composer.focus,
    close: () => {
      stop.abort();
      log.close();
    },
  };
}

function paneHead(person, onClose) {
  return el('header', { class: 'pane-head' },
    personAvatar(person),
    el('div', { class: 'pane-who' },
      el('h2', {}, person.name, el('span', { class: `kind is-${person.kind}` }, kindName(person.kind))),
      el('p', {}, [describePerson(person), `与${BOT_NAME}的聊天`].filter(Boolean).join(' · '))),
    onClose && button({
      class: 'icon-button', dataset: { closePane: '' }, 'aria-label': `关闭${person.name}的聊天`, on: { click: onClose },
    }, icon('close')));
}

/**
 * Polls until the signal aborts. The first poll, and each one after an outage, reads
 * everything: a server that was restarted counts from 1 again, and a number alone would
 * not show it.
 */
async function followInbox(userId, log, signal) {
  let last = 0;
  let whole = true;
  while (!signal.aborted) {
    const started = Date.now();
    // A hidden tab asks briefly now and then: browsers allow six connections per server
    // over all tabs, and waiting ones would starve the tab in use.
    const wait = whole || document.hidden ? '0s' : LONG_WAIT;
    try {
      const page = await readMessages(userId, { after: whole ? 0 : last, wait, signal });
      succeeded();
      if (whole && !log.continues(page.messages[0])) {
        log.clear();
        last = 0;
      }
      const restarted = page.next < last;
      log.add(page.messages.filter((entry) => entry.seq > last));
      last = page.next;
      const idle = !whole && page.messages.length === 0;
      whole = restarted;
      if (idle && document.hidden) await pause(HIDDEN_PAUSE, signal);
      else if (idle && Date.now() - started < 1000) await pause(1000, signal); // a server that shuts down
    } catch (error) {
      if (signal.aborted) return;
      if (isOutage(error)) failed();
      else log.explain(reasonOf(error));
      whole = true;
      await backoff(signal);
    }
  }
}

/** The scrolling list of messages. */
function createLog(chat) {
  const list = el('div', {
    class: 'log-list', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-busy': 'true', 'aria-label': '消息',
  });
  const empty = emptyRemark(chat);
  const scroller = el('div', { class: 'log', role: 'region', tabindex: 0, 'aria-label': '聊天记录' }, empty, list);
  const more = button({ class: 'more', hidden: true, on: { click: () => toBottom() } }, '新消息', icon('down'));
  const node = el('div', { class: 'log-frame' }, scroller, more);
  let shown = [];
  let first = '';
  let previous = null;
  let pinned = true; // the reader is at the end, so new messages may scroll
  let lastTop = 0;

  const settle = () => { if (pinned) scroller.scrollTop = scroller.scrollHeight; };
  function toBottom() {
    pinned = true;
    more.hidden = true;
    settle();
  }
  scroller.addEventListener('scroll', () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    // The event comes late: a picture may have grown below meanwhile. Only a move upwards
    // means that somebody reads older messages.
    if (scrollHeight - scrollTop - clientHeight < AT_BOTTOM) pinned = true;
    else if (scrollTop < lastTop) pinned = false;
    lastTop = scrollTop;
    if (pinned) more.hidden = true;
  });
  scroller.addEventListener('unfold', () => { pinned = false; });
  // Pictures load late and phones open their keyboard: the end stays in view anyway.
  const sizes = new ResizeObserver(settle);
  sizes.observe(list);
  sizes.observe(scroller);

  /** Shows one entry; returns true when a new row was added. */
  function show(entry) {
    if (entry.msgKey === 'recall') {
      const key = entry.param.processQueryKey ?? entry.processQueryKey;
      const found = shown.filter((one) => key && one.key === key);
      for (const one of found) one.recall();
      if (found.length > 0) return false;
    }
    if (entry.msgKey === 'cardUpdate') {
      const found = shown.filter((one) => one.track === entry.outTrackId);
      for (const one of found) one.update(entry);
      if (found.length > 0) return false;
    }
    append(entry);
    return true;
  }

  function append(entry) {
    const row = renderMessage(entry, chat);
    const moment = parseTime(entry.time);
    if (!previous || isoDay(parseTime(previous.time)) !== isoDay(moment)) {
      list.append(el('p', { class: 'day' }, el('span', {}, longDay(moment))));
      previous = null;
    }
    const together = previous?.from === entry.from && previous.time.slice(0, 16) === entry.time.slice(0, 16);
    row.node.classList.toggle('is-following', Boolean(together) && !isCard(entry));
    list.append(row.node);
    shown.push(row);
    previous = entry;
  }

  return {
    node,
    toBottom,
    add(entries) {
      if (first === '' && entries.length > 0) first = identity(entries[0]);
      const wasEmpty = shown.length === 0;
      const fresh = entries.filter(show);
      empty.hidden = shown.length > 0;
      empty.classList.remove('is-loading');
      // Read aloud what arrives from now on, not the whole history.
      requestAnimationFrame(() => list.setAttribute('aria-busy', 'false'));
      if (!pinned && !wasEmpty && fresh.some((entry) => entry.from === 'bot')) more.hidden = false;
      settle();
    },
    continues: (entry) => first !== '' && entry !== undefined && identity(entry) === first,
    clear() {
      list.replaceChildren();
      list.setAttribute('aria-busy', 'true');
      shown = [];
      first = '';
      previous = null;
      empty.hidden = false;
      toBottom();
    },
    explain(reason) {
      empty.querySelector('p').textContent = reason;
      empty.classList.remove('is-loading');
    },
    close: () => sizes.disconnect(),
  };
}

/** Tells the messages of two runs of the server apart. */
function identity(entry) {
  return `${entry.seq} ${entry.time} ${entry.msgId ?? ''} ${entry.processQueryKey ?? ''}`;
}

/** A chat without messages suggests the first step. */
function emptyRemark(chat) {
  const hello = button({ class: 'quiet-button', on: { click: () => chat.say('你好') } }, '发送「你好」');
  return el('div', { class: 'log-empty is-loading' }, el('p', {}, `还没有消息。以${chat.person.name}的身份先说一句吧。`), hello);
}
