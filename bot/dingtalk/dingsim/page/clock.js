/** The simulated clock: a chip that shows it and a panel that moves it. */

import { el, button, icon } from './dom.js';
import { isOutage, moveClock, readClock, reasonOf } from './api.js';
import { failed, pause, backoff, succeeded } from './connection.js';
import { showNotice } from './notice.js';
import { clockTime, fieldToTime, isoDay, localField, longDay, nextWorkingMorning, parseTime, shortDay } from './time.js';

const SYNC_EVERY = 3000; // others may move the clock too
const TICK = 1000;

/**
 * Fills the host with chip and panel and keeps the time.
 * @param {HTMLElement} host
 */
export function createClock(host) {
  let offset = NaN; // simulated minus browser time; not known yet
  const now = () => Date.now() + offset;

  const chipTime = el('span', { class: 'clock-time' }, '…');
  const chipYear = el('span', { class: 'clock-year' });
  const chipDay = el('span', { class: 'clock-day' });
  const chip = button({
    class: 'clock-chip', dataset: { clock: '' }, title: '模拟时间,点击调整', 'aria-expanded': 'false', 'aria-controls': 'clock-panel',
  }, icon('clock'), el('span', {}, chipYear, chipDay), chipTime, el('span', { class: 'visually-hidden' }, ',模拟时间,点击调整'));
  const panelNow = el('p', { class: 'clock-now' });
  const problem = el('p', { class: 'field-error', role: 'alert', hidden: true });
  const field = el('input', { type: 'datetime-local', id: 'clock-field' });
  const jump = (label, change, name) => button({ class: 'clock-jump', dataset: { jump: name }, on: { click: () => move(change()) } }, label);
  const panel = el('div', { class: 'clock-panel', id: 'clock-panel', role: 'dialog', 'aria-label': '调整模拟时间', hidden: true },
    el('p', { class: 'clock-label' }, '模拟时间 ', el('span', { lang: 'en' }, 'Simulated time, UTC+8')), panelNow,
    el('div', { class: 'clock-jumps' },
      jump('+1 小时', () => ({ advance: '1h' }), '1h'),
      jump('+1 天', () => ({ advance: '24h' }), '24h'),
      jump('+7 天', () => ({ advance: '168h' }), '168h')),
    jump('到下一个工作日 09:00', () => ({ set: nextWorkingMorning(now()) }), 'workday'),
    el('div', { class: 'clock-date' },
      el('label', { for: 'clock-field' }, '到指定时间'),
      el('div', { class: 'clock-date-row' }, field,
        button({ class: 'clock-go', dataset: { jump: 'date' }, on: { click: moveToField } }, '前往'))),
    problem,
    el('p', { class: 'clock-hint' }, '只改变这个模拟环境的时间。提醒、期限和公示都按它计算。'));

  function draw() {
    if (Number.isNaN(offset)) return;
    const moment = now();
    chipYear.textContent = `${isoDay(moment).slice(0, 4)}年`;
    chipDay.textContent = shortDay(moment);
    chipTime.textContent = clockTime(moment);
    panelNow.textContent = `${longDay(moment)} ${clockTime(moment)}`;
    chip.dataset.now = new Date(moment).toISOString();
  }

  function learn(text) {
    offset = parseTime(text) - Date.now();
    draw();
  }

  async function move(change) {
    problem.hidden = true;
    try {
      learn(await moveClock(change));
      field.value = localField(now());
      showNotice(`模拟时间:${longDay(now())} ${clockTime(now())}`);
    } catch (error) {
      problem.textContent = `时间没有改变:${reasonOf(error)}`;
      problem.hidden = false;
    }
  }

  function moveToField() {
    if (field.value) move({ set: fieldToTime(field.value) });
  }

  function setOpen(open) {
    panel.hidden = !open;
    chip.setAttribute('aria-expanded', String(open));
    if (!open) return;
    problem.hidden = true;
    if (!Number.isNaN(offset)) field.value = localField(now());
    panel.querySelector('button').focus();
  }

  chip.addEventListener('click', () => setOpen(panel.hidden));
  document.addEventListener('pointerdown', (event) => {
    if (!panel.hidden && !host.contains(event.target)) setOpen(false);
  });
  host.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hidden) return;
    setOpen(false);
    chip.focus();
  });
  host.append(chip, panel);
  setInterval(draw, TICK);
  keepInStep(learn);
}

/** Reads the clock again and again; the browser's own clock fills the gaps. */
async function keepInStep(learn) {
  for (;;) {
    try {
      learn(await readClock());
      succeeded();
      await pause(SYNC_EVERY);
    } catch (error) {
      if (isOutage(error)) failed();
      await backoff();
    }
  }
}
