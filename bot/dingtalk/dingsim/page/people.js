/** The list of people to act as. */

import { el, button, icon } from './dom.js';

/** The robot's name, as the chats show it. */
export const BOT_NAME = '备案助手';

const KINDS = [['applicant', '申请人'], ['handler', '学院经办人'], ['hr', '人事处']];
const ENGLISH = { applicant: 'Applicants', handler: 'College handlers', hr: 'HR' };
const HUES = 6; // number of avatar colours in the style sheet

/**
 * @typedef {{id: string, name: string, title: string, dept: string, kind: string}} Person
 */

/**
 * A coloured tile with the end of the name, as DingTalk draws people without a photo.
 * @param {Person} person
 * @returns {HTMLElement}
 */
export function personAvatar(person) {
  const sum = Array.from(person.id).reduce((total, c) => total * 31 + c.codePointAt(0), 7);
  return el('span', { class: `avatar hue-${sum % HUES}`, 'aria-hidden': 'true' }, initials(person.name));
}

function initials(name) {
  const words = name.split(/\s+/);
  if (/^[\x20-\x7e]+$/.test(name)) return words.map((word) => word[0]).join('').slice(0, 2).toUpperCase();
  return Array.from(name).slice(-2).join(''); // by character: rare ones take two code units
}

/**
 * Name of a group of people.
 * @param {string} kind
 * @returns {string}
 */
export function kindName(kind) {
  return KINDS.find(([key]) => key === kind)?.[1] ?? '其他';
}

/**
 * What is known about a person in one line.
 * @param {Person} person
 * @returns {string}
 */
export function describePerson(person) {
  return [person.dept, person.title].filter(Boolean).join(' · ');
}

/**
 * Fills the list.
 * @param {HTMLElement} host
 * @param {Person[]} people
 * @param {{open: (id: string) => void, arm: () => void}} handlers
 * @returns {{show: (state: {a: string, b: string, armed: boolean}) => void}}
 */
export function createPeople(host, people, handlers) {
  const filter = el('input', {
    type: 'search', class: 'filter', placeholder: '按姓名、学院、职务筛选', 'aria-label': '筛选人员', autocomplete: 'off',
  });
  const second = button({ class: 'second', dataset: { second: '' }, 'aria-pressed': 'false', on: { click: handlers.arm } },
    icon('columns'), el('span', {}, '第二个人'));
  const hint = el('p', { class: 'people-hint', role: 'status' });
  const rows = people.map((person) => ({ person, node: personRow(person, handlers.open) }));
  const groups = groupRows(rows);
  const nobody = el('p', { class: 'people-none', hidden: true }, '没有符合的人');

  const apply = () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const { person, node } of rows) {
      const text = `${person.name} ${person.title} ${person.dept} ${person.id} ${kindName(person.kind)}`.toLowerCase();
      node.hidden = !text.includes(wanted);
    }
    for (const group of groups) group.node.hidden = group.rows.every((row) => row.node.hidden);
    nobody.hidden = groups.some((group) => !group.node.hidden);
  };
  filter.addEventListener('input', apply);
  filter.addEventListener('keydown', (event) => {
    const first = rows.find((row) => !row.node.hidden);
    if (event.key === 'Enter' && !event.isComposing && first) handlers.open(first.person.id);
  });

  host.replaceChildren(
    el('div', { class: 'people-head' },
      el('div', { class: 'people-title' }, el('h2', {}, '以谁的身份'), second),
      el('label', { class: 'filter-box' }, icon('search'), filter), hint),
    el('div', { class: 'people-scroll' }, ...groups.map((group) => group.node), nobody));

  return {
    show({ a, b, armed }) {
      second.setAttribute('aria-pressed', String(armed));
      second.querySelector('span').textContent = armed ? '取消' : b ? '换右侧的人' : '第二个人';
      hint.textContent = armed ? '再选一个人,在右侧打开' : '';
      for (const { person, node } of rows) markOpen(node, person.id, a, b);
    },
  };
}

/** Groups in the fixed order; a kind that is not known comes last. */
function groupRows(rows) {
  const known = KINDS.map(([kind]) => kind);
  return [...known, 'other'].map((kind) => {
    const own = rows.filter(({ person }) => (known.includes(person.kind) ? person.kind : 'other') === kind);
    const node = el('section', { class: 'people-group', hidden: own.length === 0 },
      el('h3', {}, kindName(kind), ENGLISH[kind] && el('span', { lang: 'en' }, ENGLISH[kind]),
        el('span', { class: 'people-count' }, String(own.length))),
      el('ul', {}, ...own.map((row) => row.node)));
    return { node, rows: own };
  });
}

function personRow(person, open) {
  return el('li', {}, button({ class: 'person', dataset: { user: person.id }, on: { click: () => open(person.id) } },
    personAvatar(person),
    el('span', { class: 'person-text' },
      el('span', { class: 'person-name' }, person.name),
      el('span', { class: 'person-about' }, describePerson(person))),
    el('span', { class: 'person-side' })));
}

function markOpen(row, id, a, b) {
  const node = row.firstElementChild;
  const isOpen = id === a || id === b;
  node.classList.toggle('is-open', isOpen);
  if (isOpen) node.setAttribute('aria-current', 'true');
  else node.removeAttribute('aria-current');
  node.querySelector('.person-side').textContent = b && isOpen ? (id === a ? '左' : '右') : '';
}
