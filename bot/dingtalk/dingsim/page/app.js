/** Puts the page together: people on the left, one or two chats, the clock above. */

import { el, button, icon } from './dom.js';
import { isOutage, listUsers } from './api.js';
import { backoff, failed, onOutage, retryNow, succeeded } from './connection.js';
import { createClock } from './clock.js';
import { BOT_NAME, createPeople, describePerson, personAvatar } from './people.js';
import { openChat } from './chat.js';
import { ignoreStrayDrops } from './drop.js';
import { showNotice } from './notice.js';

// Where a newcomer is advised to begin; any other applicant serves when he is not there.
const FIRST_PERSON = '陈一帆';

const NARROW = window.matchMedia('(max-width: 819px)'); // as in style.css

const peopleHost = document.querySelector('#people');
const panesHost = document.querySelector('.panes');

/** Reads the people, however long the server takes to come up. */
async function loadPeople() {
  for (;;) {
    try {
      const people = await listUsers();
      succeeded();
      return people;
    } catch (error) {
      if (isOutage(error)) failed();
      await backoff();
    }
  }
}

/** The open chats live in the address, so that a reload or a bookmark keeps them. */
function readAddress(people) {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const known = (id) => (people.has(id) ? id : '');
  const a = known(wanted.get('a') ?? '');
  const b = known(wanted.get('b') ?? '');
  return { a, b: b === a ? '' : b };
}

function writeAddress({ a, b }) {
  const next = new URLSearchParams();
  if (a) next.set('a', a);
  if (b) next.set('b', b);
  location.hash = next.toString();
}

/**
 * Shows the two panes and replaces only the one whose person changed.
 * @param {HTMLElement} start what to show while no chat is open
 */
function createPanes(start) {
  const open = { a: null, b: null };
  return {
    /**
     * @param {{a: object|undefined, b: object|undefined}} people who is in which pane
     * @param {() => void} closeB
     */
    show(people, closeB) {
      for (const slot of ['a', 'b']) {
        const person = people[slot];
        if (open[slot]?.person === person) continue;
        open[slot]?.chat.close();
        open[slot] = person ? { person, chat: openChat(person, slot === 'b' ? { onClose: closeB } : {}) } : null;
      }
      const nodes = [open.a, open.b].filter(Boolean).map((one) => one.chat.node);
      const wanted = nodes.length > 0 ? nodes : [start];
      // Moving a node resets its scroll position: only touch what differs.
      for (const node of [...panesHost.children]) if (!wanted.includes(node)) node.remove();
      wanted.forEach((node, i) => {
        if (panesHost.children[i] !== node) panesHost.insertBefore(node, panesHost.children[i] ?? null);
      });
      panesHost.classList.toggle('is-double', nodes.length === 2);
    },
    /** @param {string} id */
    focus(id) {
      [open.a, open.b].find((one) => one?.person.id === id)?.chat.focus();
    },
  };
}

/**
 * The first view, without any chat.
 * @param {import('./people.js').Person[]} people
 * @param {{open: (id: string) => void, list: () => void}} handlers
 */
function startPanel(people, handlers) {
  const first = people.find((one) => one.name === FIRST_PERSON) ?? people.find((one) => one.kind === 'applicant') ?? people[0];
  return el('section', { class: 'placeholder', 'aria-label': '开始' },
    el('h2', {}, `选一个人,以 TA 的身份和${BOT_NAME}聊天`),
    el('p', { class: 'placeholder-en', lang: 'en' }, 'Pick a person and chat with the bot as them.'),
    first && button({ class: 'start-person', dataset: { start: first.id }, on: { click: () => handlers.open(first.id) } },
      personAvatar(first),
      el('span', { class: 'person-text' },
        el('span', { class: 'person-name' }, `从${first.name}开始`),
        el('span', { class: 'person-about' }, describePerson(first))),
      icon('right')),
    button({ class: 'quiet-button start-list', on: { click: handlers.list } }, '看全部人员'),
    el('ol', {},
      el('li', {}, '发送「你好」,按提示走,按钮都可以点。'),
      el('li', { class: 'only-wide' }, '点「第二个人」,再选一位经办人,在右侧看 TA 收到什么。'),
      el('li', {}, '点右上角的时间,跳到以后的日期,看提醒和期限。')));
}

/** On a narrow screen the list is a drawer over the chat. */
function createDrawer() {
  const menu = document.querySelector('[data-menu]');
  const shade = document.querySelector('[data-shade]');
  let isOpen = false;
  const apply = () => {
    const covers = NARROW.matches && isOpen;
    document.body.classList.toggle('has-drawer', covers);
    menu.setAttribute('aria-expanded', String(covers));
    shade.hidden = !covers;
    peopleHost.inert = NARROW.matches && !isOpen; // what is out of sight must not take the focus
    panesHost.inert = covers;
  };
  const set = (value) => {
    isOpen = value;
    apply();
  };
  const open = () => {
    set(true);
    // Not the filter: a phone would raise its keyboard over the list.
    (peopleHost.querySelector('[aria-current]') ?? peopleHost.querySelector('[data-user]'))?.focus();
  };
  menu.addEventListener('click', () => (isOpen ? set(false) : open()));
  shade.addEventListener('click', () => set(false));
  peopleHost.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isOpen) return;
    set(false);
    menu.focus();
  });
  NARROW.addEventListener('change', apply);
  apply();
  return { set, open };
}

function watchConnection() {
  const banner = document.querySelector('[data-offline]');
  onOutage((offline) => {
    banner.hidden = !offline;
    banner.replaceChildren('和本机服务的连接断了,正在重连 … ',
      button({ class: 'banner-button', on: { click: retryNow } }, '立即重试'));
  });
  window.addEventListener('online', retryNow);
  document.addEventListener('visibilitychange', retryNow);
}

async function start() {
  watchConnection();
  ignoreStrayDrops();
  createClock(document.querySelector('[data-clock-root]'));
  const drawer = createDrawer();
  const people = new Map((await loadPeople()).map((person) => [person.id, person]));
  const panes = createPanes(startPanel([...people.values()], { open: choose, list: drawer.open }));
  let armed = false; // the next person chosen goes to the right pane

  const list = createPeople(peopleHost, [...people.values()], {
    open: choose,
    arm: () => {
      armed = !armed;
      render();
    },
  });

  function render() {
    const state = readAddress(people);
    // A phone has room for one chat; the second stays in the address for a wider screen.
    const b = NARROW.matches ? '' : state.b;
    list.show({ a: state.a, b, armed });
    panes.show({ a: people.get(state.a), b: people.get(b) }, () => writeAddress({ a: state.a, b: '' }));
  }

  function choose(id) {
    const state = readAddress(people);
    const toRight = armed && !NARROW.matches && state.a !== '';
    armed = false;
    if (toRight && id === state.a) showNotice('这个人已经在左侧打开');
    else if (toRight) writeAddress({ a: state.a, b: id });
    else if (id !== state.b || NARROW.matches) writeAddress({ a: id, b: id === state.b ? '' : state.b });
    drawer.set(false);
    render();
    if (!NARROW.matches) panes.focus(id); // on a phone it would only raise the keyboard
  }

  peopleHost.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !armed) return;
    armed = false;
    render();
  });
  window.addEventListener('hashchange', render);
  NARROW.addEventListener('change', render);
  render();
}

start();
