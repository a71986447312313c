/** Interactive cards: they change in place and answer to clicks. */

import { el, button } from './dom.js';
import { clickCard, reasonOf } from './api.js';
import { buildForm } from './form.js';
import { renderMarkdown } from './markdown.js';

/**
 * Draws a card.
 * @param {object} entry message with msgKey "card" or "cardUpdate"
 * @param {{userId: string, say: (text: string) => void}} chat
 * @returns {{node: HTMLElement, update: (entry: object) => void}}
 */
export function createCard(entry, chat) {
  const body = el('div', { class: 'card-body' });
  const problem = el('p', { class: 'card-problem', role: 'alert', hidden: true });
  const node = el('section', { class: 'bubble card', dataset: { card: entry.outTrackId }, 'aria-label': '互动卡片' }, body, problem);
  let drawnForm = { key: '', node: null };

  /** Sends a click and shows on the button that it is under way. */
  async function act(actionId, params, trigger) {
    problem.hidden = true;
    setBusy(body, trigger, true);
    try {
      await clickCard(entry.outTrackId, { userId: chat.userId, actionId, params });
      if (actionId === 'form') fold();
    } catch (error) {
      problem.replaceChildren('操作没有送达,请再点一次', el('span', { class: 'card-reason' }, reasonOf(error)));
      problem.hidden = false;
      problem.scrollIntoView({ block: 'nearest' });
    } finally {
      setBusy(body, trigger, false);
    }
  }

  /** Forgets what was typed, so that the next use starts empty. */
  function fold() {
    drawnForm = { key: '', node: null };
    draw(entry);
  }

  function draw(next) {
    const key = next.form ? JSON.stringify([next.form, next.formButton]) : '';
    // An update must not wipe a form that somebody is filling in at that moment.
    if (key !== drawnForm.key) drawnForm = { key, node: key ? formBlock(next, act) : null };
    const blocks = (next.layout ?? []).map((block) => layoutBlock(block, chat));
    const actions = [...(next.buttons ?? []).map((one) => cardButton(one, act)), ...formParts(drawnForm.node)];
    body.replaceChildren(...blocks);
    if (actions.length > 0) body.append(el('div', { class: 'card-actions' }, ...actions));
  }

  draw(entry);
  return {
    node,
    update(next) {
      entry = { ...next, outTrackId: entry.outTrackId };
      problem.hidden = true;
      draw(entry);
      flash(node);
    },
  };
}

function layoutBlock({ kind, text }, chat) {
  if (kind === 'title') return el('h3', { class: 'card-title' }, text);
  const content = renderMarkdown(text, chat);
  content.classList.add(kind === 'note' ? 'card-note' : 'card-text');
  return content;
}

function cardButton({ title, actionId, params, style }, act) {
  const look = style === 'primary' || style === 'danger' ? ` is-${style}` : '';
  return button({
    class: `card-button${look}`, dataset: { action: title },
    on: { click: (event) => act(actionId, params ?? {}, event.currentTarget) },
  }, title);
}

/** A form and the button that unfolds it. */
function formBlock({ form, formButton }, act) {
  const title = formButton || '填写表单';
  const toggle = button({ class: 'card-button', dataset: { action: title }, 'aria-expanded': 'false' }, title);
  const fields = buildForm(form, {
    submit: (values, trigger) => act('form', { form: values }, trigger),
    cancel: () => { setOpen(false); toggle.focus(); },
  });
  const setOpen = (open) => {
    fields.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
  };
  setOpen(false);
  toggle.addEventListener('click', () => {
    setOpen(fields.hidden);
    if (fields.hidden) return;
    // Tells the chat not to jump to its end, which would hide the first field.
    fields.dispatchEvent(new CustomEvent('unfold', { bubbles: true }));
    fields.scrollIntoView({ block: 'nearest' });
  });
  return { toggle, fields };
}

function formParts(block) {
  return block ? [block.toggle, block.fields] : [];
}

/** While a click waits for its answer, no second one can be sent. */
function setBusy(body, trigger, busy) {
  trigger.classList.toggle('is-busy', busy);
  trigger.setAttribute('aria-busy', String(busy));
  for (const one of body.querySelectorAll('.card-button')) one.disabled = busy;
}

function flash(node) {
  node.classList.remove('is-fresh');
  void node.offsetWidth; // restarts the animation when two updates follow each other
  node.classList.add('is-fresh');
}
